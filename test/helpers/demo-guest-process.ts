import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface GuestProcess {
  readonly port: number
  readonly fingerprint: string
  stop(): Promise<void>
}

/** The demo guest as a process of its own, with a host key that nobody knows yet. */
export async function startGuestProcess(port = 0): Promise<GuestProcess> {
  const home = mkdtempSync(join(tmpdir(), 'kextant-guest-'))
  const script = resolve(import.meta.dirname, '../../scripts/demo-guest.ts')
  const child = spawn(process.execPath, [script, '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HOME: home, KEXTANT_SETTINGS: home },
  })
  const ended = new Promise<void>(done => child.once('exit', () => done()))
  const said = await new Promise<string>((done, fail) => {
    let text = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (chunk: string) => {
      text += chunk
      if (text.includes('Ctrl-C')) done(text)
    })
    child.once('exit', code => fail(new Error(`the demo guest ended with ${code}: ${text}`)))
  })
  return {
    port: Number(/127\.0\.0\.1:(\d+)/.exec(said)![1]),
    fingerprint: /fingerprint\s+(\S+)/.exec(said)![1]!,
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(home, { recursive: true, force: true })
    },
  }
}
