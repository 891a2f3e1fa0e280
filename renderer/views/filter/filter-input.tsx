import { useDeferredValue, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { ChangeEvent, KeyboardEvent } from 'react'
import {
  completeFilter,
  type Completion,
  type CompletionItem,
  type CompletionSource,
} from '../../../core/query/filter/complete-filter.ts'
import type { HitState } from '../../filter/hits.ts'
import { prepareFilter } from '../../filter/prepare-filter.ts'
import { readFilter } from '../../filter/read-filter.ts'
import { classNames } from '../../widgets/class-names.ts'
import { CompletionList } from './completion-list.tsx'
import styles from './filter-input.module.css'
import { FilterText } from './filter-text.tsx'
import { FilterProblemNote } from './problem-note.tsx'

export interface FilterInputProps {
  readonly id?: string
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onChange: (text: string) => void
  /** What completion is made from; without it there is none. */
  readonly source: CompletionSource | null
  readonly isDisabled?: boolean
  /** Enter where no suggestion is chosen, and F3; with Shift the other way. */
  readonly onEnter?: (step: 1 | -1) => void
  /** Escape where no list is open; true when it had something to do. */
  readonly onEscape?: () => boolean
  /** Where the tree shows what it finds: what the hits are made from. */
  readonly hitState?: () => HitState
  /** Drawn as a field of a form. */
  readonly isInForm?: boolean
  /** Of the `FilterProblemNote` that stands elsewhere; without it there is one below the field. */
  readonly noteId?: string
}

/** After these somebody wants to hear what can follow, without having typed any of it. */
const asksForMore = /(?:[:=<>~(]|\bcontains)\s*$/

/** One line of the filter language (combobox pattern of WAI-ARIA: an editable field with a list of suggestions). */
export function FilterInput(props: FilterInputProps) {
  const { id, label, placeholder, value, onChange, source, isDisabled = false } = props
  const ownId = useId()
  const noteId = props.noteId ?? `${ownId}-problem`
  const input = useRef<HTMLInputElement>(null)
  const layer = useRef<HTMLDivElement>(null)
  const popup = useRef<HTMLDivElement>(null)
  const [list, setList] = useState<OpenList>(closed)
  /** Where the cursor goes when the text that was chosen is in the field. */
  const cursorAfter = useRef<number | null>(null)

  const parsed = readFilter(value)
  const problem = parsed.ok ? null : parsed.problem
  // The letters come first, what could follow them when there is time.
  const asked = useDeferredValue(list)
  const text = useDeferredValue(value)
  const completion = useMemo(
    () => (asked.isOpen && source ? completionAt(text, asked, source) : null),
    [asked, text, source],
  )
  const isShown = list.isOpen && completion !== null
  const active = isShown ? Math.min(list.active, completion.items.length - 1) : -1
  const optionId = (index: number) => `${ownId}-option-${index}`

  useLayoutEffect(() => {
    if (cursorAfter.current === null) return
    input.current?.setSelectionRange(cursorAfter.current, cursorAfter.current)
    cursorAfter.current = null
  }, [value])
  // The list stands below the word that it completes, as far as there is room; the layer scrolls with the field.
  useLayoutEffect(() => {
    // Reading makes the page lay out at once: before the frame is painted it has to do so anyway.
    const frame = requestAnimationFrame(() => {
      const [field, colours, box] = [input.current, layer.current, popup.current]
      if (!field || !colours) return
      const scrolled = field.scrollLeft
      const isMeant = box !== null && completion !== null
      const shift = isMeant ? widthBefore(colours, completion.span.start) - scrolled : 0
      const room = isMeant ? field.clientWidth - box.offsetWidth : 0
      const start = field.offsetLeft + Math.max(0, Math.min(shift, room))
      if (colours.scrollLeft !== scrolled) colours.scrollLeft = scrolled
      if (isMeant) box.style.insetInlineStart = `${start}px`
    })
    return () => cancelAnimationFrame(frame)
  }, [value, completion, isShown])

  const typed = (event: ChangeEvent<HTMLInputElement>) => {
    const { value: next, selectionStart } = event.currentTarget
    const cursor = selectionStart ?? next.length
    const { inputType = '', data } = event.nativeEvent as Partial<InputEvent>
    // What comes in one piece is not being typed, and needs no suggestions.
    const isLetter = inputType === 'insertText' && (data?.length ?? 0) <= 2
    const isTyping = isLetter || (list.isOpen && inputType.startsWith('delete'))
    setList(isTyping ? { isOpen: true, isAsked: false, active: -1, cursor } : closed)
    onChange(next)
  }
  const accept = ({ insert, kind }: CompletionItem, { span }: Completion) => {
    const cursor = span.start + insert.length
    cursorAfter.current = cursor
    const goesOn = kind === 'field' || kind === 'operator' || kind === 'key'
    setList(goesOn ? { isOpen: true, isAsked: false, active: -1, cursor } : closed)
    onChange(value.slice(0, span.start) + insert + value.slice(span.end))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const items = isShown ? completion.items : []
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey
    const taken = () => {
      event.preventDefault()
      event.stopPropagation()
    }
    if (event.key === ' ' && event.ctrlKey) {
      taken()
      const cursor = event.currentTarget.selectionStart ?? value.length
      setList({ isOpen: true, isAsked: true, active: -1, cursor })
    } else if (event.key === 'Escape') {
      if (isShown || props.onEscape?.()) taken()
      setList(closed)
    } else if (event.key === 'F3' && props.onEnter) {
      taken()
      props.onEnter(event.shiftKey ? -1 : 1)
    } else if (!isPlain) {
      return
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && items.length > 0) {
      taken()
      const step = event.key === 'ArrowDown' ? 1 : -1
      // One more place than there are suggestions: none is chosen there.
      const places = items.length + 1
      setList({ ...list, active: ((active + 1 + step + places) % places) - 1 })
    } else if ((event.key === 'Tab' || event.key === 'Enter') && active >= 0 && !event.shiftKey) {
      taken()
      accept(items[active]!, completion!)
    } else if (event.key === 'Enter') {
      setList(closed)
      props.onEnter?.(event.shiftKey ? -1 : 1)
    }
  }
  /** The cursor was moved: what is offered is about where it stands now. */
  const moved = () => {
    const cursor = input.current?.selectionStart ?? 0
    if (list.isOpen && cursor !== list.cursor) setList({ ...list, cursor, active: -1 })
    if (layer.current && input.current) layer.current.scrollLeft = input.current.scrollLeft
  }

  return (
    <div className={classNames(styles.frame, props.isInForm && styles.inForm)}>
      <div className={styles.line}>
        <div ref={layer} className={styles.layer} aria-hidden="true">
          <FilterText text={value} problem={problem} />
        </div>
        <input
          ref={input}
          id={id}
          type="text"
          role="combobox"
          aria-label={label}
          aria-autocomplete="list"
          aria-expanded={isShown}
          aria-controls={isShown ? `${ownId}-list` : undefined}
          aria-activedescendant={active >= 0 ? optionId(active) : undefined}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? noteId : undefined}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          disabled={isDisabled}
          className={styles.input}
          value={value}
          onChange={typed}
          onKeyDown={onKeyDown}
          onSelect={moved}
          onScroll={moved}
          onFocus={() => source && prepareFilter(source, props.hitState)}
          onBlur={() => setList(closed)}
        />
      </div>
      {problem && props.noteId === undefined && <FilterProblemNote id={noteId} problem={problem} />}
      {isShown && (
        <CompletionList
          ref={popup}
          id={`${ownId}-list`}
          optionId={optionId}
          items={completion.items}
          typed={value.slice(completion.span.start, list.cursor)}
          active={active}
          onPick={item => accept(item, completion)}
        />
      )}
    </div>
  )
}

interface OpenList {
  readonly isOpen: boolean
  /** By the key for it, not by typing: whatever can stand there is listed. */
  readonly isAsked: boolean
  /** The suggestion that the arrow keys chose, -1 for none. */
  readonly active: number
  readonly cursor: number
}

const closed: OpenList = { isOpen: false, isAsked: false, active: -1, cursor: 0 }

/** What is worth listing, or null. */
function completionAt(
  text: string,
  { cursor, isAsked }: OpenList,
  source: CompletionSource,
): Completion | null {
  const before = text.slice(0, cursor)
  const found = completeFilter(text, cursor, source)
  const begun = text.slice(found.span.start, cursor)
  if (!isAsked && begun === '' && !asksForMore.test(before)) return null
  // A word that is there already needs no suggestion.
  const items = found.items.filter(({ insert }) => isAsked || insert.trim() !== begun)
  return items.length === 0 ? null : { ...found, items }
}

/** How far the text before a place reaches in the layer, in pixels. */
function widthBefore(layer: HTMLElement, place: number): number {
  const range = document.createRange()
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT)
  let left = place
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const length = node.textContent?.length ?? 0
    if (left > length) {
      left -= length
      continue
    }
    range.setStart(node, left)
    range.setEnd(node, left)
    return (
      range.getBoundingClientRect().left - layer.getBoundingClientRect().left + layer.scrollLeft
    )
  }
  return 0
}
