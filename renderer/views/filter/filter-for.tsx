import { Filter, FilterX, Palette, Plus } from 'lucide-react'
import { ContextMenu, DropdownMenu } from 'radix-ui'
import { useMemo, type ReactNode } from 'react'
import type { FilterTerm } from '../../filter/filter-terms.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { IconButton } from '../../widgets/button.tsx'
import floating from '../../widgets/floating.module.css'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuHeading, MenuItem, MenuSeparator } from '../../widgets/menu.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './filter-for.module.css'

/** One thing to do with a term: for a menu of whatever kind. */
export interface FilterForChoice {
  readonly id: 'for' | 'and' | 'not' | 'rule'
  readonly title: string
  readonly icon: ReactNode
  readonly run: () => void
}

/** What can be done with what a field shows: the one list that every menu has. */
export function useFilterFor(term: FilterTerm): readonly FilterForChoice[] {
  const actions = useActions()
  const isFiltered = useApp(state => state.filter.trim() !== '')
  return useMemo(() => {
    const alone: FilterForChoice = {
      id: 'for',
      title: 'Filter for this',
      icon: <Filter {...iconProps} />,
      run: () => actions.filterFor(term, 'alone'),
    }
    const and: FilterForChoice = {
      id: 'and',
      title: 'Filter for this too',
      icon: <Plus {...iconProps} />,
      run: () => actions.filterFor(term, 'and'),
    }
    const not: FilterForChoice = {
      id: 'not',
      title: isFiltered ? 'And not this' : 'Filter out this',
      icon: <FilterX {...iconProps} />,
      run: () => actions.filterFor(term, 'and-not'),
    }
    const rule: FilterForChoice = {
      id: 'rule',
      title: 'Colour rows like this…',
      icon: <Palette {...iconProps} />,
      run: () =>
        actions.draftRule({ name: visibleText(term.name).slice(0, 100), filter: term.text }),
    }
    return isFiltered ? [alone, and, not, rule] : [alone, not, rule]
  }, [actions, isFiltered, term])
}

export interface FilterForProps {
  readonly term: FilterTerm
}

/** Items for a `Menu`: under the term they are about. */
export function FilterForItems({ term }: FilterForProps) {
  const choices = useFilterFor(term)
  return (
    <>
      <MenuHeading>
        <Term text={term.text} />
      </MenuHeading>
      {choices.map(({ id, title, icon, run }) => (
        <MenuItem key={id} icon={icon} onSelect={run}>
          {title}
        </MenuItem>
      ))}
    </>
  )
}

/** The same items for a menu that opens at the pointer (`ContextMenu` of radix-ui, not modal). */
export function FilterForContextItems({ term }: FilterForProps) {
  const choices = useFilterFor(term)
  return (
    <>
      <ContextMenu.Label className={floating.heading}>
        <Term text={term.text} />
      </ContextMenu.Label>
      {choices.map(({ id, title, icon, run }) => (
        <ContextMenu.Item key={id} className={floating.item} onSelect={run}>
          {icon}
          {title}
        </ContextMenu.Item>
      ))}
    </>
  )
}

export interface FilterForButtonProps {
  /** The field's terms; several where it says several things, each under a heading. */
  readonly terms: readonly FilterTerm[]
  /** What the field is called, for its name: `IOClass`. */
  readonly what: string
}

/** A small button at a field. Where it stands in a row it may be shown only on hover and focus. */
export function FilterForButton({ terms, what }: FilterForButtonProps) {
  return (
    <Menu
      align="end"
      trigger={
        <IconButton
          label={`Filter for ${visibleText(what)}`}
          icon={<Filter {...smallIconProps} />}
        />
      }
    >
      {terms.map((term, index) => (
        <DropdownMenu.Group key={term.text}>
          {index > 0 && <MenuSeparator />}
          <FilterForItems term={term} />
        </DropdownMenu.Group>
      ))}
    </Menu>
  )
}

function Term({ text }: { readonly text: string }) {
  return <code className={styles.term}>{visibleText(text)}</code>
}
