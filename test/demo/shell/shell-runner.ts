import { runCommandText } from '../../../main/demo/shell/run-shell.ts'
import { inputFrom } from '../../../main/demo/shell/streams.ts'
import { createUnixSystem } from '../../../main/demo/unix/create-system.ts'
import type { UnixSystem } from '../../../main/demo/unix/system.ts'

export function freshSystem(): UnixSystem {
  return createUnixSystem({
    user: 'author',
    passwords: new Map([['author', 'kernel']]),
    hostname: 'darwinos',
    sudoNeedsPassword: true,
  }).system
}

export interface ShellOutcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface ShellOptions {
  readonly system?: UnixSystem
  readonly root?: boolean
  readonly input?: string | Buffer
}

/** Runs a command line as `author`, or as root, in a system that is its own unless one is given. */
export async function sh(text: string, options: ShellOptions = {}): Promise<ShellOutcome> {
  const { system = freshSystem(), root = false, input = '' } = options
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  const code = await runCommandText(
    system,
    {
      argv: ['sh'],
      uid: root ? 0 : 501,
      gid: root ? 0 : 20,
      user: root ? 'root' : 'author',
      cwd: root ? '/var/root' : '/Users/author',
      env: { HOME: root ? '/var/root' : '/Users/author', USER: root ? 'root' : 'author' },
      files: system.files,
      stdin: inputFrom(Buffer.from(input)),
      stdout: async chunk => void out.push(Buffer.from(chunk as string)),
      stderr: async chunk => void err.push(Buffer.from(chunk as string)),
      signal: new AbortController().signal,
    },
    text,
  )
  return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }
}
