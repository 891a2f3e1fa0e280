import type { FileSystem } from './files/file-system.ts'
import type { Programs } from './program.ts'
import { hostKeyAt } from './ssh/host-key.ts'
import { startSshServer, type Cut } from './ssh/ssh-server.ts'
import { createUnixSystem } from './unix/create-system.ts'

/** The kernel side of a guest: its IOKit programs, and the moments it goes down and comes up again. */
export interface DemoMachine {
  readonly programs: Programs
  readonly onPanic: (listener: () => void) => unknown
  readonly onUp: (listener: () => void) => unknown
  readonly dispose: () => unknown
}

export interface DemoGuestOptions {
  readonly createMachine?: (files: FileSystem) => DemoMachine
  /** 127.0.0.1 unless told: a guest with a known password is not for a network. */
  readonly host?: string
  /** 0, the default, takes a free one. */
  readonly port?: number
  readonly user?: string
  readonly password?: string
  /** Without it, root can sign in with a key only. */
  readonly rootPassword?: string
  readonly hostname?: string
  /** Where the host key is kept; without it, the key lives as long as this process. */
  readonly hostKeyPath?: string
  readonly sudoNeedsPassword?: boolean
  readonly chaos?: { readonly dropAfterBytes?: Cut }
  /** Hears of bugs in the guest's own handlers. */
  readonly onProblem?: (error: unknown) => void
}

export interface DemoGuest {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** `SHA256:…` */
  readonly hostKeyFingerprint: string
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: string
  readonly files: FileSystem
  readonly connectionCount: () => number
  /** Cuts the connection in the middle of what the next matching command prints. */
  readonly cutNext: (cut: Cut) => void
  /** Resets all connections and closes the port; opens it again after `ms`, if given, or by `comeUp`. */
  readonly goDown: (ms?: number) => void
  readonly comeUp: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts a guest that anybody can reach by SSH on this machine, and returns how. */
export async function startDemoGuest(options: DemoGuestOptions = {}): Promise<DemoGuest> {
  const {
    host = '127.0.0.1',
    user = 'author',
    password = 'kernel',
    hostname = 'darwinos',
    onProblem = error => console.error('demo guest:', error),
  } = options
  const passwords = new Map([[user, password]])
  if (options.rootPassword !== undefined) passwords.set('root', options.rootPassword)
  const unix = createUnixSystem({
    user,
    passwords,
    hostname,
    sudoNeedsPassword: options.sudoNeedsPassword ?? true,
  })
  const { files } = unix.system
  const machine = options.createMachine?.(files)
  unix.install(machine?.programs ?? new Map())

  const hostKey = await hostKeyAt(options.hostKeyPath)
  const server = await startSshServer({
    system: unix.system,
    hostKey,
    host,
    port: options.port ?? 0,
    onProblem,
  })
  if (options.chaos?.dropAfterBytes !== undefined) server.cutNext(options.chaos.dropAfterBytes)

  let reboot: NodeJS.Timeout | undefined
  const comeUp = async () => {
    clearTimeout(reboot)
    unix.boot()
    await server.comeUp()
  }
  const goDown = (ms?: number) => {
    clearTimeout(reboot)
    server.goDown()
    if (ms !== undefined) reboot = setTimeout(() => void comeUp().catch(onProblem), ms)
  }
  machine?.onPanic(() => goDown())
  machine?.onUp(() => void comeUp().catch(onProblem))

  return {
    host,
    port: server.port,
    user,
    password,
    hostKeyFingerprint: hostKey.fingerprint,
    hostKey: hostKey.publicLine,
    files,
    connectionCount: server.connectionCount,
    cutNext: server.cutNext,
    goDown,
    comeUp,
    stop: async () => {
      clearTimeout(reboot)
      await machine?.dispose()
      await server.stop()
    },
  }
}
