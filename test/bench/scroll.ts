import { mkdtempSync, rmSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { cpus, loadavg, tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { chromium, type CDPSession, type Page } from 'playwright-core'
import { build } from 'vite'
import { findChromium } from '../../scripts/lib/prepare.mjs'

/**
 * What a frame of the tree costs at 100 000 nodes: the window built for production on a generated
 * registry, all rows open, driven in Chromium. Script, style and layout are the browser's own sums of
 * processor time (CDP Performance.getMetrics), divided by the steps; p50 and p95 are from the event to
 * the frame that answers it, on the clock. Not a test: a busy machine slows all of it, so the load is
 * printed too.
 *
 *   node test/bench/scroll.ts [--nodes=100000]
 */
const wanted = Number(
  process.argv.find(argument => argument.startsWith('--nodes='))?.slice(8) ?? 100_000,
)
const harness = join(import.meta.dirname, '../renderer/harness')
const folder = mkdtempSync(join(tmpdir(), 'kextant-scroll-'))
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

try {
  await build({
    configFile: join(harness, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true, chunkSizeWarningLimit: 4000 },
  })
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    try {
      const body = readFileSync(join(folder, path === '/' ? 'index.html' : path))
      response.setHeader('content-type', types[extname(path)] ?? 'text/html')
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  try {
    await measure(`http://127.0.0.1:${port}/`)
  } finally {
    server.close()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure(base: string): Promise<void> {
  const executablePath = process.env['KEXTANT_CHROMIUM'] ?? findChromium()
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on('pageerror', error => console.log(`the page failed: ${error.message}`))
    // Of three nodes the generator makes, two are PCI devices.
    await page.goto(`${base}?connected&step=0&pci=${Math.round((wanted * 2) / 3)}`)
    await page.getByRole('treegrid').first().waitFor({ timeout: 60_000 })
    const cdp = await page.context().newCDPSession(page)
    // Time of the page's own thread: what others did on the machine meanwhile does not count.
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })

    const opening = await page.evaluate(openAll)
    await page.waitForTimeout(500)
    console.log(
      `${browser.version()}, ${cpus().length} cores of ${cpus()[0]?.model ?? '?'}, load ${loadavg()[0]!.toFixed(1)}`,
    )
    console.log(`${opening.rows} rows in ${opening.ms.toFixed(0)} ms, viewport 1280x800\n`)
    console.log(line('ms for each step', 'steps', 'script', 'style', 'layout', 'p50', 'p95'))

    await scroll(cdp, page, 100, 200)
    await scroll(cdp, page, 3000, 80)
    await keys(cdp, page, 'ArrowDown', 60)
    await keys(cdp, page, 'PageDown', 30)
    await filter(cdp, page, 'appleusbxhci12')
    await filter(cdp, page, 'pci8086,1c7')
    await filter(cdp, page, 'nothing at all')
  } finally {
    await browser.close()
  }
}

function openAll(): Promise<{ readonly rows: number; readonly ms: number }> {
  const { store } = (window as unknown as { harness: Harness }).harness.app
  const { snapshot } = store.getState().current
  const open = new Map(
    snapshot.planes.map(({ plane, length }) => [
      plane,
      { length, words: new Uint32Array(Math.ceil(length / 32)).fill(0xffff_ffff) },
    ]),
  )
  const started = performance.now()
  store.setState({ open })
  return new Promise(done => {
    requestAnimationFrame(() =>
      setTimeout(() => done({ rows: snapshot.planes[0]!.length, ms: performance.now() - started })),
    )
  })
}

/** As much of the window's state as is used here. */
interface Harness {
  readonly app: {
    readonly store: {
      getState(): {
        readonly current: {
          readonly snapshot: {
            readonly planes: readonly { readonly plane: string; readonly length: number }[]
          }
        }
      }
      setState(change: object): void
    }
  }
}

/** Scrolls by as many pixels at the start of each frame; the time is that of the frame's work. */
async function scroll(cdp: CDPSession, page: Page, pixels: number, steps: number): Promise<void> {
  await counted(cdp, `scroll by ${pixels} px`, steps, () =>
    page.evaluate(
      ([by, count]) =>
        new Promise<number[]>(done => {
          const list = document.querySelector('[role="treegrid"]')!
          const took: number[] = []
          list.scrollTop = 0
          const step = (): void => {
            if (took.length === count) return done(took)
            const started = performance.now()
            list.scrollTop += by
            // After this frame's callbacks and layout, before the next one's.
            requestAnimationFrame(() =>
              setTimeout(() => {
                took.push(performance.now() - started)
                step()
              }),
            )
          }
          step()
        }),
      [pixels, steps] as const,
    ),
  )
}

async function keys(cdp: CDPSession, page: Page, key: string, steps: number): Promise<void> {
  await page.evaluate(() => {
    document.querySelector('[role="treegrid"]')!.scrollTop = 0
  })
  await page.waitForTimeout(100)
  await page.getByRole('treegrid').first().getByRole('row').nth(3).click()
  await page.waitForTimeout(300)
  await counted(cdp, key, steps, async () => {
    const took: number[] = []
    for (let n = 0; n < steps; n++) {
      await page.evaluate(watchEvents, 'keydown')
      await page.keyboard.press(key)
      took.push(await page.evaluate(lastEvent))
    }
    return took
  })
}

async function filter(cdp: CDPSession, page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Filter by name or class' })
  await field.fill('')
  await page.waitForTimeout(300)
  await field.focus()
  await counted(cdp, `filter “${text}”`, text.length, async () => {
    const took: number[] = []
    for (const character of text) {
      await page.evaluate(watchEvents, 'input')
      await page.keyboard.type(character)
      took.push(await page.evaluate(lastEvent))
    }
    return took
  })
}

/** From the event to the end of the last frame that it changed anything in. */
function watchEvents(kind: string): void {
  const shared = window as unknown as { answered: Promise<number> }
  shared.answered = new Promise(done => {
    addEventListener(
      kind,
      () => {
        const started = performance.now()
        let last = started
        let quiet = 0
        const observer = new MutationObserver(() => (quiet = -1))
        observer.observe(document.body, {
          subtree: true,
          childList: true,
          attributes: true,
          characterData: true,
        })
        const frame = () => requestAnimationFrame(() => setTimeout(look))
        const look = () => {
          if (quiet < 0) last = performance.now()
          if (++quiet < 4) frame()
          else {
            observer.disconnect()
            done(last - started)
          }
        }
        frame()
      },
      { once: true, capture: true },
    )
  })
}

function lastEvent(): Promise<number> {
  return (window as unknown as { answered: Promise<number> }).answered
}

async function counted(
  cdp: CDPSession,
  name: string,
  steps: number,
  work: () => Promise<number[]>,
): Promise<void> {
  const before = await metrics(cdp)
  const times = (await work()).sort((a, b) => a - b)
  const after = await metrics(cdp)
  const perStep = (key: string) => (((after[key] ?? 0) - (before[key] ?? 0)) * 1000) / steps
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!
  console.log(
    line(
      name,
      String(steps),
      perStep('ScriptDuration').toFixed(1),
      perStep('RecalcStyleDuration').toFixed(1),
      perStep('LayoutDuration').toFixed(1),
      at(0.5).toFixed(0),
      at(0.95).toFixed(0),
    ),
  )
}

async function metrics(cdp: CDPSession): Promise<Readonly<Record<string, number>>> {
  const answer = await cdp.send('Performance.getMetrics')
  return Object.fromEntries(answer.metrics.map(({ name, value }) => [name, value]))
}

function line(name: string, ...cells: string[]): string {
  return name.padEnd(26) + cells.map(cell => cell.padStart(9)).join('')
}
