import { Search } from 'lucide-react'
import { classNames } from './class-names.ts'
import styles from './filter-field.module.css'
import { smallIconProps } from './icons.ts'

export interface FilterFieldProps {
  /** What is filtered: "Filter kexts". */
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onChange: (text: string) => void
  /** Of the input, where a shortcut leads to it. */
  readonly id?: string
  /** In a bar of a pane. */
  readonly isSlim?: boolean
}

/** Narrows a list as one types; Escape empties it. As wide as what it stands in. */
export function FilterField({ label, placeholder, value, onChange, id, isSlim }: FilterFieldProps) {
  return (
    <label className={classNames(styles.field, isSlim && styles.slim)}>
      <Search {...smallIconProps} />
      <input
        id={id}
        aria-label={label}
        placeholder={placeholder}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={event => onChange(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key !== 'Escape' || value === '') return
          event.stopPropagation()
          onChange('')
        }}
      />
    </label>
  )
}
