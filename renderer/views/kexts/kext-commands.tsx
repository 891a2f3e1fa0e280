import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import type { ActionRequest } from '../../../core/contract/types.ts'
import { Button } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Field } from '../../widgets/field.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuItem } from '../../widgets/menu.tsx'
import { isKernel, type KextRow } from './kext-rows.ts'
import styles from './kext-commands.module.css'

export interface KextCommandsProps {
  readonly row: KextRow
  /** Why nothing can be changed on the guest now, or null. */
  readonly blocked: string | null
  /** Why the guest cannot even be asked, or null. */
  readonly unreachable: string | null
  /** The host's build, where it is known. */
  readonly hostPath: string | null
  readonly onPlan: (request: ActionRequest) => void
  readonly onRecordExpectations: () => void
}

/** What can be done with a kext of the guest; each shows its plan first. */
export function KextCommands(props: KextCommandsProps) {
  const { row, blocked, unreachable, hostPath, onPlan, onRecordExpectations } = props
  const { bundleIdentifier, loaded, path } = row
  const [isHunting, setHunting] = useState(false)
  if (isKernel(row) || (loaded === null && path === null)) return null
  const usual = { expectationsPath: null, timeoutMs: null } as const
  const noFile = path === null ? 'Its bundle was not found on the guest’s disk.' : null
  return (
    <div className={styles.commands}>
      {loaded ? (
        <>
          <Button
            whyNot={blocked}
            onClick={() =>
              onPlan({ kind: 'unload', bundleIdentifier, dependents: 'refuse', timeoutMs: null })
            }
          >
            Unload…
          </Button>
          <Button
            whyNot={blocked ?? noFile}
            onClick={() => onPlan({ kind: 'reload', guestPath: path!, bundleIdentifier, ...usual })}
          >
            Reload…
          </Button>
          <Button
            whyNot={unreachable}
            onClick={() =>
              onPlan({ kind: 'verify', bundleIdentifier, bundlePath: hostPath, ...usual })
            }
          >
            Verify…
          </Button>
        </>
      ) : (
        <Button
          whyNot={blocked}
          onClick={() => onPlan({ kind: 'load', guestPath: path!, bundleIdentifier, ...usual })}
        >
          Load…
        </Button>
      )}
      <Menu
        align="end"
        trigger={
          <Button>
            <span className={styles.more}>
              More
              <ChevronDown {...smallIconProps} />
            </span>
          </Button>
        }
      >
        <MenuItem isDisabled={(blocked ?? noFile) !== null} onSelect={() => setHunting(true)}>
          Hunt leaks…
        </MenuItem>
        <MenuItem
          isDisabled={loaded === null || unreachable !== null}
          onSelect={onRecordExpectations}
        >
          Record what I see as expectations…
        </MenuItem>
      </Menu>
      {isHunting && (
        <LeakHuntDialog
          isLoaded={loaded !== null}
          onClose={() => setHunting(false)}
          onPlan={cycles => {
            setHunting(false)
            onPlan({
              kind: 'leak-hunt',
              guestPath: path!,
              bundleIdentifier,
              cycles,
              timeoutMs: null,
            })
          }}
        />
      )}
    </div>
  )
}

const mostCycles = 1000

interface LeakHuntDialogProps {
  readonly isLoaded: boolean
  readonly onPlan: (cycles: number) => void
  readonly onClose: () => void
}

function LeakHuntDialog({ isLoaded, onPlan, onClose }: LeakHuntDialogProps) {
  const [text, setText] = useState('10')
  const cycles = /^\d{1,4}$/.test(text.trim()) ? Number(text) : NaN
  const isGood = cycles >= 1 && cycles <= mostCycles
  return (
    <Dialog
      title="Hunt leaks"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={!isGood} onClick={() => onPlan(cycles)}>
            Plan the hunt…
          </Button>
        </>
      }
    >
      <div className={styles.hunt}>
        <p>
          Loads and unloads the kext over and over, counts the instances of its classes after each
          cycle, and stops at the first count that does not come back.
          {isLoaded && ' It is loaded now, and is unloaded first.'}
        </p>
        <div className={styles.cycles}>
          <Field
            label="Cycles"
            inputMode="numeric"
            value={text}
            error={isGood ? null : `A whole number from 1 to ${mostCycles}.`}
            onChange={event => setText(event.currentTarget.value)}
            onKeyDown={event => {
              if (event.key === 'Enter' && isGood) onPlan(cycles)
            }}
          />
        </div>
      </div>
    </Dialog>
  )
}
