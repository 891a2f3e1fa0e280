import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createBaseTree } from './files/base-tree.ts'
import type { FileSystem } from './files/file-system.ts'
import type { Program, Programs } from './program.ts'
import { hostKeyAt } from './ssh/host-key.ts'
import { startSshServer, type Cut } from './ssh/ssh-server.ts'
import { createAccounts, groupText, passwdText } from './unix/accounts.ts'
import { createUnixPrograms } from './unix/programs.ts'
import type { UnixSystem } from './unix/system.ts'

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
  const accounts = createAccounts(user)
  const author = accounts.byName(user)!
  const files = createBaseTree({
    home: author.home,
    owner: author,
    hostname,
    passwd: passwdText(accounts),
    group: groupText(accounts),
  })
  const programs = new Map<string, Program>()
  let bootedMs = Date.now()
  const passwords = new Map([[user, password]])
  if (options.rootPassword !== undefined) passwords.set('root', options.rootPassword)
  const system: UnixSystem = {
    files,
    accounts,
    hostname,
    programs,
    sudoNeedsPassword: options.sudoNeedsPassword ?? true,
    isPassword: passwordCheck(passwords),
    get bootedMs() {
      return bootedMs
    },
  }
  const machine = options.createMachine?.(files)
  for (const [path, program] of createUnixPrograms(system)) programs.set(path, program)
  for (const [path, program] of machine?.programs ?? []) programs.set(path, program)
  for (const path of programs.keys()) installProgram(files, path)

  const hostKey = await hostKeyAt(options.hostKeyPath)
  const server = await startSshServer({
    system,
    hostKey,
    host,
    port: options.port ?? 0,
    onProblem,
  })
  if (options.chaos?.dropAfterBytes !== undefined) server.cutNext(options.chaos.dropAfterBytes)

  let reboot: NodeJS.Timeout | undefined
  const comeUp = async () => {
    clearTimeout(reboot)
    bootedMs = Date.now()
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

/** A file 0755 root:wheel for every program, so that ls, test -x and PATH tell the truth. */
function installProgram(files: FileSystem, path: string): void {
  const root = { uid: 0, gid: 0 }
  const names = path.split('/').slice(1, -1)
  names.forEach((_, i) => {
    const folder = `/${names.slice(0, i + 1).join('/')}`
    if (!files.exists(folder)) files.makeDirectory(folder, root, 0o755)
  })
  // Not a Mach-O: what runs is the program of this path. The text says so to whoever looks.
  const text = `\x7fprogram of the demo guest: ${path}\n`
  files.write(path, new TextEncoder().encode(text), root, 0o755)
  files.changeOwner(path, 0, 0, root)
}

/** Compares keyed digests, so that the time taken tells neither the length nor the beginning. */
function passwordCheck(passwords: ReadonlyMap<string, string>) {
  const key = randomBytes(32)
  const digest = (text: string) => createHmac('sha256', key).update(text).digest()
  const unknown = randomBytes(32).toString('hex')
  return (user: string, password: string): boolean => {
    const isSame = timingSafeEqual(digest(passwords.get(user) ?? unknown), digest(password))
    return isSame && passwords.has(user)
  }
}
