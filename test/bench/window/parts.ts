import { basename } from 'node:path'
import type { Page } from 'playwright-core'
import { bars, type BenchPage } from './bench-page.ts'
import { awaitRows, mark, scrollFrames, settle } from './in-page.ts'

/* What is done with the window to measure it. Each part begins and ends with the whole tree of the newest capture. */

/** Where the files lie that are opened. */
export interface Dumps {
  readonly before: string
  readonly after: string
  readonly twoPlanes: string
}

type Part = (bench: BenchPage, dumps: Dumps) => Promise<void>

/** A page that is loaded anew fetches the newest capture. */
const paint: Part = bench =>
  throughRows(bench, async () => void (await bench.page.reload()), {
    before: 'from an empty page to the request for columns',
    rows: 'first paint of the tree, from its columns on',
    after: 'what follows the first paint',
  })

/** Another capture takes the place of the one in sight. */
export const measureOpen = (bench: BenchPage, path: string): Promise<void> =>
  throughRows(bench, () => openDump(bench.page, path), {
    before: 'open a dump file: the dialog, until the columns come',
    rows: 'open a dump file: from its columns to its rows',
    after: 'what follows the rows of a dump file',
  })

/**
 * Three lines: up to the arrival of columns, from there to the frame that shows their rows, and what comes after, for
 * which nobody waits but for its longest task.
 */
async function throughRows(
  { page, measured, stretches }: BenchPage,
  work: () => Promise<void>,
  names: { readonly before: string; readonly rows: string; readonly after: string },
): Promise<void> {
  await page.evaluate(awaitRows)
  await stretches(names.rows, bars.other, async () => {
    // A page that goes away takes its marks along.
    await page.evaluate(mark, 'begun')
    await work()
    await firstRow(page)
    await page.waitForTimeout(8000)
    await page.evaluate(mark, 'end')
    return undefined
  })
  const line = measured.pop()!
  const [before, rows, after] = line.times
  if (!before || !rows || !after) throw new Error('no columns came, or no rows of them')
  measured.push(
    { ...line, what: names.before, times: [before] },
    { ...line, times: [rows] },
    { what: names.after, bar: null, times: [after] },
  )
}

const tree: Part = async ({ page, steps, stretches }) => {
  const grid = page.getByRole('treegrid').first()
  await grid.getByRole('row').nth(1).click()
  await page.keyboard.press('Home')
  await page.evaluate(settle)
  await steps('expand all', bars.other, 1, () => page.keyboard.press('*'))
  console.log(`rows: ${await grid.getAttribute('aria-rowcount')}`)
  for (const [pixels, frames] of [
    [100, 180],
    [300, 120],
    [3000, 120],
  ] as const) {
    await stretches(`scroll by ${pixels} px a frame`, bars.frame, async () => {
      const asked = ['[role="treegrid"]', pixels, frames] as const
      return `${await page.evaluate(scrollFrames, asked)} blank frames`
    })
  }
  await page.evaluate(() => (document.querySelector('[role="treegrid"]')!.scrollTop = 0))
  await page.evaluate(settle)
}

const browse: Part = async ({ page, steps }) => {
  const grid = page.getByRole('treegrid').first()
  const press = (keys: string) => () => page.keyboard.press(keys)
  const rowAt = (at: number) => grid.locator('[data-row]').nth(at)
  await rowAt(2).click()
  await page.evaluate(settle)
  await steps('select the next row', bars.other, 40, press('ArrowDown'))
  await steps('select a row by a click', bars.other, 10, at => rowAt(6 + at).click())
  await steps('a page down', bars.other, 10, press('PageDown'))
  await steps('back', bars.other, 8, press('Alt+ArrowLeft'))
  await steps('forward', bars.other, 8, press('Alt+ArrowRight'))
  await steps('to the end and home', bars.other, 6, at =>
    page.keyboard.press(at % 2 === 0 ? 'End' : 'Home'),
  )
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await page.evaluate(settle)
  await steps('limit the tree to an entry, and back', bars.other, 6, at =>
    page.keyboard.press(at % 2 === 0 ? 'Control+ArrowDown' : 'Escape'),
  )
  await page.keyboard.press('Home')
  await steps('close and open the root', bars.other, 4, at =>
    page.keyboard.press(at % 2 === 0 ? 'ArrowLeft' : 'ArrowRight'),
  )
  await steps('to columns, and back', bars.other, 6, press('Control+b'))
  await page.keyboard.press('Control+b')
  await page.evaluate(settle)
  await page.getByRole('listbox').first().getByRole('option').first().click()
  await page.evaluate(settle)
  await steps('a column further, and down', bars.other, 12, at =>
    page.keyboard.press(at % 2 === 0 ? 'ArrowRight' : 'ArrowDown'),
  )
  await page.keyboard.press('Control+b')
  await page.evaluate(settle)
  await steps('to the kexts, and back', bars.other, 4, at =>
    page.keyboard.press(at % 2 === 0 ? 'Control+4' : 'Control+1'),
  )
  await steps('to the pictures', bars.other, 1, press('Control+2'))
  await steps('colour the picture by something else', bars.other, 5, press('Alt+c'))
  await steps('from the pictures to the tree', bars.other, 1, press('Control+1'))
}

