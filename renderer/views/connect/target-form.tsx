import { FolderOpen } from 'lucide-react'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { targetInput, type TargetInput } from '../../../core/contract/guest-requests.ts'
import type { SavedTarget, SignInMethod } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { isHostKeyQuestion } from '../../state/connection-actions.ts'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button, IconButton } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Checkbox, Field, Select } from '../../widgets/field.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { sentenceCase } from './built-in-panel.tsx'
import styles from './connect-view.module.css'
import { failedField, problemsOf, type FormField } from './form-problems.ts'
import { PickFileDialog } from './pick-file-dialog.tsx'

export type TargetFields = Readonly<Omit<TargetInput, 'port' | 'id'>> & { readonly port: string }

export const emptyForm: TargetFields = {
  label: '',
  host: '',
  port: '22',
  user: 'root',
  method: 'password',
  keyPath: null,
  isReadOnly: false,
  isVirtualMachine: false,
}

export function formOf(target: SavedTarget): TargetFields {
  const { label, host, port, user, method, keyPath, isReadOnly, isVirtualMachine } = target
  return { label, host, port: String(port), user, method, keyPath, isReadOnly, isVirtualMachine }
}

export interface TargetFormProps {
  /** Null for a new one. */
  readonly target: SavedTarget | null
  readonly initial: TargetFields
  readonly onSaved: (targetId: string) => void
  readonly onRemoved: () => void
}

const methods: readonly { readonly value: SignInMethod; readonly text: string }[] = [
  { value: 'password', text: 'Password' },
  { value: 'key', text: 'Key file' },
  { value: 'agent', text: 'SSH agent' },
]

