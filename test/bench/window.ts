import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { cpus, loadavg, tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import react from '@vitejs/plugin-react'
import { build } from 'vite'
import { findChromium } from '../../scripts/lib/prepare.mjs'
import { nodeLabel } from '../../core/registry/paths.ts'
import { stringAt } from '../../core/registry/strings.ts'
import { noString } from '../../core/registry/snapshot.ts'
import { readDump } from '../../core/dump/read-dump.ts'
import { startHostProcess } from '../helpers/web-host-process.ts'
import { writeChangedDumps } from '../helpers/write-changed-dump.ts'
import { table } from './table.ts'
import { mark, scrollFrames, settle } from './window/in-page.ts'
import { traced, type ThreadTime } from './window/trace.ts'

/**
 * What the window costs its own thread, by Chromium's tracing: script, and style with layout, for each interaction, on a
 * registry of 100 000 nodes; and the same interactions on a plain nested React tree of the same rows. The window is the
 * built one, behind the built web host, so run `npm run build` first. Not a test: the load of the machine is printed.
 *
 *   node test/bench/window.ts [--nodes=100000] [--peer-nodes=NODES] [--no-peer]
 */
const numberOf = (name: string, fallback: number) =>
  Number(process.argv.find(word => word.startsWith(`--${name}=`))?.split('=')[1] ?? fallback)
const nodes = numberOf('nodes', 100_000)
const peerNodes = numberOf('peer-nodes', nodes)

/** One line of the result: what was done, what each time of it cost. */
interface Measured {
  readonly what: string
  readonly times: readonly ThreadTime[]
  /** The most that p95 may be. */
  readonly bar: number | null
  readonly note?: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
}

const folder = mkdtempSync(join(tmpdir(), 'kextant-window-'))
const paths = { before: join(folder, 'before.txt'), after: join(folder, 'after.txt') }
const executablePath = process.env['KEXTANT_CHROMIUM'] ?? findChromium()
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})
try {
  writeChangedDumps(paths, nodes)
  console.log(
    `${browser.version()}, ${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, load ${loadavg()[0]!.toFixed(1)}`,
  )
  const ours = await measureWindow(browser)
  const theirs = process.argv.includes('--no-peer') ? [] : await measurePeer(browser)
  const ratio = (what: string, own: number) => {
    const peer = theirs.find(measured => measured.what === what)
    return peer ? `${(p(peer, 0.95) / own).toFixed(0)}×` : ''
  }
  table(
    `The window at ${nodes.toLocaleString('en-US')} nodes, ms of its thread for each interaction`,
    [
      'interaction',
      'times',
      'script p50',
      'layout p50',
      'both p95',
      'longest',
      'bar',
      'nested React tree',
    ],
    ours.map(measured => [
      measured.what + (measured.note ? ` (${measured.note})` : ''),
      String(measured.times.length),
      at(
        measured.times.map(({ script }) => script),
        0.5,
      ).toFixed(1),
      at(
        measured.times.map(({ layout }) => layout),
        0.5,
      ).toFixed(1),
      p(measured, 0.95).toFixed(1),
      Math.max(...measured.times.map(({ longest }) => longest)).toFixed(1),
      measured.bar === null
        ? ''
        : `${measured.bar} ${p(measured, 0.95) <= measured.bar ? 'held' : 'MISSED'}`,
      ratio(measured.what, p(measured, 0.95)),
    ]),
  )
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}

