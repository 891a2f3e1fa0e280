import { useEffect, useMemo } from 'react'
import { ServicePicture } from '../../charts/service-picture.tsx'
import { entryName } from '../../registry/entry-facts.ts'
import { findEntry } from '../../registry/selection.ts'
import { stateBrief } from '../../registry/service-state.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './large-picture.module.css'

/** The picture with the whole window to itself. Escape leads back to the tree. */
export function LargePicture({ current }: { readonly current: OpenCapture }) {
  const actions = useActions()
  const plane = useApp(state => state.plane)
  const selected = useApp(state => state.selected)
  const { snapshot } = current
  const entry = useMemo(
    () => (selected ? findEntry(snapshot, selected) : null),
    [snapshot, selected],
  )

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // A dialog or a menu takes Escape for itself.
      if (event.key !== 'Escape' || event.defaultPrevented) return
      if (document.querySelector('[role="dialog"], [role="menu"]')) return
      if (event.target instanceof HTMLInputElement) return
      actions.setPictureLarge(false)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [actions])

  if (entry === null) {
    return (
      <EmptyState
        title="Not in this capture"
        actions={<Button onClick={() => actions.setPictureLarge(false)}>Back to the tree</Button>}
      >
        The entry you had selected is gone. Select another one in the tree.
      </EmptyState>
    )
  }
  const { name, className } = entryName(snapshot, entry)
  const state = stateBrief(snapshot.entries, entry)
  return (
    <section className={styles.pane} aria-label="Picture">
      <header className={styles.head}>
        <h2>{visibleText(name)}</h2>
        {className !== null && className !== name && <Mono isSoft>{className}</Mono>}
        {state && (
          <StateMark tone={state.tone} isChip>
            {state.word}
          </StateMark>
        )}
        <span className={styles.path}>
          {selected?.path != null && (
            <Mono isSoft isClipped>
              {selected.path}
            </Mono>
          )}
        </span>
      </header>
      <div className={styles.picture}>
        <ServicePicture
          snapshot={snapshot}
          plane={plane}
          entry={entry}
          onSelect={actions.showEntry}
          isLarge
          onLarge={actions.setPictureLarge}
        />
      </div>
    </section>
  )
}