export function TargetForm({ target, initial, onSaved, onRemoved }: TargetFormProps) {
  const actions = useActions()
  const signIn = useApp(state => state.signIn)
  const connection = useApp(state => state.connection)
  const [fields, setFields] = useState(initial)
  const [secret, setSecret] = useState('')
  const [wasSent, setWasSent] = useState(false)
  const [isPicking, setPicking] = useState(false)
  const [isRemoving, setRemoving] = useState(false)
  const [saveFailure, setSaveFailure] = useState<Failure | null>(null)

  const set = (change: Partial<TargetFields>) => setFields(before => ({ ...before, ...change }))
  const input = { ...fields, id: target?.id ?? null, port: Number(fields.port) }
  const problems = problemsOf(targetInput.safeParse(input))
  const isBusy = signIn.phase === 'running'
  const failure =
    saveFailure ??
    (signIn.phase === 'failed' && signIn.targetId === target?.id ? signIn.failure : null)
  const about = failure ? failedField(failure) : null
  // Kextant has the secret of this account already, unless it was refused or the account is another.
  const isKept =
    target?.hasSecret === true &&
    about !== 'secret' &&
    target.method === fields.method &&
    target.user === fields.user &&
    target.host === fields.host
  const needsSecret = fields.method !== 'agent' && !isKept
  // What is about a field that is not shown is said above the fields.
  const isHidden =
    (about === 'secret' && !needsSecret) || (about === 'keyPath' && fields.method !== 'key')
  const failed = isHidden ? null : about
  const errorOf = (field: FormField): string | null => {
    if (failure && failed === field) return sentenceFor(failure)
    return (wasSent && problems[field]) || null
  }

  // What is wrong is where the cursor goes, so that it can be mended at once.
  const form = useRef<HTMLFormElement>(null)
  const [sentCount, setSentCount] = useState(0)
  useEffect(() => {
    if (sentCount > 0 || failure) {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
    }
  }, [sentCount, failure])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setWasSent(true)
    setSentCount(count => count + 1)
    setSaveFailure(null)
    if (Object.keys(problems).length > 0) return
    try {
      const saved = await actions.saveTarget(input)
      onSaved(saved.id)
      await actions.connect(saved.id, { secret: secret === '' ? null : secret })
    } catch (error) {
      setSaveFailure(failureOf(error))
    }
  }

  const remove = async (targetId: string) => {
    setRemoving(false)
    try {
      await actions.removeTarget(targetId)
      onRemoved()
    } catch (error) {
      setSaveFailure(failureOf(error))
    }
  }

  return (
    <>
      <div className={styles.intro}>
        <h1>{target ? target.label || target.host : 'Connect to a guest'}</h1>
        <p>
          A Darwin system that runs sshd (Remote Login). Its host key is compared before any secret
          leaves this machine.
        </p>
      </div>
      <form ref={form} className={styles.form} noValidate onSubmit={event => void submit(event)}>
        {failure && failed === null && !isHostKeyQuestion(failure) && (
          <Banner tone="bad" isInset>
            {sentenceFor(failure)}
          </Banner>
        )}
        <Field
          label="Label"
          placeholder="darwinOS in a VM"
          value={fields.label}
          error={errorOf('label')}
          onChange={event => set({ label: event.currentTarget.value })}
        />
        <div className={styles.pair}>
          <Field
            label="Host"
            isMono
            placeholder="192.168.64.5"
            value={fields.host}
            error={errorOf('host')}
            onChange={event => set({ host: event.currentTarget.value })}
          />
          <Field
            label="Port"
            isMono
            inputMode="numeric"
            value={fields.port}
            error={errorOf('port')}
            onChange={event => set({ port: event.currentTarget.value })}
          />
        </div>
        <div className={styles.even}>
          <Field
            label="User"
            isMono
            value={fields.user}
            error={errorOf('user')}
            onChange={event => set({ user: event.currentTarget.value })}
          />
          <Select
            label="Sign in with"
            value={fields.method}
            options={methods}
            onChange={method => set({ method })}
          />
        </div>
        {fields.method === 'key' && (
          <Field
            label="Key file"
            isMono
            placeholder="~/.ssh/id_ed25519"
            value={fields.keyPath ?? ''}
            error={errorOf('keyPath')}
            onChange={event => set({ keyPath: event.currentTarget.value || null })}
            aside={
              <IconButton
                label="Pick a key file"
                icon={<FolderOpen {...iconProps} />}
                onClick={() => setPicking(true)}
              />
            }
          />
        )}
        {needsSecret && (
          <Field
            label={fields.method === 'key' ? 'Passphrase, if it has one' : 'Password'}
            type="password"
            value={secret}
            error={errorOf('secret')}
            hint="Kept in memory until Kextant ends, never on the disk."
            onChange={event => setSecret(event.currentTarget.value)}
          />
        )}
        <Checkbox
          label="This is a virtual machine"
          hint="A panic takes a real machine down, with whatever else runs on it. Without this mark Kextant asks before each load."
          isChecked={fields.isVirtualMachine}
          onChange={isVirtualMachine => set({ isVirtualMachine })}
        />
        <Checkbox
          label="Read-only target"
          hint="Kextant pushes, loads and unloads nothing here."
          isChecked={fields.isReadOnly}
          onChange={isReadOnly => set({ isReadOnly })}
        />
        <div className={styles.buttons}>
          {isBusy ? (
            <>
              <Button kind="primary" disabled>
                {connection.phase === 'connecting' ? sentenceCase(connection.step) : 'Connecting'}
              </Button>
              <Button onClick={actions.cancelConnect}>Cancel</Button>
            </>
          ) : (
            <Button kind="primary" type="submit">
              Connect
            </Button>
          )}
          {target && !isBusy && (
            <Button kind="danger" onClick={() => setRemoving(true)}>
              Remove…
            </Button>
          )}
        </div>
      </form>
      {isRemoving && target && (
        <Dialog
          title={`Remove ${target.label || target.host}?`}
          onClose={() => setRemoving(false)}
          foot={
            <>
              <Button onClick={() => setRemoving(false)}>Keep it</Button>
              <Button kind="danger" onClick={() => void remove(target.id)}>
                Remove
              </Button>
            </>
          }
        >
          <p>Kextant forgets its address and how to sign in. Nothing changes on the guest.</p>
        </Dialog>
      )}
      {isPicking && (
        <PickFileDialog
          title="Pick a key file"
          verb="Use this key"
          onClose={() => setPicking(false)}
          onPick={keyPath => {
            set({ keyPath })
            setPicking(false)
          }}
        />
      )}
    </>
  )
}
