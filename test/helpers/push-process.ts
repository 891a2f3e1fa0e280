import { setTimeout as later } from 'node:timers/promises'
import { connectGuest } from '../../main/guest/connect.ts'
import type { GuestAuth } from '../../main/guest/credentials.ts'
import { pushBundle } from './push-bundle.ts'
import { planPush } from '../../main/guest/push-plan.ts'

// A process that does a push and, told so, kills itself at one of its steps, as a crash or the power would.

export interface PushProcessInput {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly auth: GuestAuth
  readonly fingerprint: string
  readonly sudoPassword: string
  readonly bundlePath: string
  /** Null: it does not die. `while`: so many milliseconds after the step began; `sending`: once bytes are on their way. */
  readonly dies:
    | { readonly before: number }
    | { readonly while: number; readonly afterMs: number }
    | { readonly sending: true }
    | null
}

const input = JSON.parse(process.argv[2]!) as PushProcessInput
const { dies, fingerprint, host, port, user } = input
const die = () => process.kill(process.pid, 'SIGKILL')

const session = await connectGuest({ host, port, user }, input.auth, {
  trust: { known: () => [fingerprint] },
})
session.setSudoPassword(input.sudoPassword)
await pushBundle(session, await planPush(input.bundlePath), {
  onStep: async (step, index) => {
    console.log(step.command)
    if (dies === null) return
    if ('before' in dies && dies.before === index) {
      die()
      await later(60_000)
    }
    if (!('while' in dies)) return
    if (dies.while === index) setTimeout(die, dies.afterMs)
    // The step was quicker than the timer.
    if (dies.while < index) await later(60_000)
  },
  onProgress: () => {
    if (dies !== null && 'sending' in dies) die()
  },
})
if (dies !== null) await later(60_000)
session.close()
