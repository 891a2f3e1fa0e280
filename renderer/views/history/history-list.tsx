import { useId, type KeyboardEvent } from 'react'
import type { ActionSummary } from '../../../core/contract/types.ts'
import { classNames } from '../../widgets/class-names.ts'
import { placeAfter } from '../../widgets/list-keys.ts'
import { VirtualList, virtualRowClass } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { recordMark, StatusMark } from '../action/status-mark.tsx'
import { dayAndTime } from '../shell/times.ts'
import styles from './history-list.module.css'

/** Three lines and what is around them. */
const actionHeight = 70
const pageRows = 8

export interface HistoryListProps {
  readonly actions: readonly ActionSummary[]
  readonly selectedId: string | null
  /** They are of more than one, so that each names its own. */
  readonly hasTargets: boolean
  readonly onSelect: (actionId: string) => void
}

/** Actions, newest first; arrow keys move the selection. Only those in sight are drawn. */
export function HistoryList({ actions, selectedId, hasTargets, onSelect }: HistoryListProps) {
  const id = useId()
  const selected = actions.findIndex(action => action.id === selectedId)
  const onKeyDown = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, selected, actions.length, pageRows)
    if (to === null) return
    event.preventDefault()
    onSelect(actions[to]!.id)
  }
  return (
    <VirtualList
      role="listbox"
      aria-label="Actions"
      aria-activedescendant={selected >= 0 ? `${id}-${selected}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      count={actions.length}
      height={actionHeight}
      keep={selected}
      scrollTo={selected}
      scrollGeneration={selectedId ?? ''}
      renderRow={(index, place) => {
        const action = actions[index]!
        return (
          <div
            key={action.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === selected}
            aria-posinset={index + 1}
            aria-setsize={actions.length}
            className={classNames(virtualRowClass, styles.row)}
            style={place}
            onClick={() => onSelect(action.id)}
          >
            <Action action={action} isSelected={index === selected} hasTarget={hasTargets} />
          </div>
        )
      }}
    />
  )
}

interface ActionProps {
  readonly action: ActionSummary
  readonly isSelected: boolean
  readonly hasTarget: boolean
}

function Action({ action, isSelected, hasTarget }: ActionProps) {
  const { title, headline, targetLabel, startedAt } = action
  const mark = recordMark(action)
  return (
    <div className={classNames(styles.action, isSelected && styles.selected)}>
      <StatusMark mark={mark} />
      <span className={styles.words}>
        <span className={styles.title}>{visibleText(title)}</span>
        <span className={styles.headline} title={visibleText(headline)}>
          {visibleText(headline)}
        </span>
        <span className={styles.when}>
          <span className={styles.word}>{mark.word}</span>
          {hasTarget && <span>{visibleText(targetLabel)}</span>}
          <span>{dayAndTime(startedAt)}</span>
        </span>
      </span>
    </div>
  )
}
