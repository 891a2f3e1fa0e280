import { spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

// The command line as a process, as a shell or a script sees it.

const top = resolve(import.meta.dirname, '../..')
const script = join(top, 'main', 'cli', 'index.ts')

export interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export function startCli(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const own = { KEXTANT_SETTINGS: temporaryFolder(), NODE_NO_WARNINGS: '1' }
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...own, ...env },
    stdio: 'pipe',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

export function endingOf(child: ChildProcess): Promise<Ending> {
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout!.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr!.on('data', (chunk: Buffer) => stderr.push(chunk))
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString()
  return new Promise(done =>
    child.on('close', code => done({ code, stdout: text(stdout), stderr: text(stderr) })),
  )
}

export async function runCli(
  args: readonly string[],
  { stdin, ...env }: Record<string, string> & { stdin?: string } = {},
): Promise<Ending> {
  const child = startCli(args, env)
  child.stdin!.on('error', () => undefined)
  child.stdin!.end(stdin ?? '')
  return endingOf(child)
}

/** A file in a folder of its own, which goes away with the test. */
export function fileWith(content: string | Uint8Array, name = 'dump'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

/** Each line of an output as the JSON it is. */
export function jsonLines<T>(stdout: string): T[] {
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as T)
}
