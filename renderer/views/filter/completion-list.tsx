import { useEffect, useRef, type Ref } from 'react'
import type { CompletionItem } from '../../../core/query/filter/complete-filter.ts'
import { letterRuns } from '../../filter/typed-letters.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './completion-list.module.css'

export interface CompletionListProps {
  readonly ref: Ref<HTMLDivElement>
  readonly id: string
  readonly optionId: (index: number) => string
  readonly items: readonly CompletionItem[]
  /** The part of the word that stands before the cursor. */
  readonly typed: string
  readonly active: number
  readonly onPick: (item: CompletionItem) => void
}

/** What could stand at the cursor: of what kind it is by its word, what was typed of it in bold. */
export function CompletionList(props: CompletionListProps) {
  const { ref, id, optionId, items, typed, active, onPick } = props
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div ref={ref} className={styles.popup}>
      <ul
        ref={list}
        id={id}
        role="listbox"
        aria-label="Suggestions"
        className={styles.list}
        // The field keeps the focus.
        onMouseDown={event => event.preventDefault()}
      >
        {items.map((item, index) => (
          <li
            key={`${item.kind} ${item.insert}`}
            id={optionId(index)}
            role="option"
            aria-selected={index === active}
            className={styles.option}
            onClick={() => onPick(item)}
          >
            <span className={styles.kind}>{item.kind}</span>{' '}
            <span className={styles.label}>
              {letterRuns(visibleText(item.label ?? item.insert), typed).map((run, at) =>
                run.isTyped ? <b key={at}>{run.text}</b> : run.text,
              )}
            </span>{' '}
            <span className={styles.hint}>{visibleText(item.hint)}</span>
          </li>
        ))}
      </ul>
      <p className={styles.keys} aria-hidden="true">
        <kbd>↑</kbd>
        <kbd>↓</kbd> choose <kbd>Tab</kbd> accept <kbd>Esc</kbd> close
      </p>
    </div>
  )
}
