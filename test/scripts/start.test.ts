import { spawn, type ChildProcess } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { projectFolder } from '../../scripts/lib/prepare.mjs'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// `npm start` as a process. It builds when the build is old, which takes some seconds.

interface Started {
  readonly child: ChildProcess
  readonly temporary: string
  text(): string
  says(words: RegExp): Promise<void>
  readonly ended: Promise<number | null>
}

function start(args: readonly string[], env: Record<string, string> = {}): Started {
  const temporary = temporaryFolder()
  const own: NodeJS.ProcessEnv = { ...process.env, KEXTANT_SETTINGS: temporaryFolder() }
  for (const name of ['DISPLAY', 'WAYLAND_DISPLAY']) delete own[name]
  const child = spawn(process.execPath, [join(projectFolder, 'scripts', 'start.mjs'), ...args], {
    env: { ...own, TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  }
  return {
    child,
    temporary,
    text: () => text,
    says: words => expect.poll(() => text, { timeout: 60_000 }).toMatch(words),
    ended: new Promise(done => child.on('exit', done)),
  }
}

/** Processes that were started with this temporary folder in their environment. */
function processesWith(temporary: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TMPDIR=${temporary}\0`)
      } catch {
        return false
      }
    })
    .map(Number)
}

const isLinux = existsSync('/proc/self/environ') && Boolean(readlinkSync('/proc/self/exe'))

test.skipIf(!isLinux)(
  'without a display it prints an address and the summary, and Ctrl-C leaves nothing running',
  async () => {
    const started = start(['--demo', '--web'])
    await started.says(/http:\/\/127\.0\.0\.1:\d+\/\?token=/)
    await started.says(/plane IOService +\d+ nodes/)
    expect(started.text()).toContain('there is no display')
    expect(processesWith(started.temporary).length).toBeGreaterThan(1)
    started.child.kill('SIGINT')
    expect(await started.ended).toBe(0)
    await expect.poll(() => processesWith(started.temporary)).toEqual([])
  },
  90_000,
)

test.skipIf(!isLinux)(
  'killed without a chance to tidy up, it takes the web host along',
  async () => {
    const started = start(['--web'])
    await started.says(/token=/)
    started.child.kill('SIGKILL')
    await started.ended
    await expect.poll(() => processesWith(started.temporary), { timeout: 10_000 }).toEqual([])
  },
  90_000,
)

/** A browser that only waits, or ends at once. */
function standInBrowser(script: string): string {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'browser')
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return path
}

test.skipIf(!isLinux)(
  'the temporary profile of the browser is removed with everything else',
  async () => {
    const KEXTANT_CHROMIUM = standInBrowser('exec sleep 60')
    const started = start(['--web'], { DISPLAY: ':99', KEXTANT_CHROMIUM })
    await started.says(/close the window/)
    expect(readdirSync(started.temporary).join()).toContain('kextant-window-')
    started.child.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    expect(readdirSync(started.temporary).join()).not.toContain('kextant-window-')
    await expect.poll(() => processesWith(started.temporary)).toEqual([])
  },
  90_000,
)

test.skipIf(!isLinux)(
  'a browser that ends at once is named, and the address printed in its place',
  async () => {
    const KEXTANT_CHROMIUM = standInBrowser('exit 3')
    const started = start(['--web'], { DISPLAY: ':99', KEXTANT_CHROMIUM })
    await started.says(/ended at once .*exit code 3/)
    await started.says(/\/\?token=/)
    started.child.kill('SIGINT')
    expect(await started.ended).toBe(0)
  },
  90_000,
)

test('what it does not know is refused before anything is set up', async () => {
  for (const args of [['--frobnicate'], ['--port'], ['--port', 'x']]) {
    const started = start(args)
    expect(await started.ended).toBe(64)
  }
})

test('a file that is not there is named before anything is set up', async () => {
  const started = start(['nowhere.ioreg'], { INIT_CWD: '/somewhere' })
  expect(await started.ended).toBe(66)
  expect(started.text()).toContain('there is no file /somewhere/nowhere.ioreg')
})
