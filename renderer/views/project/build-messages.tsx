import { useId, type KeyboardEvent, type Ref } from 'react'
import type { BuildMessage } from '../../../core/project/project.ts'
import { classNames } from '../../widgets/class-names.ts'
import { placeAfter } from '../../widgets/list-keys.ts'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { VirtualList, virtualRowClass } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './build-messages.module.css'
import { placeParts, severityMark } from './build-words.ts'

export interface BuildMessagesProps {
  readonly listRef: Ref<HTMLDivElement>
  readonly root: string
  readonly messages: readonly BuildMessage[]
  readonly selected: number | null
  readonly onSelect: (index: number) => void
}

const rowHeight = 44
const pageRows = 5

/** What compiler, linker and make complain of, in the order it was printed. */
export function BuildMessages(props: BuildMessagesProps) {
  const { listRef, root, messages, selected, onSelect } = props
  const id = useId()
  const at = selected ?? -1
  const onKeyDown = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, at, messages.length, pageRows)
    if (to === null) return
    event.preventDefault()
    onSelect(to)
  }
  return (
    <VirtualList
      viewportRef={listRef}
      role="listbox"
      aria-label="Messages of the build"
      aria-activedescendant={selected === null ? undefined : `${id}-${selected}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      count={messages.length}
      height={rowHeight}
      keep={at}
      scrollTo={at}
      scrollGeneration={at}
      renderRow={(index, place) => {
        const message = messages[index]!
        const { tone, word } = severityMark(message)
        return (
          <div
            key={index}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === selected}
            aria-posinset={index + 1}
            aria-setsize={messages.length}
            className={classNames(
              virtualRowClass,
              styles.message,
              index === selected && styles.selected,
            )}
            style={place}
            onClick={() => onSelect(index)}
          >
            <span className={styles.mark}>
              <StateMark tone={tone}>{word}</StateMark>
            </span>
            <span className={styles.text} title={visibleText(message.text)}>
              {visibleText(message.text)}
            </span>
            <span className={styles.place}>
              {message.file === '' ? (
                <span className={styles.none}>names no file</span>
              ) : (
                <Place root={root} message={message} />
              )}
            </span>
          </div>
        )
      }}
    />
  )
}

/** The file first: of a long path the beginning is what says least. */
function Place({ root, message }: { readonly root: string; readonly message: BuildMessage }) {
  const { name, folder } = placeParts(root, message)
  return (
    <>
      <span className={styles.file}>
        <Mono>{name}</Mono>
      </span>
      {folder !== '' && (
        <Mono isClipped isSoft>
          {folder}
        </Mono>
      )}
    </>
  )
}
