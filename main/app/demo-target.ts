import type { DemoGuest } from '../demo/demo-guest.ts'
import type { BuiltInTarget } from '../service/targets.ts'

export const demoTargetId = 'demo-guest'

/** The demo guest as a saved target. It starts with the first connection and is a guest from then on. */
export function demoTarget(): { target: BuiltInTarget; stop: () => Promise<void> } {
  let starting: Promise<DemoGuest> | undefined
  const start = () => {
    // A start that failed does not stand in the way of the next.
    starting ??= startGuest().catch((error: unknown) => {
      starting = undefined
      throw error
    })
    return starting
  }
  return {
    target: {
      id: demoTargetId,
      label: 'Demo guest',
      note: 'A small Darwin 17 machine inside Kextant, reached over SSH like any other.',
      host: '127.0.0.1',
      user: 'author',
      prepare: async () => {
        const guest = await start()
        return {
          port: guest.port,
          secret: guest.password,
          hostKeyFingerprint: guest.hostKeyFingerprint,
        }
      },
    },
    stop: async () => {
      const guest = await starting?.catch(() => undefined)
      await guest?.stop()
    },
  }
}

/** Loaded when it is wanted: a whole machine is most of the code that a host has. */
async function startGuest(): Promise<DemoGuest> {
  const [{ startDemoGuest }, { createDemoMachine }] = await Promise.all([
    import('../demo/demo-guest.ts'),
    import('../demo/machine/demo-machine.ts'),
  ])
  return startDemoGuest({ createMachine: createDemoMachine })
}
