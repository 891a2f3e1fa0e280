import { useState } from 'react'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { useActions } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { CopyButton } from '../../widgets/copyable.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './connect-view.module.css'
import { fingerprintGroups } from './fingerprint.ts'

export interface HostKeyDialogProps {
  readonly targetId: string
  readonly label: string
  readonly failure: Extract<Failure, { kind: 'host-key-unknown' | 'host-key-changed' }>
}

/** A key seen first is a question; a key that changed is a refusal with a way out behind a second step. */
export function HostKeyDialog({ targetId, label, failure }: HostKeyDialogProps) {
  return failure.kind === 'host-key-unknown' ? (
    <UnknownKey targetId={targetId} label={label} failure={failure} />
  ) : (
    <ChangedKey targetId={targetId} label={label} failure={failure} />
  )
}

function UnknownKey({
  targetId,
  label,
  failure,
}: HostKeyDialogProps & { readonly failure: { readonly kind: 'host-key-unknown' } }) {
  const actions = useActions()
  const { address, keyType, fingerprint } = failure
  return (
    <Dialog
      title={`Is this ${label}?`}
      onClose={actions.clearSignIn}
      foot={
        <>
          <Button onClick={actions.clearSignIn}>Do not connect</Button>
          <Button
            kind="primary"
            onClick={() => void actions.connect(targetId, { trustFingerprint: fingerprint })}
          >
            Trust and connect
          </Button>
        </>
      }
    >
      <div className={styles.dialogText}>
        <p>
          Kextant has not connected to <Mono>{address}</Mono> before. Nothing secret was sent yet.
          Compare this fingerprint with the one the guest shows for itself:
        </p>
        <Fingerprint title={`Its key (${visibleText(keyType)})`} fingerprint={fingerprint} />
        <p>
          On the guest’s console, <Mono>{`ssh-keygen -lf ${publicKeyFile(keyType)}`}</Mono> prints
          it.
        </p>
      </div>
    </Dialog>
  )
}

function ChangedKey({
  targetId,
  label,
  failure,
}: HostKeyDialogProps & { readonly failure: { readonly kind: 'host-key-changed' } }) {
  const actions = useActions()
  const [isSure, setSure] = useState(false)
  const [refusal, setRefusal] = useState<Failure | null>(null)
  const { address, keyType, fingerprint, expected } = failure
  const forget = async () => {
    try {
      await actions.forgetHostKey(targetId)
      // The new key is then unknown, and is asked about like any other.
      await actions.connect(targetId)
    } catch (error) {
      setRefusal(failureOf(error))
    }
  }
  return (
    <Dialog
      title={`${label} shows another key than before`}
      onClose={actions.clearSignIn}
      foot={
        <>
          {isSure ? (
            <Button kind="danger" onClick={() => void forget()}>
              Forget the old key and compare the new one
            </Button>
          ) : (
            <Button kind="quiet" onClick={() => setSure(true)}>
              Forget the old key…
            </Button>
          )}
          <Button kind="primary" onClick={actions.clearSignIn}>
            Stay disconnected
          </Button>
        </>
      }
    >
      <div className={styles.dialogText}>
        <Banner tone="bad" isInset>
          The connection to <Mono>{address}</Mono> was refused. Nothing was sent.
        </Banner>
        <Fingerprint title="The key on record" fingerprint={expected} />
        <Fingerprint
          title={`The key shown now (${visibleText(keyType)})`}
          fingerprint={fingerprint}
        />
        <p>
          {isSure
            ? 'Only if you know that the guest was reinstalled or its keys were made anew. Otherwise somebody may stand between you and the guest.'
            : 'Either the guest was reinstalled, or another machine answers at its address.'}
        </p>
        {refusal && (
          <Banner tone="bad" isInset>
            {sentenceFor(refusal)}
          </Banner>
        )}
      </div>
    </Dialog>
  )
}

function Fingerprint({
  title,
  fingerprint,
}: {
  readonly title: string
  readonly fingerprint: string
}) {
  return (
    <>
      <div className={styles.keyLabel}>
        {title}
        <CopyButton text={fingerprint} what="fingerprint" />
      </div>
      <div className={styles.key} aria-label={visibleText(fingerprint)} role="group">
        {fingerprintGroups(visibleText(fingerprint)).map((group, index) => (
          <span key={index}>{group}</span>
        ))}
      </div>
    </>
  )
}

/** Where sshd keeps the key of this type; the common ones only. */
function publicKeyFile(keyType: string): string {
  const name = keyType.includes('ed25519') ? 'ed25519' : keyType.includes('ecdsa') ? 'ecdsa' : 'rsa'
  return `/etc/ssh/ssh_host_${name}_key.pub`
}
