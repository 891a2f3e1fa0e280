import { ChevronDown, Search, X } from 'lucide-react'
import { memo, useMemo } from 'react'
import type { CompletionSource } from '../../../core/query/filter/complete-filter.ts'
import { filterFieldId } from '../../commands/focus-filter.ts'
import { kextNames } from '../../filter/kext-of.ts'
import { readFilter } from '../../filter/read-filter.ts'
import { useActions, useApp, useAppHandle } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { IconButton } from '../../widgets/button.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuChoices } from '../../widgets/menu.tsx'
import styles from './filter-bar.module.css'
import { FilterInput } from './filter-input.tsx'
import { FilterMenu } from './filter-menu.tsx'
import { FilterProblemNote } from './problem-note.tsx'
import { HitSteps } from './hit-steps.tsx'

/** Where bare words look: the word on the button, and what the menu says of it. */
const scopes = [
  {
    value: 'names',
    word: 'Names',
    text: 'Names',
    hint: 'Names, locations and classes',
  },
  {
    value: 'everything',
    word: 'All',
    text: 'Names, keys and values',
    hint: 'Properties at every depth; bytes as 849d or 84 9d',
  },
] as const

const noteId = 'filter-problem'

/** The filter of the registry, on a line of its own: the tree and the pictures show what it finds. */
export function FilterBar({ current }: { readonly current: OpenCapture }) {
  const { store, actions } = useAppHandle()
  const filter = useApp(state => state.filter)
  const source = useCompletionSource(current)
  const parsed = readFilter(filter)
  return (
    <div className={styles.bar} role="search" aria-label="Filter">
      <div className={styles.field} onBlur={actions.rememberFilter}>
        <Search {...smallIconProps} />
        <FilterInput
          id={filterFieldId}
          label="Filter the registry"
          placeholder="Name or class, or a test such as  class:IOPCIDevice  state:!registered  busy > 0"
          value={filter}
          onChange={actions.setFilter}
          source={source}
          hitState={store.getState}
          noteId={noteId}
          onEnter={step => {
            actions.rememberFilter()
            actions.stepHit(step)
          }}
          onEscape={() => {
            if (filter === '') return false
            actions.rememberFilter()
            actions.setFilter('')
            return true
          }}
        />
        {filter === '' ? (
          <kbd className={styles.key} aria-hidden="true">
            /
          </kbd>
        ) : (
          <ClearButton />
        )}
        <ScopeMenu />
      </div>
      {!parsed.ok && <FilterProblemNote id={noteId} problem={parsed.problem} />}
      <HitSteps current={current} />
      <FilterMenu />
    </div>
  )
}

// What no key changes is not drawn with each one.
const ClearButton = memo(function ClearButton() {
  const actions = useActions()
  return (
    <IconButton
      label="Clear the filter"
      icon={<X {...smallIconProps} />}
      onClick={() => {
        actions.rememberFilter()
        actions.setFilter('')
      }}
    />
  )
})

/** What completion is made from, for a capture. */
export function useCompletionSource(current: OpenCapture | null): CompletionSource | null {
  return useMemo(
    () =>
      current && {
        snapshot: current.snapshot,
        kexts: kextNames(current.capture),
        hasMarks: current.marks !== undefined,
      },
    [current],
  )
}

const ScopeMenu = memo(function ScopeMenu() {
  const actions = useActions()
  const scope = useApp(state => state.filterScope)
  const { word, text } = scopes.find(known => known.value === scope)!
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className={styles.scope} aria-label={`Filter looks in: ${text}`}>
          <span>{word}</span>
          <ChevronDown {...smallIconProps} />
        </button>
      }
    >
      <MenuChoices value={scope} options={scopes} onChange={actions.setFilterScope} />
    </Menu>
  )
})
