import { useState } from 'react'
import type { EntryIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import { entryLabel, entryName } from '../../registry/entry-facts.ts'
import { stateBrief } from '../../registry/service-state.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { aloud } from '../../widgets/aloud.ts'
import { Spoken } from '../../widgets/spoken.tsx'
import { ToneMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './inspector.module.css'

/** Links of one kind that are shown before the rest is asked for. */
const fewRelations = 4
/** And those that are shown when it is: the tree is the place for more. */
const manyRelations = 200

export interface RelationsProps {
  readonly title: string
  readonly none: string
  readonly snapshot: Snapshot
  readonly relations: readonly EntryIndex[]
  readonly onShow: (entry: EntryIndex) => void
}

/** Providers or clients, each with its state and class. */
export function Relations({ snapshot, title, none, relations, onShow }: RelationsProps) {
  const [showsAll, setShowsAll] = useState(false)
  const shown = relations.slice(0, showsAll ? manyRelations : fewRelations)
  const more = (relations.length - shown.length).toLocaleString('en-US')
  return (
    <>
      <dt>
        {title}
        {relations.length > 1 && (
          <span className={styles.count}>{relations.length.toLocaleString('en-US')}</span>
        )}
      </dt>
      <dd className={styles.links}>
        {relations.length === 0 && <span className={styles.unknown}>{none}</span>}
        {shown.map(other => (
          <Relation key={other} snapshot={snapshot} entry={other} onShow={onShow} />
        ))}
        {relations.length > shown.length &&
          (showsAll ? (
            <span className={styles.unknown}>and {more} more in the tree</span>
          ) : (
            <LinkButton onClick={() => setShowsAll(true)}>and {more} more…</LinkButton>
          ))}
      </dd>
    </>
  )
}

function Relation({
  snapshot,
  entry,
  onShow,
}: {
  readonly snapshot: Snapshot
  readonly entry: EntryIndex
  readonly onShow: (entry: EntryIndex) => void
}) {
  const { className } = entryName(snapshot, entry)
  const label = visibleText(entryLabel(snapshot, entry))
  const state = stateBrief(snapshot.entries, entry)
  const classText = visibleText(className ?? 'class unknown')
  return (
    <span
      className={styles.relation}
      title={`${label}, ${classText}${state ? `: ${state.words}` : ''}`}
    >
      {state && (
        <>
          <ToneMark tone={state.tone} />
          <Spoken>{aloud(state.word)}</Spoken>
        </>
      )}
      <LinkButton onClick={() => onShow(entry)}>{label}</LinkButton>
      {classText !== label && <span className={styles.unknown}>{classText}</span>}
    </span>
  )
}
