import { useState } from 'react'
import { changeWords, type ChangeRow, type ChangeWhat } from '../../../core/watch/change-rows.ts'
import { useActions } from '../../state/app-context.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { VirtualTable, type Column } from '../../widgets/virtual-table.tsx'
import styles from './change-list.module.css'
import { timeOfDay, valuesText, whatText } from './change-text.ts'

type Key = 'at' | 'entry' | 'what' | 'values'

const columns: readonly Column<Key>[] = [
  { key: 'at', title: 'Time', track: '64px' },
  { key: 'entry', title: 'Entry', track: 'minmax(100px, 1.2fr)' },
  { key: 'what', title: 'What', track: 'minmax(84px, 0.9fr)' },
  { key: 'values', title: 'Before → after', track: 'minmax(120px, 1.6fr)' },
]

const tones: Readonly<Partial<Record<ChangeWhat, string | undefined>>> = {
  new: styles.new,
  gone: styles.gone,
  boot: styles.boot,
}

export interface ChangeListProps {
  /** Newest last; shown newest first. */
  readonly changes: readonly ChangeRow[]
  /** How many came before the first. */
  readonly firstNumber: number
}

/** What a watch saw, newest first. A click shows the entry. */
export function ChangeList({ changes, firstNumber }: ChangeListProps) {
  const actions = useActions()
  /** By number, which stays when more come. */
  const [selected, setSelected] = useState(-1)
  const rowAt = (index: number) => changes[changes.length - 1 - index]!
  const numberAt = (index: number) => firstNumber + changes.length - 1 - index
  const selectedIndex = firstNumber + changes.length - 1 - selected
  const isThere = selected >= firstNumber && selectedIndex >= 0

  const select = (index: number) => {
    setSelected(numberAt(index))
    const { entryId, path } = rowAt(index)
    if (path === null && entryId === null) return
    actions.showWatched()
    actions.showEntry({ id: entryId, path })
  }
  return (
    <VirtualTable
      label="Changes"
      columns={columns}
      count={changes.length}
      selected={isThere ? selectedIndex : -1}
      onSelect={select}
      renderCell={(index, column) => <Cell row={rowAt(index)} column={column} />}
    />
  )
}

function Cell({ row, column }: { readonly row: ChangeRow; readonly column: Key }) {
  switch (column) {
    case 'at':
      return <span className={styles.time}>{timeOfDay(row.at)}</span>
    case 'entry':
      return (
        <span className={styles.entry} title={visibleText(row.path ?? row.label)}>
          <span className={row.what === 'gone' ? styles.struck : undefined}>
            {visibleText(row.label)}
          </span>
          {row.className !== null && (
            <span className={styles.class}> {visibleText(row.className)}</span>
          )}
        </span>
      )
    case 'what':
      return (
        <span className={row.key === null ? tones[row.what] : styles.key}>
          {row.key === null ? changeWords[row.what] : visibleText(whatText(row))}
        </span>
      )
    case 'values': {
      const text = visibleText(valuesText(row))
      return (
        <span className={styles.values} title={text}>
          {text}
        </span>
      )
    }
  }
}
