import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { nodeLabel, nodePath } from '../../../core/registry/paths.ts'
import {
  lookUpPath,
  pathOffers,
  type PathOffer,
  type PathOffers,
} from '../../registry/path-lookup.ts'
import { useActions } from '../../state/app-context.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './path-bar.module.css'

export interface PathFieldProps {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  readonly initial: string
  readonly onClose: () => void
}

/** Of equal names so many places are offered. */
const mostPlaces = 50

/** A path, an ID or a name, with what could come next (combobox pattern of WAI-ARIA). */
export function PathField({ snapshot, plane, initial, onClose }: PathFieldProps) {
  const actions = useActions()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const [opener] = useState(() => document.activeElement)
  const [text, setText] = useState(initial)
  const [isListOpen, setListOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const [error, setError] = useState<string | null>(null)
  /** Places of a name that several entries have: offered in the place of what could come next. */
  const [places, setPlaces] = useState<PathOffers | null>(null)
  const { offers, more } = useMemo(
    () => places ?? (isListOpen ? pathOffers(snapshot, text, plane.plane) : noOffers),
    [places, isListOpen, snapshot, text, plane],
  )

  useEffect(() => {
    input.current?.focus()
    input.current?.select()
  }, [])
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])

  const change = (next: string) => {
    setText(next)
    setListOpen(true)
    setActive(-1)
    setError(null)
    setPlaces(null)
  }
  const close = (givesFocusBack: boolean) => {
    onClose()
    if (!givesFocusBack) return
    // The row that was selected may be another element by then.
    requestAnimationFrame(() => {
      const row = document.querySelector<HTMLElement>(
        '[role="treegrid"] [role="row"][tabindex="0"], [role="option"][tabindex="0"]',
      )
      if (opener instanceof HTMLElement && opener.isConnected && opener !== document.body) {
        opener.focus()
      } else row?.focus()
    })
  }
  const goTo = (place: NonNullable<PathOffer['place']>) => {
    actions.showPlace(place.plane, place.node)
    onClose()
    requestAnimationFrame(() =>
      document
        .querySelector<HTMLElement>(
          '[role="treegrid"] [role="row"][tabindex="0"], [role="option"][tabindex="0"]',
        )
        ?.focus({ preventScroll: true }),
    )
  }
  const take = (offer: PathOffer) => {
    if (offer.place) goTo(offer.place)
    else change(offer.text)
  }
  const enter = () => {
    // What is written out is among the offers: it need not be looked for again.
    const offer = offers[active] ?? (places ? undefined : offers.find(each => each.text === text))
    if (offer) return take(offer)
    const answer = lookUpPath(snapshot, text, plane.plane)
    if (answer.kind === 'place') return goTo(answer.place)
    setError(answer.why)
    setActive(-1)
    if (answer.kind === 'several') {
      setPlaces({
        offers: answer.places.slice(0, mostPlaces).map(place => {
          const path = nodePath(snapshot, place.plane, place.node)
          const label = nodeLabel(snapshot, place.plane, place.node)
          return { text: path, label, hint: path, place, hasClients: false }
        }),
        more: Math.max(0, answer.places.length - mostPlaces),
      })
    }
  }
  /** Writes out what is offered, as far as it can be gone on from. */
  const complete = (): boolean => {
    const offer = offers[Math.max(0, active)]
    if (!offer || places) return false
    const next = offer.hasClients && offer.place ? `${offer.text}/` : offer.text
    if (next === text) return false
    change(next)
    return true
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') enter()
    else if (event.key === 'Escape') {
      if (isListOpen && offers.length > 0) {
        setListOpen(false)
        setPlaces(null)
        setActive(-1)
      } else close(true)
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (event.altKey || event.ctrlKey || event.metaKey) return
      if (!isListOpen) setListOpen(true)
      else if (offers.length > 0) {
        const by = event.key === 'ArrowDown' ? 1 : -1
        const first = by === 1 ? 0 : offers.length - 1
        setActive(active === -1 ? first : (active + by + offers.length) % offers.length)
      }
    } else if (event.key !== 'Tab' || event.shiftKey || !isListOpen || !complete()) return
    event.preventDefault()
    event.stopPropagation()
  }

  const isOpen = offers.length > 0
  return (
    <div className={styles.field}>
      <input
        ref={input}
        role="combobox"
        aria-label="Go to a path, name or ID"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active === -1 ? undefined : `${id}-${active}`}
        aria-invalid={error !== null || undefined}
        aria-describedby={error === null ? undefined : `${id}-error`}
        spellCheck={false}
        autoComplete="off"
        className={styles.input}
        value={text}
        onChange={event => change(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => close(false)}
      />
      {(isOpen || error !== null) && (
        // What is pressed here leaves the focus in the field.
        <div className={styles.popup} onMouseDown={event => event.preventDefault()}>
          {error !== null && (
            <p id={`${id}-error`} role="alert" className={styles.error}>
              {visibleText(error)}
            </p>
          )}
          {isOpen && (
            <ul
              ref={list}
              id={`${id}-list`}
              role="listbox"
              aria-label={places ? 'Entries of that name' : 'What could be meant'}
              className={styles.offers}
            >
              {offers.map((offer, index) => (
                <li
                  key={`${index} ${offer.text}`}
                  id={`${id}-${index}`}
                  role="option"
                  aria-selected={index === active}
                  className={classNames(styles.offer, index === active && styles.active)}
                  onClick={() => take(offer)}
                >
                  <span className={styles.label}>{visibleText(offer.label)}</span>
                  <span className={styles.hint}>{visibleText(offer.hint)}</span>
                </li>
              ))}
            </ul>
          )}
          {isOpen && (
            <p className={styles.help}>
              {more > 0 && `${more.toLocaleString('en-US')} more: type on. `}
              <kbd>Tab</kbd> completes, <kbd>Enter</kbd> goes there.
            </p>
          )}
        </div>
      )}
    </div>
  )
}

const noOffers: PathOffers = { offers: [], more: 0 }
