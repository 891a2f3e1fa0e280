import {
  ChevronDown,
  EyeOff,
  FileText,
  FolderOpen,
  Info,
  KeyRound,
  LogOut,
  Save,
  Server,
} from 'lucide-react'
import { useState } from 'react'
import type { Capture, ConnectionState } from '../../../core/contract/types.ts'
import { assertNever, sentenceFor, type Failure } from '../../../core/failure.ts'
import { keysOf } from '../../commands/command-button.tsx'
import { useActions, useApp } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuHeading, MenuItem, MenuSeparator } from '../../widgets/menu.tsx'
import { Spoken } from '../../widgets/spoken.tsx'
import { ToneMark, type Tone } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { VirtualMachineMark } from '../connect/virtual-machine-mark.tsx'
import styles from './app-bar.module.css'

/** Whom the window speaks with, and what can be done about it. */
export function TargetMenu() {
  const actions = useActions()
  const connection = useApp(state => state.connection)
  const current = useApp(state => state.current)
  const [isForgetting, setForgetting] = useState(false)
  const shown = describe(connection)
  const file = current?.capture.source.kind === 'file' ? current.capture.source : null
  const target = 'guest' in connection ? connection.guest.target : null

  return (
    <>
      <Menu
        trigger={
          <button type="button" className={styles.target}>
            <ToneMark tone={shown.tone} />
            <Spoken>Target: </Spoken>
            <span className={styles.names}>
              <span className={styles.title}>
                <span className={styles.name}>
                  {target ? shown.name : (file?.label ?? shown.name)}
                </span>
                {target?.isVirtualMachine && <VirtualMachineMark />}
              </span>
              <span className={styles.address}>{addressLine(connection, file)}</span>
            </span>
            <ChevronDown {...smallIconProps} />
          </button>
        }
      >
        {target && (
          <MenuHeading>
            {target.isVirtualMachine
              ? 'Marked as a virtual machine'
              : 'Not marked as a virtual machine: Kextant asks before each load'}
          </MenuHeading>
        )}
        <MenuItem icon={<Server {...iconProps} />} onSelect={() => actions.chooseTarget(true)}>
          {target ? 'Switch target…' : 'Connect…'}
        </MenuItem>
        <MenuItem
          icon={<FolderOpen {...iconProps} />}
          onSelect={() => actions.showFileDialog('open')}
        >
          Open a dump file…
        </MenuItem>
        {current && (
          <MenuItem
            icon={<Save {...iconProps} />}
            keys={keysOf('file.save')}
            onSelect={() => actions.askToSave(true)}
          >
            Save capture…
          </MenuItem>
        )}
        {current && (
          <>
            <MenuItem
              icon={<EyeOff {...iconProps} />}
              onSelect={() => actions.showFileDialog('redact')}
            >
              Share redacted…
            </MenuItem>
            <MenuItem
              icon={<FileText {...iconProps} />}
              onSelect={() => actions.showFileDialog('report')}
            >
              Save as report…
            </MenuItem>
          </>
        )}
        {current && (
          <MenuItem icon={<Info {...iconProps} />} onSelect={() => actions.showFileDialog('about')}>
            About this capture…
          </MenuItem>
        )}
        {target && (
          <>
            <MenuSeparator />
            <MenuItem icon={<KeyRound {...iconProps} />} onSelect={() => setForgetting(true)}>
              Forget host key…
            </MenuItem>
            <MenuItem icon={<LogOut {...iconProps} />} onSelect={() => void actions.disconnect()}>
              Disconnect
            </MenuItem>
          </>
        )}
      </Menu>
      {isForgetting && target && (
        <ForgetKeyDialog
          targetId={target.id}
          label={target.label}
          onClose={() => setForgetting(false)}
        />
      )}
    </>
  )
}

interface ForgetKeyDialogProps {
  readonly targetId: string
  readonly label: string
  readonly onClose: () => void
}

function ForgetKeyDialog({ targetId, label, onClose }: ForgetKeyDialogProps) {
  const actions = useActions()
  const [failure, setFailure] = useState<Failure | null>(null)
  const forget = () => {
    actions.forgetHostKey(targetId).then(onClose, error => setFailure(failureOf(error)))
  }
  return (
    <Dialog
      title={`Forget the host key of ${label}?`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button kind="danger" onClick={forget}>
            Forget host key
          </Button>
        </>
      }
    >
      <p>
        The next connection will ask you to compare the fingerprint again. Do this when the guest
        was reinstalled and has a new key.
      </p>
      {failure && (
        <Banner tone="bad" isInset>
          {sentenceFor(failure)}
        </Banner>
      )}
    </Dialog>
  )
}

type FileSource = Extract<Capture['source'], { kind: 'file' }>

/** Of a guest and a file that is shown in its place both are told. */
function addressLine(connection: ConnectionState, file: FileSource | null): string {
  if (!file) return describe(connection).detail
  if ('guest' in connection) return `${connection.phase} · showing ${visibleText(file.label)}`
  const { savedFrom } = file
  return savedFrom === undefined ? 'Dump file' : `Saved from ${visibleText(savedFrom)}`
}

function describe(connection: ConnectionState): { tone: Tone; name: string; detail: string } {
  switch (connection.phase) {
    case 'disconnected':
      return { tone: 'idle', name: 'No guest', detail: 'Not connected' }
    case 'connecting':
      return { tone: 'accent', name: connection.target.label, detail: connection.step }
    case 'connected': {
      const { target } = connection.guest
      return {
        tone: 'good',
        name: target.label,
        detail: `${target.user}@${target.host} · connected`,
      }
    }
    case 'lost': {
      const { target } = connection.guest
      return { tone: 'bad', name: target.label, detail: `${target.user}@${target.host} · lost` }
    }
    default:
      return assertNever(connection)
  }
}
