import { useEffect, useState } from 'react'
import { compiledFor } from '../../filter/compile.ts'
import { entriesFound } from '../../filter/ask-rules.ts'
import { readFilter } from '../../filter/read-filter.ts'
import { runSlowly } from '../../filter/run-slowly.ts'
import { countBits } from '../../../core/registry/bit-set.ts'
import { useApp } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { NamedField } from '../../widgets/field.tsx'
import { useCompletionSource } from './filter-bar.tsx'
import styles from './filter-form-field.module.css'
import { FilterInput } from './filter-input.tsx'

export interface FilterFormFieldProps {
  readonly value: string
  readonly onChange: (text: string) => void
  readonly onEnter?: () => void
}

/** A filter in a form: whether it reads, and how many entries of the capture it finds. */
export function FilterFormField({ value, onChange, onEnter }: FilterFormFieldProps) {
  const current = useApp(state => state.current)
  const source = useCompletionSource(current)
  const found = useEntryCount(current, value)
  return (
    <NamedField label="Filter">
      <FilterInput
        label="Filter"
        placeholder="class:IOPCIDevice and state:!registered"
        value={value}
        onChange={onChange}
        source={source}
        isInForm
        {...(onEnter ? { onEnter } : {})}
      />
      <p className={styles.found} aria-live="polite">
        {found}
      </p>
    </NamedField>
  )
}

/** How many entries a filter finds, as a phrase; counted when the page has nothing else to do. */
function useEntryCount(current: OpenCapture | null, text: string): string {
  const [counted, setCounted] = useState<{ readonly of: string; readonly phrase: string } | null>(
    null,
  )
  const parsed = readFilter(text)
  const isAsked = current !== null && parsed.ok && text.trim() !== ''
  useEffect(() => {
    if (!isAsked) return
    const filter = compiledFor(current, text, 'names')
    if (!filter) return
    const control = new AbortController()
    const { signal } = control
    void runSlowly(entriesFound(current.snapshot, filter), { signal }).then(entries => {
      if (signal.aborted) return
      const count = entries ? countBits(entries) : null
      setCounted({ of: text, phrase: count === null ? tooLong : phraseFor(count) })
    })
    return () => control.abort()
  }, [current, isAsked, text])
  if (!isAsked) return ''
  return counted?.of === text ? counted.phrase : 'Counting…'
}

const tooLong = 'It takes long to look at every value: how many it finds is not known.'

function phraseFor(count: number): string {
  if (count === 0) return 'Finds nothing in this capture.'
  return `Finds ${count.toLocaleString('en-US')} ${count === 1 ? 'entry' : 'entries'} in this capture.`
}
