import { ChevronDown, PackagePlus, Search, X } from 'lucide-react'
import { useState } from 'react'
import { useActions, useApp } from '../../state/app-context.tsx'
import { whyNoAction } from '../../state/action-words.ts'
import type { ViewName } from '../../state/app-state.ts'
import { Button, IconButton } from '../../widgets/button.tsx'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuChoices } from '../../widgets/menu.tsx'
import { Segmented } from '../../widgets/segmented.tsx'
import { Spoken } from '../../widgets/spoken.tsx'
import styles from './app-bar.module.css'
import { CaptureButton } from './capture-button.tsx'
import { TargetMenu } from './target-menu.tsx'
import { filterFieldId } from './use-shortcuts.ts'

const views: readonly { readonly value: ViewName; readonly text: string }[] = [
  { value: 'registry', text: 'Registry' },
  { value: 'kexts', text: 'Kexts' },
  { value: 'history', text: 'History' },
  { value: 'project', text: 'Project' },
]

export function AppBar({ isConnecting }: { readonly isConnecting: boolean }) {
  const actions = useActions()
  const view = useApp(state => state.view)
  const whyNot = useApp(state => whyNoAction(state.connection, state.host))
  return (
    <header className={styles.bar}>
      <h1 className={styles.heading}>
        <Spoken>Kextant</Spoken>
      </h1>
      <div className={styles.left}>
        <TargetMenu />
        <CaptureButton />
      </div>
      {!isConnecting && (
        <>
          <Segmented label="View" value={view} options={views} onChange={actions.setView} />
          <div className={styles.right}>
            {view === 'registry' && <FilterField />}
            <Button
              // There the build is what the view is for.
              kind={view === 'project' ? 'plain' : 'primary'}
              icon={<PackagePlus {...iconProps} />}
              whyNot={whyNot}
              onClick={() => actions.openSheet({ kind: 'load', bundlePath: null })}
            >
              Load kext…
            </Button>
          </div>
        </>
      )}
    </header>
  )
}

/** Where the filter looks: the word on its button, and what the menu says of it. */
const scopes = [
  {
    value: 'names',
    word: 'Names',
    text: 'Names',
    hint: 'Names, locations and classes',
    label: 'Filter by name or class',
  },
  {
    value: 'everything',
    word: 'All',
    text: 'Names, keys and values',
    hint: 'Properties at every depth; bytes as 849d or 84 9d',
    label: 'Filter by name, key or value',
  },
] as const

function FilterField() {
  const actions = useActions()
  const filter = useApp(state => state.filter)
  const scope = useApp(state => state.filterScope)
  const { word, text, label } = scopes.find(known => known.value === scope)!
  const isUsable = useApp(state => state.current !== null)
  const [hasFocus, setFocus] = useState(false)
  return (
    <div className={styles.filter}>
      <Search {...smallIconProps} />
      <input
        id={filterFieldId}
        type="text"
        aria-label={label}
        placeholder={label}
        spellCheck={false}
        autoComplete="off"
        disabled={!isUsable}
        value={filter}
        onFocus={() => setFocus(true)}
        onBlur={() => setFocus(false)}
        onChange={event => actions.setFilter(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Escape' && filter !== '') actions.setFilter('')
        }}
      />
      {filter !== '' ? (
        <IconButton
          label="Clear the filter"
          icon={<X {...smallIconProps} />}
          onClick={() => actions.setFilter('')}
        />
      ) : (
        !hasFocus && <kbd className={styles.key}>/</kbd>
      )}
      <Menu
        align="end"
        trigger={
          <button
            type="button"
            className={styles.scope}
            aria-label={`Filter looks in: ${text}`}
            disabled={!isUsable}
          >
            <span>{word}</span>
            <ChevronDown {...smallIconProps} />
          </button>
        }
      >
        <MenuChoices value={scope} options={scopes} onChange={actions.setFilterScope} />
      </Menu>
    </div>
  )
}
