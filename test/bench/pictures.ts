import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { findChromium } from '../../scripts/lib/prepare.mjs'
import { startHostProcess } from '../helpers/web-host-process.ts'
import { writeChangedDumps } from '../helpers/write-changed-dump.ts'
import { table } from './table.ts'
import { profiled } from './window/bench-page.ts'
import { mark, settle } from './window/in-page.ts'
import { traced, type ThreadTime } from './window/trace.ts'

/**
 * What the pictures of a registry of 100 000 nodes cost the page's own thread, by Chromium's tracing: script, and style with
 * layout. The window is the built one, behind the built web host, so run `npm run build` first. Not a test.
 *
 *   node test/bench/pictures.ts [--nodes=100000] [--profiles=FOLDER]
 *
 * With a folder each interaction leaves a `.cpuprofile` there, and takes longer.
 */
const wordAfter = (name: string) =>
  process.argv.find(word => word.startsWith(`--${name}=`))?.split('=')[1]
const nodes = Number(wordAfter('nodes') ?? 100_000)
const profiles = wordAfter('profiles') ?? null
const bar = 100

interface Measured extends ThreadTime {
  readonly what: string
}

const folder = mkdtempSync(join(tmpdir(), 'kextant-pictures-'))
const paths = { before: join(folder, 'before.txt'), after: join(folder, 'after.txt') }
const executablePath = process.env['KEXTANT_CHROMIUM'] ?? findChromium()
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})
const host = await startHostProcess()
try {
  writeChangedDumps(paths, nodes)
  console.log(
    `${browser.version()}, ${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, load ${loadavg()[0]!.toFixed(1)}`,
  )
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.on('pageerror', error => console.log(`the page failed: ${error.message}`))
  const measured = await measure(page)
  table(
    `Pictures of ${nodes.toLocaleString('en-US')} nodes, ms of the page's thread for each interaction`,
    ['interaction', 'script', 'layout', 'both', 'longest', 'bar'],
    measured.map(({ what, script, layout, longest }) => [
      what,
      script.toFixed(1),
      layout.toFixed(1),
      (script + layout).toFixed(1),
      longest.toFixed(1),
      `${bar} ${script + layout <= bar ? 'held' : 'MISSED'}`,
    ]),
  )
} finally {
  await browser.close()
  await host.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function measure(page: Page): Promise<readonly Measured[]> {
  const cdp = await page.context().newCDPSession(page)
  const measured: Measured[] = []
  const step = async (what: string, work: () => Promise<unknown>) => {
    const times = await traced(cdp, () =>
      profiled(cdp, profiles, what, async () => {
        await page.evaluate(mark, 'one')
        await work()
        await page.evaluate(settle)
        await page.evaluate(mark, 'end')
      }),
    )
    measured.push({ what, ...times.get('one')! })
  }
  await page.goto(host.address)
  await page.getByRole('button', { name: /Demo guest/ }).waitFor()
  await page.keyboard.press('Control+o')
  const dialog = page.getByRole('dialog', { name: 'Open a dump file' })
  await dialog.getByRole('textbox', { name: 'Path' }).fill(paths.after)
  await dialog.getByRole('textbox', { name: 'Path' }).press('Enter')
  await dialog.waitFor({ state: 'detached', timeout: 120_000 })
  await page.getByRole('treegrid').first().getByRole('row').nth(1).waitFor({ timeout: 120_000 })
  await page.waitForTimeout(8000)

  const colour = async (name: string) => {
    await page.getByRole('button', { name: /^Colour:/ }).click()
    const choice = page.getByRole('menuitemradio', { name: new RegExp(`^${name}`) })
    await choice.waitFor()
    await page.evaluate(settle)
    await step(`colour by ${name.toLowerCase()}`, () => choice.click())
  }
  const press = (name: string) => page.getByRole('radio', { name, exact: true }).click()
  const tab = (name: string) => page.getByRole('tab', { name }).click()
  const picture = () => page.locator('[role=tree], [role=listbox]').first()

  await step('first service tree', () => press('Pictures'))
  // As somebody looks at it before the colours are changed: the kexts are read meanwhile, in slices of idle time. This dump has
  // tens of thousands of them, a guest has some hundred.
  await page.waitForTimeout(3000)
  for (const name of ['Kext', 'Family', 'Age', 'Diff', 'State']) await colour(name)
  await picture().focus()
  await page.keyboard.press('Home')
  await page.evaluate(settle)
  await step('select the next mark', () => page.keyboard.press('ArrowRight'))
  await step('fold', () => page.keyboard.press('Space'))
  await step('unfold', () => page.keyboard.press('Space'))
  await step('fit', () => page.keyboard.press('0'))
  await step('the tree downwards', () => press('Down'))
  await press('Right')
  await press('Registry')
  await page.getByRole('treegrid').first().getByRole('row').nth(3).click()
  await page.keyboard.press('*')
  await page.evaluate(settle)
  await step('service tree with everything open', () => press('Pictures'))
  await step('its table', () => page.keyboard.press('Alt+t'))
  await page.keyboard.press('Alt+t')
  await page.evaluate(settle)
  await step('first stack', () => tab('Stack'))
  await step('first map, by class', () => tab('Registry map'))
  await step('map by kext', () => press('Kext'))
  await step('map by plane', () => press('Plane'))
  await step('an icicle', () => press('Icicle'))
  await step('sized by bytes', () =>
    page.getByRole('combobox', { name: 'Sized by' }).selectOption('bytes'),
  )
  await press('Treemap')
  await press('Class')
  await page.evaluate(settle)
  await picture().focus()
  await page.keyboard.press('Home')
  for (let n = 0; n < 2; n++) await page.keyboard.press('ArrowDown')
  await page.evaluate(settle)
  await step('into an area', () => page.keyboard.press('Enter'))
  await step('and back', () => page.keyboard.press('Escape'))
  await colour('Kext')
  await colour('State')
  await page.locator('#filter').fill('appledriver')
  await page.evaluate(settle)
  await step('filter key over the map', () => page.keyboard.type('4'))
  await tab('Service tree')
  await page.evaluate(settle)
  await page.locator('#filter').focus()
  await step('filter key over the tree', () => page.keyboard.press('Backspace'))
  return measured
}
