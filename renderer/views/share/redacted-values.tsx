import { useMemo, useState } from 'react'
import type { RedactedValue } from '../../../core/contract/share-types.ts'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { VirtualTable, type Column } from '../../widgets/virtual-table.tsx'
import styles from './share.module.css'

const columns: readonly Column<'use' | 'original' | 'pseudonym' | 'count' | 'places'>[] = [
  { key: 'use', title: 'Use', track: '44px' },
  { key: 'original', title: 'Value', track: 'minmax(120px, 2fr)' },
  { key: 'pseudonym', title: 'Becomes', track: 'minmax(120px, 2fr)' },
  { key: 'count', title: 'Times', track: '56px', isNumeric: true },
  { key: 'places', title: 'Found in', track: 'minmax(100px, 2fr)' },
]

export interface RedactedValuesProps {
  readonly values: readonly RedactedValue[]
  readonly filter: string
  readonly kept: ReadonlySet<string>
  readonly onKeep: (id: string, isKept: boolean) => void
}

/** Every value that will be replaced; one that is unticked stays as it is. */
export function RedactedValues({ values, filter, kept, onKeep }: RedactedValuesProps) {
  const [selected, setSelected] = useState(0)
  const shown = useMemo(() => {
    const wanted = filter.trim().toLowerCase()
    if (wanted === '') return values
    return values.filter(({ original, pseudonym, places }) =>
      [original, pseudonym, ...places].some(text => text.toLowerCase().includes(wanted)),
    )
  }, [values, filter])

  return (
    <div className={styles.values}>
      <VirtualTable
        label="Values that are replaced"
        columns={columns}
        count={shown.length}
        selected={Math.min(selected, shown.length - 1)}
        onSelect={setSelected}
        onOpen={row => onKeep(shown[row]!.id, !kept.has(shown[row]!.id))}
        renderCell={(row, column) => {
          const { id, original, pseudonym, count, places } = shown[row]!
          switch (column) {
            case 'use':
              return (
                <input
                  type="checkbox"
                  tabIndex={-1}
                  aria-label={`Replace ${visibleText(original)}`}
                  checked={!kept.has(id)}
                  onChange={event => onKeep(id, !event.currentTarget.checked)}
                />
              )
            case 'original':
              return <Mono isClipped>{original}</Mono>
            case 'pseudonym':
              return kept.has(id) ? (
                <span className={styles.soft}>stays as it is</span>
              ) : (
                <Mono isClipped>{pseudonym}</Mono>
              )
            case 'count':
              return count.toLocaleString('en-US')
            case 'places':
              return (
                <span className={styles.soft} title={visibleText(places.join(', '))}>
                  {visibleText(places.join(', '))}
                </span>
              )
          }
        }}
      />
    </div>
  )
}
