import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createBaseTree } from '../files/base-tree.ts'
import type { FileSystem } from '../files/file-system.ts'
import type { Program, Programs } from '../program.ts'
import { createAccounts, groupText, passwdText } from './accounts.ts'
import { createUnixPrograms } from './programs.ts'
import type { UnixSystem } from './system.ts'

export interface UnixOptions {
  readonly user: string
  /** Account name -> password; who is not in it has none and cannot give one. */
  readonly passwords: ReadonlyMap<string, string>
  readonly hostname: string
  readonly sudoNeedsPassword: boolean
}

export interface CreatedUnix {
  readonly system: UnixSystem
  /** Adds programs, which win over those that are there, and a file for each. */
  readonly install: (programs: Programs) => void
  /** The system starts anew: its uptime does, and /tmp is empty. */
  readonly boot: () => void
}

/** A freshly installed system: its files, its people and the ordinary programs. */
export function createUnixSystem(options: UnixOptions): CreatedUnix {
  const { user, hostname, sudoNeedsPassword } = options
  const accounts = createAccounts(user)
  const owner = accounts.byName(user)!
  const files = createBaseTree({
    home: owner.home,
    owner,
    hostname,
    passwd: passwdText(accounts),
    group: groupText(accounts),
  })
  const programs = new Map<string, Program>()
  let bootedMs = Date.now()
  const system: UnixSystem = {
    files,
    accounts,
    hostname,
    programs,
    sudoNeedsPassword,
    isPassword: passwordCheck(options.passwords),
    get bootedMs() {
      return bootedMs
    },
  }
  const install = (added: Programs) => {
    for (const [path, program] of added) {
      programs.set(path, program)
      installFile(files, path)
    }
  }
  install(createUnixPrograms(system))
  const boot = () => {
    bootedMs = Date.now()
    empty(files, '/private/tmp')
  }
  return { system, install, boot }
}

function empty(files: FileSystem, folder: string): void {
  const root = { uid: 0, gid: 0 }
  for (const name of files.list(folder, root)) {
    const path = `${folder}/${name}`
    if (files.linkStatus(path, root).kind !== 'directory') files.removeFile(path, root)
    else {
      empty(files, path)
      files.removeDirectory(path, root)
    }
  }
}

/** A file 0755 root:wheel for every program, so that ls, test -x and PATH tell the truth. */
function installFile(files: FileSystem, path: string): void {
  const root = { uid: 0, gid: 0 }
  const names = path.split('/').slice(1, -1)
  names.forEach((_, i) => {
    const folder = `/${names.slice(0, i + 1).join('/')}`
    if (!files.exists(folder)) files.makeDirectory(folder, root, 0o755)
  })
  // Not a Mach-O: what runs is the program of this path. The text says so to whoever looks.
  const text = `a program of the demo guest: ${path}\n`
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
