import { useState } from 'react'
import type { ActionRequest } from '../../../core/contract/types.ts'
import { PickFileDialog } from '../connect/pick-file-dialog.tsx'
import { Button } from '../../widgets/button.tsx'
import { Disclosure } from '../../widgets/disclosure.tsx'
import { Field } from '../../widgets/field.tsx'
import styles from './loop-choice.module.css'

export type LoopKind = 'loaded' | 'unloaded' | 'push' | 'preflight'

/** What is to be done with a bundle, as it was chosen. */
export interface LoopOptions {
  readonly kind: LoopKind
  /** A file of expectations that was picked; null: the one near the bundle, or derived ones. */
  readonly expectationsPath: string | null
  /** In seconds, as typed; empty is the usual limit. */
  readonly patience: string
}

export const usualLoop: LoopOptions = { kind: 'loaded', expectationsPath: null, patience: '' }

const kinds: readonly { readonly kind: LoopKind; readonly text: string; readonly hint: string }[] =
  [
    {
      kind: 'loaded',
      text: 'Load it and leave it loaded',
      hint: 'push → preflight → load → settle → verify. What is loaded already is unloaded first.',
    },
    {
      kind: 'unloaded',
      text: 'Load it, verify it, unload it again',
      hint: 'push → preflight → load → settle → verify → unload → leak check',
    },
    {
      kind: 'push',
      text: 'Push only',
      hint: 'The bundle comes to lie in the guest; nothing is loaded.',
    },
    {
      kind: 'preflight',
      text: 'Preflight only',
      hint: 'Lint, libraries, what it would match, and the guest’s own check on a copy that goes again.',
    },
  ]

/** What the button says that makes the plan. */
export const planLabels: Readonly<Record<LoopKind, string>> = {
  loaded: 'Plan push and load…',
  unloaded: 'Plan the whole loop…',
  push: 'Plan a push only…',
  preflight: 'Plan a preflight…',
}

export function loopRequest(bundlePath: string, options: LoopOptions): ActionRequest {
  const { kind, expectationsPath } = options
  if (kind === 'push' || kind === 'preflight') return { kind, bundlePath }
  return {
    kind: 'loop',
    bundlePath,
    endsWith: kind,
    expectationsPath,
    timeoutMs: timeoutOf(options),
  }
}

const longestSeconds = 3600

function timeoutOf({ patience }: LoopOptions): number | null {
  const seconds = Number(patience)
  return patience.trim() === '' || !(seconds > 0) ? null : Math.round(seconds * 1000)
}

/** Why there is no plan with these options, or null. */
export function whyNoLoop({ patience }: LoopOptions): string | null {
  if (patience.trim() === '') return null
  const seconds = Number(patience)
  return seconds >= 0.1 && seconds <= longestSeconds
    ? null
    : `The limit is a number of seconds, from 0.1 to ${longestSeconds}.`
}

export interface LoopChoiceProps {
  readonly options: LoopOptions
  readonly onChange: (options: LoopOptions) => void
}

/** What to do with the bundle, and what is expected of it. */
export function LoopChoice({ options, onChange }: LoopChoiceProps) {
  const [isPicking, setPicking] = useState(false)
  const { kind, expectationsPath, patience } = options
  const isVerified = kind === 'loaded' || kind === 'unloaded'
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.title}>What to do</legend>
      <div className={styles.kinds}>
        {kinds.map(one => (
          <label
            key={one.kind}
            className={styles.kind}
            data-chosen={one.kind === kind || undefined}
          >
            <input
              type="radio"
              name="loop-kind"
              checked={one.kind === kind}
              onChange={() => onChange({ ...options, kind: one.kind })}
            />
            <span>
              <span className={styles.text}>{one.text}</span>
              <span className={styles.hint}>{one.hint}</span>
            </span>
          </label>
        ))}
      </div>
      {isVerified && (
        <div className={styles.expectations}>
          <Field
            label="Expectations"
            isMono
            value={expectationsPath ?? ''}
            placeholder="kextant.yaml near the bundle, else derived from its Info.plist"
            onChange={event => {
              const path = event.currentTarget.value
              onChange({ ...options, expectationsPath: path === '' ? null : path })
            }}
            aside={<Button onClick={() => setPicking(true)}>Choose…</Button>}
          />
          <Disclosure isMinor title="Limit" aside={patience === '' ? 'as usual' : `${patience} s`}>
            <div className={styles.limit}>
              <Field
                label="Seconds to wait for the registry to settle, and for what is expected"
                inputMode="decimal"
                placeholder="as usual"
                value={patience}
                error={whyNoLoop(options)}
                onChange={event => onChange({ ...options, patience: event.currentTarget.value })}
              />
            </div>
          </Disclosure>
        </div>
      )}
      {isPicking && (
        <PickFileDialog
          title="Choose a file of expectations"
          verb="Choose"
          onPick={path => {
            onChange({ ...options, expectationsPath: path })
            setPicking(false)
          }}
          onClose={() => setPicking(false)}
        />
      )}
    </fieldset>
  )
}
