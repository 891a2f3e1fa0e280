import { useState } from 'react'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { scoreText } from '../../matching/candidate-words.ts'
import type { WhatIfResult, WhatIfRow } from '../../matching/messages.ts'
import { refOf } from '../../matching/personality-ref.ts'
import { changeWords, rowKind, type ResultCounts } from '../../matching/what-if-words.ts'
import { useActions } from '../../state/app-context.tsx'
import { LinkButton } from '../../widgets/button.tsx'
import { StateMark, type Tone } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { EntryLink } from '../matching/entry-link.tsx'
import { NearMissList } from '../matching/near-miss-list.tsx'
import styles from './what-if-results.module.css'

const groups: readonly (readonly [keyof ResultCounts, Tone, string])[] = [
  ['wins', 'good', 'Wins'],
  ['ties', 'warn', 'Ties'],
  ['loses', 'idle', 'Loses'],
  ['unknown', 'warn', 'Cannot be told'],
  ['not-considered', 'idle', 'Not considered: not registered'],
  ['gone', 'bad', 'No longer matches'],
]

/** Rows of a group that are shown before the rest is asked for, and those that are shown then. */
const fewRows = 12
const fewUnknown = 3
const mostRows = 400

export interface WhatIfResultsProps {
  readonly snapshot: Snapshot
  /** Null until the worker has answered. */
  readonly result: WhatIfResult | null
  readonly isEdit: boolean
}

/** Services that the personality as it is now would win, tie or lose; against what it was, where it is an edit. */
export function WhatIfResults({ snapshot, result, isEdit }: WhatIfResultsProps) {
  if (!result) return null
  if (!result.item) {
    return (
      <p className={styles.none}>
        The kernel would ignore it: a personality needs an IOProviderClass that is a string.
      </p>
    )
  }
  const { rows, verdict, notCompared } = result
  const misses = verdict?.misses ?? []
  return (
    <>
      {rows.length === 0 && (
        <p className={styles.none}>
          {verdict && verdict.considered > 0
            ? `None of the ${countText(verdict.considered, 'service')} of its provider class passes all its keys.`
            : 'No service of its provider class is in this capture.'}
        </p>
      )}
      {groups.map(([kind, tone, title]) => {
        const members = rows.filter(row => rowKind(row) === kind)
        if (members.length === 0) return null
        return (
          <section key={kind} className={styles.group} aria-label={title}>
            <h4>
              <StateMark tone={tone}>
                {title} <span className={styles.count}>{members.length}</span>
              </StateMark>
            </h4>
            <Rows
              snapshot={snapshot}
              rows={members}
              few={kind === 'unknown' ? fewUnknown : fewRows}
              isEdit={isEdit}
            />
          </section>
        )
      })}
      {notCompared > 0 && (
        <p className={styles.none}>
          {`It matches ${countText(notCompared, 'more service')}, whose drivers were not compared.`}
        </p>
      )}
      {misses.length > 0 && (
        <section className={styles.group} aria-label="Nearest misses">
          <h4>Nearest misses</h4>
          <NearMissList snapshot={snapshot} misses={misses.slice(0, 20)} />
        </section>
      )}
    </>
  )
}

interface RowsProps {
  readonly snapshot: Snapshot
  readonly rows: readonly WhatIfRow[]
  readonly few: number
  readonly isEdit: boolean
}

function Rows({ snapshot, rows, few, isEdit }: RowsProps) {
  const [showsAll, setShowsAll] = useState(false)
  const shown = rows.slice(0, showsAll ? mostRows : few)
  const rest = rows.length - shown.length
  return (
    <>
      <ul>
        {shown.map(row => (
          <Row key={row.entry} snapshot={snapshot} row={row} isEdit={isEdit} />
        ))}
      </ul>
      {rest > 0 && !showsAll && (
        <p>
          <LinkButton onClick={() => setShowsAll(true)}>
            {`Show ${countText(rest, 'more service')}`}
          </LinkButton>
        </p>
      )}
      {rest > 0 && showsAll && <p className={styles.none}>{`and ${rest} more`}</p>}
    </>
  )
}

interface RowProps {
  readonly snapshot: Snapshot
  readonly row: WhatIfRow
  readonly isEdit: boolean
}

function Row({ snapshot, row, isEdit }: RowProps) {
  const actions = useActions()
  const { entry, after, before } = row
  const change = changeWords(row)
  const rival = after?.rival ?? null
  return (
    <li className={styles.row}>
      <div className={styles.line}>
        <span className={styles.name}>
          <EntryLink snapshot={snapshot} entry={entry} />
        </span>
        {after && after.kind !== 'unknown' && (
          <span className={styles.score}>{scoreText(after.score)}</span>
        )}
      </div>
      <p className={styles.about}>
        {after?.because && <span>{visibleText(after.because)}</span>}
        {after && after.kind !== 'unknown' && after.kind !== 'not-considered' && (
          <span>
            {rival ? (
              <>
                against {scoreText(rival.score)} of{' '}
                <LinkButton onClick={() => actions.showPersonality(refOf(rival.item))}>
                  {visibleText(rival.item.name)}
                </LinkButton>
              </>
            ) : (
              'alone in its category'
            )}
          </span>
        )}
        {after && after.client !== null && (
          <span>
            now there: <EntryLink snapshot={snapshot} entry={after.client} />
          </span>
        )}
        {change !== null && <b>{change}</b>}
        {isEdit && before === null && after !== null && <b>did not match before</b>}
      </p>
    </li>
  )
}
