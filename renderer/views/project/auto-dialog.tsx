import type { ConnectedGuest } from '../../../core/contract/types.ts'
import type { AutoTarget } from '../../state/project-watch.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './auto-dialog.module.css'

export interface AutoDialogProps {
  readonly root: string
  readonly guest: ConnectedGuest | null
  readonly whyNot: string | null
  readonly onClose: () => void
  readonly onConsent: (target: AutoTarget) => void
}

/** The one consent for all that auto will do: what, where, as whom, and what ends it. */
export function AutoDialog(props: AutoDialogProps) {
  const { root, guest, whyNot, onClose, onConsent } = props
  if (whyNot !== null || guest === null) {
    return (
      <Dialog
        title="Auto cannot be switched on"
        onClose={onClose}
        foot={<Button onClick={onClose}>Close</Button>}
      >
        <p>{whyNot}</p>
      </Dialog>
    )
  }
  const { target, root: rootWay } = guest
  const label = visibleText(target.label || target.host)
  return (
    <Dialog
      title={`Load new builds on ${label} by themselves?`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Keep offering</Button>
          <Button
            kind="primary"
            onClick={() => onConsent({ id: target.id, label: target.label || target.host })}
          >
            Switch auto on
          </Button>
        </>
      }
    >
      <div className={styles.text}>
        <p>
          From now on, whenever a driver of <Mono>{root}</Mono> was built anew, Kextant does this on{' '}
          <Mono>{`${target.user}@${target.host}:${target.port}`}</Mono> without asking again:
        </p>
        <ol className={styles.steps}>
          <li>
            sends the bundle, and puts it into <Mono>/Library/Extensions</Mono> in the place of the
            one before;
          </li>
          <li>unloads the kext where an earlier build of it is loaded;</li>
          <li>loads the new one into the kernel, {rootWords[rootWay]};</li>
          <li>waits until the registry is at rest, and verifies what is expected.</li>
        </ol>
        <p>
          A build is offered as before when its plan has something to ask: an error of lint, a
          library that does not fit, kexts that would be unloaded with it, a password for sudo. Auto
          ends when the connection is lost, another target is chosen, the project is closed or this
          page goes.
        </p>
        {!target.isVirtualMachine && (
          <Banner tone="warn" isInset>
            {label} is not marked as a virtual machine, and Kextant asks before each load on a real
            one. Until it is marked in its form, new builds are only offered.
          </Banner>
        )}
      </div>
    </Dialog>
  )
}

const rootWords: Readonly<Record<ConnectedGuest['root'], string>> = {
  'is-root': 'as root',
  sudo: 'as root by sudo',
  'sudo-with-password': 'as root by sudo, with the password that Kextant has',
  unknown: 'as root, if that can be reached',
}
