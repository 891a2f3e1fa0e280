import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type CDPSession, type Page } from 'playwright-core'
import { notWatching } from '../../core/watch/watch-status.ts'
import { findChromium } from '../../scripts/lib/prepare.mjs'
import { startHostProcess } from '../helpers/web-host-process.ts'
import { writeChangedDumps } from '../helpers/write-changed-dump.ts'
import { table } from './table.ts'
import { settle } from './window/in-page.ts'

/**
 * What one look of a watch costs the window's own thread, on a registry of 100 000 nodes of which two in ten thousand
 * differ from look to look: all tasks of that thread, on its own clock, the browser's share of them too. The looks are two dumps in turn that the built web host has open; the page
 * is made to believe that they are of a guest which is watched. Run `npm run build` first. Not a test.
 *
 *   node test/bench/watch-look.ts [--nodes=100000] [--looks=12]
 */
const numberOf = (name: string, fallback: number) =>
  Number(process.argv.find(word => word.startsWith(`--${name}=`))?.split('=')[1] ?? fallback)
const nodes = numberOf('nodes', 100_000)
const looks = numberOf('looks', 12)
const bar = 100

const folder = mkdtempSync(join(tmpdir(), 'kextant-watch-'))
const paths = { before: join(folder, 'before.txt'), after: join(folder, 'after.txt') }
const executablePath = process.env['KEXTANT_CHROMIUM'] ?? findChromium()
const host = await startHostProcess()
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})
try {
  const edits = writeChangedDumps(paths, nodes, 0.0002)
  const told = Object.entries(edits).map(([edit, count]) => `${count} ${edit}`)
  console.log(`${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}; ${told.join(', ')}`)
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.on('pageerror', error => console.log(`the page failed: ${error.message}`))
  await page.addInitScript(pretendGuest)
  // Fetched by the page or by a worker of it.
  await page.context().route(/-look-\d+$/, route =>
    route.continue({
      url: route
        .request()
        .url()
        .replace(/-look-\d+$/, ''),
    }),
  )
  await page.goto(host.address)
  await page.getByRole('button', { name: /Demo guest/ }).waitFor()
  const ids = [await openDump(page, paths.before), await openDump(page, paths.after)] as const
  await page.getByRole('treegrid').first().focus()
  await page.keyboard.press('*')
  await page.evaluate(settle)
  const status = { ...notWatching, phase: 'running', targetId: 'bench', intervalMs: 1000 }
  await page.evaluate(say, { name: 'watch.changed', payload: status })
  await page.waitForTimeout(3000)

  const cdp = await page.context().newCDPSession(page)
  const rows = () => page.getByRole('treegrid').first().getAttribute('aria-rowcount')
  const changes = () => page.getByRole('grid', { name: 'Changes' }).getAttribute('aria-rowcount')
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const spent = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    const of = (name: string) => metrics.find(each => each.name === name)!.value * 1000
    return of('TaskDuration') - of('DevToolsCommandDuration')
  }
  const times: { readonly all: number; readonly longest: number }[] = []
  for (let look = 0; look < looks; look++) {
    const longest = await longestTask(cdp)
    const before = await spent()
    const snapshotId = `${ids[look % 2]}-look-${look}`
    const payload = { snapshotId, planes: ['IOService'], isLook: true }
    await page.evaluate(say, { name: 'capture.taken', payload })
    await page.waitForTimeout(3500)
    times.push({ all: (await spent()) - before, longest: await longest() })
  }
  console.log(`rows: ${await rows()}; changes: ${await changes()}`)
  table(
    `One look at ${nodes.toLocaleString('en-US')} nodes, ms of the window's thread`,
    ['look', 'all tasks', 'longest'],
    times.map(({ all, longest }, look) => [String(look + 1), all.toFixed(1), longest.toFixed(1)]),
  )
  // The first one hands over what was shown before.
  const sums = times
    .slice(1)
    .map(({ all }) => all)
    .sort((a, b) => a - b)
  const most = sums.at(-1)!
  console.log(
    `p50 ${sums[sums.length >> 1]!.toFixed(1)} ms, most ${most.toFixed(1)} ms; bar ${bar}: ${most <= bar ? 'held' : 'MISSED'}`,
  )
} finally {
  await browser.close()
  await host.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** Records the page's tasks; what it gives ends that, and says how long the longest one was. */
async function longestTask(cdp: CDPSession): Promise<() => Promise<number>> {
  interface TraceEvent {
    readonly name: string
    readonly pid: number
    readonly tid: number
    readonly tdur?: number
    readonly args?: { readonly name?: string }
  }
  const events: TraceEvent[] = []
  const take = ({ value }: { value: unknown[] }) => void events.push(...(value as TraceEvent[]))
  cdp.on('Tracing.dataCollected', take)
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', '__metadata'], excludedCategories: ['*'] },
  })
  return async () => {
    const complete = new Promise<void>(done => cdp.once('Tracing.tracingComplete', () => done()))
    await cdp.send('Tracing.end')
    await complete
    cdp.off('Tracing.dataCollected', take)
    const main = events.filter(({ args }) => args?.name === 'CrRendererMain')
    const isOfPage = ({ pid, tid }: TraceEvent) =>
      main.some(each => each.pid === pid && each.tid === tid)
    return Math.max(0, ...events.filter(isOfPage).map(({ tdur = 0 }) => tdur)) / 1000
  }
}

async function openDump(page: Page, path: string): Promise<string> {
  await page.keyboard.press('Control+o')
  const dialog = page.getByRole('dialog', { name: 'Open a dump file' })
  const answer = page.waitForResponse(response => response.url().includes('/api/snapshot/'), {
    timeout: 120_000,
  })
  await dialog.getByRole('textbox', { name: 'Path' }).fill(path)
  await dialog.getByRole('textbox', { name: 'Path' }).press('Enter')
  const id = decodeURIComponent(new URL((await answer).url()).pathname.split('/').at(-1)!)
  await dialog.waitFor({ state: 'detached', timeout: 120_000 })
  await page.getByRole('treegrid').first().getByRole('row').nth(1).waitFor({ timeout: 120_000 })
  return id
}

/** Says something to the page as its host would. Stands alone, for it is sent there as text. */
function say(event: unknown): void {
  const { hostSocket } = window as unknown as { hostSocket: WebSocket }
  hostSocket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(event) }))
}

/** In the page, before it starts: captures are of a guest, and a look is the file whose id its own begins with. */
function pretendGuest(): void {
  const state = window as unknown as { hostSocket: WebSocket }
  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(url: string | URL) {
      super(url)
      state.hostSocket = this
    }
  }
  const ask = window.fetch.bind(window)
  window.fetch = async (input, init) => {
    const url = input as string
    const asked = typeof init?.body === 'string' ? init.body : ''
    const look = /-look-\d+/.exec(asked)
    const body = look ? asked.replace(look[0], '') : init?.body
    const response = await ask(url, { ...init, ...(body !== undefined && { body }) })
    // The body is left to the page: reading it here would cost its thread time that the window does not need.
    if (url.includes('/api/snapshot/')) return response
    const text = await response.text()
    const isCapture = /"name":"capture\.(get|open|latest)"/.test(asked)
    if (!isCapture) return new Response(text, { status: response.status })
    const reply = JSON.parse(text) as { value: Record<string, unknown> | null }
    if (reply.value) {
      reply.value['source'] = { kind: 'guest', targetId: 'bench', label: 'The guest' }
      if (look) reply.value['snapshotId'] = `${String(reply.value['snapshotId'])}${look[0]}`
    }
    return new Response(JSON.stringify(reply), { status: response.status })
  }
}