async function measureWindow(own: Browser): Promise<Measured[]> {
  const host = await startHostProcess()
  const page = await own.newPage({ viewport: { width: 1280, height: 800 } })
  page.on('pageerror', error => console.log(`the page failed: ${error.message}`))
  const cdp = await page.context().newCDPSession(page)
  const measured: Measured[] = []
  /** Each step is marked, done, and waited for until the page is still. */
  const steps = async (
    what: string,
    bar: number | null,
    count: number,
    step: (index: number) => Promise<void>,
  ) => {
    const times = await traced(cdp, async () => {
      for (let index = 0; index < count; index++) {
        await page.evaluate(mark, String(index))
        await step(index)
        await page.evaluate(settle)
      }
      await page.evaluate(mark, 'end')
    })
    measured.push({ what, bar, times: withoutEnd(times) })
  }
  try {
    await page.goto(host.address)
    await page.getByRole('button', { name: /Demo guest/ }).waitFor()
    await openDump(page, paths.before)
    await openDump(page, paths.after)

    // A page that is loaded anew fetches the newest capture: all that is done with it counts.
    const opening = await traced(cdp, async () => {
      const columns = page.waitForResponse(/\/api\/snapshot\//)
      await page.reload()
      await (await columns).finished()
      await page.evaluate(mark, 'open')
      await firstRow(page)
      await page.evaluate(mark, 'end')
    })
    measured.push({ what: 'first paint of the tree', bar: 100, times: withoutEnd(opening) })
    await page.waitForTimeout(8000)

    const tree = page.getByRole('treegrid').first()
    await tree.getByRole('row').nth(1).click()
    await page.keyboard.press('Home')
    await page.evaluate(settle)
    await steps('expand all', 100, 1, () => page.keyboard.press('*'))
    console.log(`rows: ${await tree.getAttribute('aria-rowcount')}`)
    for (const [pixels, frames] of [
      [100, 180],
      [300, 120],
      [3000, 60],
    ] as const) {
      let blank = 0
      const times = await traced(cdp, async () => {
        blank = await page.evaluate(scrollFrames, ['[role="treegrid"]', pixels, frames] as const)
      })
      measured.push({
        what: `scroll by ${pixels} px a frame`,
        bar: 8,
        times: withoutEnd(times),
        note: `${blank} blank frames`,
      })
    }
    await page.evaluate(() => (document.querySelector('[role="treegrid"]')!.scrollTop = 0))
    await page.evaluate(settle)
    await tree.getByRole('row').nth(3).click()
    await page.evaluate(settle)
    await steps('select the next row', 100, 40, () => page.keyboard.press('ArrowDown'))

    const field = page.locator('#filter')
    for (const text of [
      'appledriver4',
      'class:IOPCIDevice',
      'key:IOClass and not kext:com.apple.*',
      'state:!registered and busy > 0',
    ]) {
      await field.fill('')
      await page.evaluate(settle)
      await field.focus()
      await steps(`filter key: ${text}`, 50, text.length, index => page.keyboard.type(text[index]!))
    }
    await field.fill('')
    await page.evaluate(settle)
    measured.push(...(await measureDiff(page, steps)))
  } finally {
    await page.close()
    await host.stop()
  }
  return measured
}

/** From the newest capture to the tree of both, and back. */
async function measureDiff(
  page: Page,
  steps: (what: string, bar: number, count: number, step: () => Promise<void>) => Promise<void>,
): Promise<Measured[]> {
  await page.getByRole('radio', { name: 'Changes' }).click()
  await page.getByRole('button', { name: /^Before:/ }).click()
  await page.getByRole('combobox', { name: 'Capture' }).fill('before.txt this session')
  await page.keyboard.press('Enter')
  // Where both are chosen it may have begun by itself.
  await page
    .getByRole('button', { name: 'Compare', exact: true })
    .click({ timeout: 2000 })
    .catch(() => undefined)
  await page
    .getByText(/\d new/)
    .first()
    .waitFor({ timeout: 60_000 })
  await page.waitForTimeout(2000)
  await steps('to the tree of both', 100, 1, () =>
    page.getByRole('radio', { name: 'Registry' }).click(),
  )
  await steps('to the list of changes', 100, 1, () =>
    page.getByRole('radio', { name: 'Changes' }).click(),
  )
  await page.getByRole('radio', { name: 'Registry' }).click()
  await page.waitForTimeout(1000)
  await steps('stop comparing', 100, 1, () => page.keyboard.press('Control+Shift+D'))
  const backToNow = page.getByRole('button', { name: 'Back to now' })
  await steps('to the snapshot before', 100, 1, async () => {
    await page.keyboard.press('Control+,')
    await backToNow.waitFor()
  })
  await steps('back to now', 100, 1, async () => {
    await backToNow.click()
    await backToNow.waitFor({ state: 'detached' })
  })
  return []
}

async function openDump(page: Page, path: string): Promise<void> {
  await page.keyboard.press('Control+o')
  const dialog = page.getByRole('dialog', { name: 'Open a dump file' })
  await dialog.getByRole('textbox', { name: 'Path' }).fill(path)
  await dialog.getByRole('textbox', { name: 'Path' }).press('Enter')
  await dialog.waitFor({ state: 'detached', timeout: 120_000 })
  await firstRow(page)
}

async function firstRow(page: Page): Promise<void> {
  await page.getByRole('treegrid').first().getByRole('row').nth(1).waitFor({ timeout: 120_000 })
}

/** The same rows in a component for each node. */
async function measurePeer(own: Browser): Promise<Measured[]> {
  const out = join(folder, 'peer')
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'nested-tree'),
    cacheDir: join(folder, 'cache'),
    logLevel: 'error',
    plugins: [react()],
    build: { outDir: out, emptyOutDir: true, target: 'esnext' },
  })
  const server = await serve(out, { '/rows.json': rowsOf(paths.after, peerNodes) })
  const { port } = server.address() as { port: number }
  const page = await own.newPage({ viewport: { width: 1280, height: 800 } })
  const cdp = await page.context().newCDPSession(page)
  const measured: Measured[] = []
  const step = async (what: string, work: () => Promise<void>) => {
    const times = await traced(cdp, async () => {
      await page.evaluate(mark, 'one')
      await work()
      await page.evaluate(settle)
      await page.evaluate(mark, 'end')
    })
    measured.push({ what, bar: null, times: withoutEnd(times) })
  }
  page.setDefaultTimeout(600_000)
  try {
    const opening = await traced(cdp, async () => {
      await page.goto(`http://127.0.0.1:${port}/`)
      await page.locator('li').first().waitFor()
      await page.evaluate(mark, 'end')
    })
    measured.push({ what: 'first paint of the tree', bar: null, times: withoutEnd(opening) })
    await step('expand all', () => page.getByRole('button', { name: 'Expand all' }).click())
    const times = await traced(cdp, async () => {
      await page.evaluate(scrollFrames, ['#list', 300, 5] as const)
    })
    measured.push({ what: 'scroll by 300 px a frame', bar: null, times: withoutEnd(times) })
    await step('select the next row', () => page.getByRole('button', { name: 'Next' }).click())
    await step('filter key: appledriver4', () => page.getByRole('textbox').fill('a'))
  } finally {
    await page.close()
    server.close()
  }
  return measured
}

/** Depth, label, class and state of the first plane's nodes, in depth-first order. */
function rowsOf(path: string, most: number): string {
  const { snapshot } = readDump(readFileSync(path), { label: 'bench' })
  const plane = snapshot.planes[0]!
  const rows = Array.from({ length: Math.min(most, plane.length) }, (_, node) => {
    const entry = plane.entry[node]!
    const className = snapshot.entries.className[entry]!
    return [
      plane.depth[node],
      nodeLabel(snapshot, plane, node),
      className === noString ? '' : stringAt(snapshot.strings, className),
      snapshot.entries.state[entry]! & 2 ? 'registered' : '!registered',
    ]
  })
  return JSON.stringify(rows)
}

async function serve(root: string, made: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    try {
      const body = made[path] ?? readFileSync(join(root, path === '/' ? 'index.html' : path))
      response.setHeader('content-type', types[extname(path)] ?? 'text/html')
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return server
}

function withoutEnd(times: ReadonlyMap<string, ThreadTime>): ThreadTime[] {
  return [...times].filter(([name]) => name !== 'end').map(([, time]) => time)
}

function p({ times }: Measured, share: number): number {
  return at(
    times.map(({ script, layout }) => script + layout),
    share,
  )
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
