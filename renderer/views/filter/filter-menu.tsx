import { ChevronDown, Filter, History, ListFilter, Palette, Save, Settings2 } from 'lucide-react'
import { memo } from 'react'
import { filterReads } from '../../filter/read-filter.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuHeading, MenuItem, MenuSeparator } from '../../widgets/menu.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './filter-menu.module.css'

/** A menu is no list: the rest is in the dialog. */
const mostSaved = 20
const mostRecent = 6

/** Filters that were saved, those of a moment ago, and the rules that colour rows. */
export const FilterMenu = memo(function FilterMenu() {
  const actions = useActions()
  const saved = useApp(state => state.preferences.savedFilters)
  const recent = useApp(state => state.filters.recent)
  // Not the text: the menu would be drawn with every key.
  const canSave = useApp(({ filter }) => filter.trim() !== '' && filterReads(filter.trim()))
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className={styles.button} aria-label="Saved filters and colour rules">
          <ListFilter {...iconProps} />
          <ChevronDown {...smallIconProps} />
        </button>
      }
    >
      <MenuItem
        icon={<Save {...iconProps} />}
        isDisabled={!canSave}
        onSelect={() => actions.openFilterDialog('save')}
      >
        Save this filter…
      </MenuItem>
      {saved.length > 0 && (
        <>
          <MenuSeparator />
          <MenuHeading>Saved</MenuHeading>
          {saved.slice(0, mostSaved).map(({ id, name, filter: text }) => (
            <MenuItem
              key={id}
              icon={<Filter {...iconProps} />}
              onSelect={() => actions.applyFilter(text)}
            >
              <Named name={name} text={text} />
            </MenuItem>
          ))}
        </>
      )}
      {recent.length > 0 && (
        <>
          <MenuSeparator />
          <MenuHeading>Recent in this window</MenuHeading>
          {recent.slice(0, mostRecent).map(text => (
            <MenuItem
              key={text}
              icon={<History {...iconProps} />}
              onSelect={() => actions.applyFilter(text)}
            >
              <code className={styles.text}>{visibleText(text)}</code>
            </MenuItem>
          ))}
        </>
      )}
      <MenuSeparator />
      <MenuItem
        icon={<Settings2 {...iconProps} />}
        onSelect={() => actions.openFilterDialog('saved')}
      >
        Saved filters…
      </MenuItem>
      <MenuItem
        icon={<Palette {...iconProps} />}
        onSelect={() => actions.openFilterDialog('rules')}
      >
        Colour rules…
      </MenuItem>
    </Menu>
  )
})

function Named({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <span className={styles.named}>
      <span>{visibleText(name)}</span>{' '}
      {name !== text && <code className={styles.text}>{visibleText(text)}</code>}
    </span>
  )
}
