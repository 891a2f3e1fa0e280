import type { LucideIcon } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './finder.module.css'
import { smallIconProps } from './icons.ts'

export interface FinderProps {
  /** Of the list; its options are `${id}-0` and so on. */
  readonly id: string
  readonly label: string
  readonly listLabel: string
  readonly placeholder: string
  readonly text: string
  readonly onText: (text: string) => void
  readonly onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void
  /** How many options there are. */
  readonly count: number
  /** The option that Enter takes, or -1. */
  readonly chosen: number
  /** The options, in groups or not. */
  readonly children: ReactNode
  /** Said where there is none. */
  readonly nothing: ReactNode
}

/** A field and, below it, what is found by what is typed (combobox pattern of WAI-ARIA). The focus stays in the field. */
export function Finder(props: FinderProps) {
  const { id, label, listLabel, placeholder, text, onText, onKeyDown, count, chosen } = props
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <div className={styles.finder}>
      <input
        type="text"
        role="combobox"
        className={styles.input}
        aria-label={label}
        aria-expanded={count > 0}
        aria-controls={id}
        aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={event => onText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={listLabel}
        className={styles.list}
        hidden={count === 0}
      >
        {props.children}
      </div>
      {count === 0 && props.nothing}
    </div>
  )
}

export interface FinderOptionProps {
  readonly id: string
  readonly icon: LucideIcon
  readonly title: string
  readonly aside: string
  readonly isChosen: boolean
  readonly isBarred?: boolean
  readonly onPoint: () => void
  readonly onTake: () => void
  /** At its end. */
  readonly children?: ReactNode
}

export function FinderOption(props: FinderOptionProps) {
  const { id, icon: Icon, title, aside, isChosen, isBarred = false, onPoint, onTake } = props
  return (
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      aria-disabled={isBarred}
      className={classNames(styles.option, isChosen && styles.chosen, isBarred && styles.barred)}
      onPointerMove={onPoint}
      onClick={onTake}
    >
      <Icon {...smallIconProps} />
      <span className={styles.title}>{title}</span>
      <span className={styles.aside}>{aside}</span>
      {props.children}
    </div>
  )
}
