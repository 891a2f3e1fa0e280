import { useId, type ComponentProps, type ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './field.module.css'

interface Labelled {
  readonly label: string
  /** What is wrong with it, or what it is for. */
  readonly hint?: ReactNode
  readonly error?: string | null
}

export interface FieldProps extends Labelled, Omit<ComponentProps<'input'>, 'className' | 'id'> {
  readonly isMono?: boolean
  /** Beside the input: a button that fills it. */
  readonly aside?: ReactNode
}

export function Field({ label, hint, error, isMono, aside, ...rest }: FieldProps) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={styles.line}>
        <input
          spellCheck={false}
          autoComplete="off"
          {...rest}
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          className={classNames(styles.input, isMono && styles.mono)}
        />
        {aside}
      </div>
      {note && (
        <p id={`${id}-note`} className={classNames(styles.note, error && styles.error)}>
          {note}
        </p>
      )}
    </div>
  )
}

/** Around an input that has the same words as its name: they are for the eye alone. */
export function NamedField({
  label,
  children,
}: {
  readonly label: string
  readonly children: ReactNode
}) {
  return (
    <div className={styles.field}>
      <span className={styles.label} aria-hidden="true">
        {label}
      </span>
      {children}
    </div>
  )
}

export interface SelectProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly value: T; readonly text: string }[]
  readonly onChange: (value: T) => void
  /** The label is only for assistive technology. */
  readonly isLabelHidden?: boolean
}

/** The system's own menu: keyboard, screen readers and touch come with it. */
export function Select<T extends string>(props: SelectProps<T>) {
  const { label, value, options, onChange, isLabelHidden } = props
  const id = useId()
  return (
    <div className={styles.field}>
      {!isLabelHidden && (
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
      )}
      <select
        id={id}
        aria-label={isLabelHidden ? label : undefined}
        className={styles.select}
        value={value}
        onChange={event => onChange(event.currentTarget.value as T)}
      >
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </div>
  )
}

export interface CheckboxProps {
  readonly label: string
  readonly hint?: string
  readonly isChecked: boolean
  readonly onChange: (isChecked: boolean) => void
}

export function Checkbox({ label, hint, isChecked, onChange }: CheckboxProps) {
  return (
    <label className={styles.checkbox}>
      <input
        type="checkbox"
        checked={isChecked}
        onChange={event => onChange(event.currentTarget.checked)}
      />
      <span>
        {label}
        {hint !== undefined && <span className={styles.note}>{hint}</span>}
      </span>
    </label>
  )
}
