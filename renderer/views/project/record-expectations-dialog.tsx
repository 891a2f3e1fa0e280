import { useEffect, useId, useRef, useState } from 'react'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { RecordingExpectations } from '../../state/app-state.ts'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Copyable } from '../../widgets/copyable.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Field } from '../../widgets/field.tsx'
import { pathIn } from '../../widgets/host-path.ts'
import { Mono } from '../../widgets/mono.tsx'
import styles from './record-expectations-dialog.module.css'

type Step =
  | { readonly phase: 'reading' }
  | { readonly phase: 'unread'; readonly failure: Failure }
  | { readonly phase: 'editing'; readonly failure: Failure | null }
  | { readonly phase: 'saving' }
  /** There is such a file already: may it go? */
  | { readonly phase: 'exists' }
  | { readonly phase: 'saved'; readonly path: string }

/** What is there now, written down as what is expected from now on: to be read, changed and saved. */
export function RecordExpectationsDialog({ request }: { readonly request: RecordingExpectations }) {
  const actions = useActions()
  const home = useApp(state => state.host?.homeFolder ?? '~')
  const [step, setStep] = useState<Step>({ phase: 'reading' })
  const [text, setText] = useState('')
  const [path, setPath] = useState('')
  const saving = useRef<AbortController | null>(null)
  useEffect(() => () => saving.current?.abort(), [])
  const id = useId()

  useEffect(() => {
    const controller = new AbortController()
    actions.readExpectations(request, controller.signal).then(
      found => {
        if (controller.signal.aborted) return
        setText(found.text)
        setPath(found.suggestedPath ?? pathIn(home, 'kextant.yaml'))
        setStep({ phase: 'editing', failure: null })
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setStep({ phase: 'unread', failure: failureOf(error) })
      },
    )
    return () => controller.abort()
    // The folder is only where to begin: another one later is no reason to read again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [actions, request])

  const save = async (overwrite: boolean) => {
    const controller = (saving.current = new AbortController())
    setStep({ phase: 'saving' })
    try {
      const file = { path: path.trim(), text, overwrite }
      const saved = await actions.saveExpectations(file, controller.signal)
      setStep({ phase: 'saved', path: saved.path })
    } catch (error) {
      const failure = failureOf(error)
      setStep(failure.kind === 'file-exists' ? { phase: 'exists' } : { phase: 'editing', failure })
    }
  }
  const close = actions.stopRecordingExpectations

  if (step.phase === 'saved') {
    return (
      <Dialog
        title="Expectations saved"
        step="saved"
        onClose={close}
        foot={
          <Button kind="primary" onClick={close}>
            Done
          </Button>
        }
      >
        <div className={styles.said}>
          <p>
            Every load of <Mono>{request.bundleIdentifier}</Mono> from this project is held against
            them from now on.
          </p>
          <Copyable text={step.path} what="path" isWrapped />
        </div>
      </Dialog>
    )
  }
  if (step.phase === 'exists') {
    return (
      <Dialog
        title="Replace the expectations?"
        step="exists"
        onClose={close}
        foot={
          <>
            <Button onClick={() => setStep({ phase: 'editing', failure: null })}>Keep them</Button>
            <Button kind="danger" onClick={() => void save(true)}>
              Replace
            </Button>
          </>
        }
      >
        <div className={styles.said}>
          <p>There is a file of this name already. What is expected in it will be gone.</p>
          <Copyable text={path.trim()} what="path" isWrapped />
        </div>
      </Dialog>
    )
  }
  if (step.phase === 'reading' || step.phase === 'unread') {
    return (
      <Dialog
        title="Record expectations"
        step="reading"
        onClose={close}
        foot={<Button onClick={close}>{step.phase === 'reading' ? 'Cancel' : 'Close'}</Button>}
      >
        {step.phase === 'reading' ? (
          <p role="status">
            Kextant looks at what <Mono>{request.bundleIdentifier}</Mono> has in the guest.
          </p>
        ) : (
          <Banner tone="bad" isInset>
            {sentenceFor(step.failure)}
          </Banner>
        )}
      </Dialog>
    )
  }
  const isBusy = step.phase === 'saving'
  const isNamed = /[^/\\]\.ya?ml$/i.test(path.trim())
  const canSave = isNamed && text.trim() !== '' && !isBusy
  return (
    <Dialog
      title="Record expectations"
      step="editing"
      isWide
      onClose={close}
      foot={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" disabled={!canSave} onClick={() => void save(false)}>
            {isBusy ? 'Saving…' : 'Save'}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <p className={styles.soft} id={`${id}-about`}>
          What <Mono isSoft>{request.bundleIdentifier}</Mono> has in the guest now. Take out what is
          chance: a value that is another one each time, a line that comes late.
        </p>
        <textarea
          className={styles.text}
          aria-label="Expectations as YAML"
          aria-describedby={`${id}-about`}
          spellCheck={false}
          autoComplete="off"
          wrap="off"
          readOnly={isBusy}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
        />
        <Field
          label="File"
          isMono
          value={path}
          readOnly={isBusy}
          error={
            isNamed || path.trim() === ''
              ? null
              : 'The name of a file of expectations ends in .yaml.'
          }
          hint="Beside the sources, as kextant.yaml, every load finds it by itself."
          onChange={event => setPath(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Enter' && canSave) void save(false)
          }}
        />
        {step.phase === 'editing' && step.failure && (
          <Banner tone="bad" isInset>
            {sentenceFor(step.failure)}
          </Banner>
        )}
      </div>
    </Dialog>
  )
}
