import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { placeAfter } from '../../widgets/list-keys.ts'
import styles from './choice-list.module.css'

export interface ChoiceListProps<T extends { readonly id: string }> {
  readonly label: string
  readonly items: readonly T[]
  readonly chosen: string | null
  readonly onChoose: (id: string) => void
  readonly onMove: (index: number, step: 1 | -1) => void
  readonly onRemove: (id: string) => void
  /** Space: switches an item on or off, where that means something. */
  readonly onToggle?: (id: string) => void
  /** Enter and a double click: what the list is for. */
  readonly onOpen?: (id: string) => void
  readonly renderItem: (item: T) => ReactNode
}

/** Items in an order of their own: arrow keys choose, with Alt they move, Delete removes. */
export function ChoiceList<T extends { readonly id: string }>(props: ChoiceListProps<T>) {
  const { label, items, chosen, onChoose, onMove, onRemove, onToggle, onOpen, renderItem } = props
  const id = useId()
  const list = useRef<HTMLUListElement>(null)
  const at = items.findIndex(item => item.id === chosen)
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' })
  }, [at])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      if (at !== -1) onMove(at, event.key === 'ArrowUp' ? -1 : 1)
    } else if (event.key === 'Delete' && at !== -1) onRemove(items[at]!.id)
    else if (event.key === ' ' && at !== -1 && onToggle) onToggle(items[at]!.id)
    else if (event.key === 'Enter' && at !== -1 && onOpen) onOpen(items[at]!.id)
    else {
      const to = placeAfter(event.key, at, items.length)
      if (to === null) return
      onChoose(items[to]!.id)
    }
    event.preventDefault()
  }
  return (
    <ul
      ref={list}
      role="listbox"
      aria-label={label}
      aria-activedescendant={at === -1 ? undefined : `${id}-${at}`}
      tabIndex={0}
      className={styles.list}
      onKeyDown={onKeyDown}
    >
      {items.map((item, index) => (
        <li
          key={item.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={item.id === chosen}
          className={styles.item}
          onClick={() => onChoose(item.id)}
          onDoubleClick={() => onOpen?.(item.id)}
        >
          {renderItem(item)}
        </li>
      ))}
    </ul>
  )
}