/** Of a capture with two planes; the one before is shown again afterwards. */
const planes: Part = async ({ page, steps }, dumps) => {
  await openDump(page, dumps.twoPlanes)
  await page.waitForTimeout(4000)
  const choice = page.getByRole('combobox', { name: 'Plane' })
  await steps('another plane', bars.other, 6, at =>
    choice.selectOption(at % 2 === 0 ? 'IODeviceTree' : 'IOService'),
  )
  await page.getByRole('treegrid').first().locator('[data-row]').nth(3).click()
  await page.evaluate(settle)
  await steps('the same entry in another plane', bars.other, 6, () =>
    page.keyboard.press('Alt+PageDown'),
  )
  await openDump(page, dumps.after)
  await page.waitForTimeout(4000)
}

const filter: Part = async ({ page, steps }) => {
  const field = page.locator('#filter')
  await field.focus()
  // Who clicks into a field does not type in the same moment; the page uses it.
  await page.waitForTimeout(500)
  for (const text of [
    'appledriver4',
    'class:IOPCIDevice',
    'key:IOClass and not kext:com.apple.*',
    'state:!registered and busy > 0',
  ]) {
    await clear(page)
    await steps(`filter key: ${text}`, bars.key, text.length, at => page.keyboard.type(text[at]!))
  }
  await clear(page)
  const looksIn = page.getByRole('button', { name: /^Filter looks in/ })
  const choose = async (name: RegExp) => {
    await looksIn.click()
    await page.getByRole('menuitemradio', { name }).click()
    await page.evaluate(settle)
    await field.focus()
  }
  await choose(/keys and values/)
  await steps('filter key, in all: 00 40', bars.key, 5, at => page.keyboard.type('00 40'[at]!))
  await clear(page)
  await choose(/^Names(?!,? keys)/)
  await field.fill('usb')
  await page.evaluate(settle)
  await steps('the next hit', bars.other, 10, () => page.keyboard.press('F3'))
  await steps('clear the filter', bars.key, 1, () => page.keyboard.press('Escape'))
}

/** From the newest capture to the tree of both, and back. */
const compare: Part = async ({ page, steps }, dumps) => {
  await page.getByRole('radio', { name: 'Changes' }).click()
  await page.getByRole('button', { name: /^Before:/ }).click()
  await page
    .getByRole('combobox', { name: 'Capture' })
    .fill(`${basename(dumps.before)} this session`)
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
  await steps('to the tree of both', bars.other, 1, () =>
    page.getByRole('radio', { name: 'Registry' }).click(),
  )
  await steps('to the list of changes', bars.other, 1, () =>
    page.getByRole('radio', { name: 'Changes' }).click(),
  )
  const identity = page.getByRole('radiogroup', { name: 'What pairs entries' })
  await steps('pair entries by something else', bars.other, 2, async at => {
    await identity.getByRole('radio', { name: at === 0 ? 'Path' : 'Entry ID' }).click()
    await page.getByText(at === 0 ? /path, class and location:/ : /registry entry ID:/).waitFor()
  })
  await page.getByRole('radio', { name: 'Registry' }).click()
  await page.waitForTimeout(1000)
  await steps('stop comparing', bars.other, 1, () => page.keyboard.press('Control+Shift+X'))
  const backToNow = page.getByRole('button', { name: 'Back to now' })
  await steps('to the snapshot before', bars.other, 1, async () => {
    await page.keyboard.press('Control+,')
    await backToNow.waitFor()
  })
  await steps('back to now', bars.other, 1, async () => {
    await backToNow.click()
    await backToNow.waitFor({ state: 'detached' })
  })
}

export const parts: Readonly<Record<string, Part>> = {
  paint,
  tree,
  browse,
  filter,
  compare,
  planes,
}

export async function openDump(page: Page, path: string): Promise<void> {
  await page.keyboard.press('Control+o')
  const field = page.locator(`${dialogSelector} input`).first()
  await field.fill(path)
  await field.press('Enter')
  await page.locator(dialogSelector).waitFor({ state: 'detached', timeout: 120_000 })
  await firstRow(page)
}

// While a step is measured the driver looks at plain selectors: to find a role it reads the style of every element.
const dialogSelector = '[role="dialog"]'

async function firstRow(page: Page): Promise<void> {
  await page.locator('[role="treegrid"] [data-row]').first().waitFor({ timeout: 120_000 })
}

async function clear(page: Page): Promise<void> {
  await page.locator('#filter').fill('')
  await page.evaluate(settle)
}
