import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { ruleColours } from '../../core/contract/preferences.ts'
import { wrongStops } from '../helpers/read-stops.ts'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

// Views and pop-ups that no other test holds against axe: one host, one page, both themes without a reload.

/** One rule for each colour, so that rows of all of them are in sight together. */
const marked = [
  'class:IOUserClient',
  'class:IOPCIDevice',
  'class:IOPlatformDevice',
  'depth == 0',
  'depth == 1',
  'depth == 2',
  'depth > 2',
]
const arranged = {
  version: 1,
  savedFilters: [{ id: 'f', name: 'PCI devices', filter: 'class:IOPCIDevice' }],
  colourRules: ruleColours.map((colour, n) => ({
    id: colour,
    name: `Rule ${n}`,
    filter: marked[n]!,
    colour,
    isOn: true,
  })),
  bookmarks: [{ id: 'b', name: 'The root', entryId: null, path: 'IOService:/' }],
}

let host: HostProcess
test.beforeEach(async ({ page }) => {
  const settings = mkdtempSync(join(tmpdir(), 'kextant-e2e-'))
  writeFileSync(join(settings, 'preferences.json'), JSON.stringify(arranged))
  host = await startHostProcess([], settings)
  page.setDefaultTimeout(8000)
  await page.goto(host.address)
})
test.afterEach(() => host.stop())

/** Walks, and tells at the end all that is wrong. */
async function startSweep(page: Page) {
  const script = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  // The page's policy refuses script tags; evaluating is the tester's own right.
  await page.evaluate(script)
  const wrong: string[] = []
  return {
    /** Everything in the light; in the dark only what a theme can change. The less there is to look at, the sooner. */
    look: async (
      what: string,
      root: '[role="dialog"]' | '[role="menu"]' | '[role="treegrid"]' | 'main' | 'body',
    ) => {
      await expect(page.locator(root).first()).toBeVisible()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const found = await page.evaluate<readonly string[]>(
          `axe.run(${JSON.stringify(root)}, {
             resultTypes: ['violations'],
             ${colorScheme === 'dark' ? "runOnly: ['color-contrast']," : ''}
           }).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
             nodes.slice(0, 4).map(({ target, failureSummary }) =>
               id + ' ' + target.join(' ') + ': ' + failureSummary.replace(/\\s+/g, ' ').slice(0, 200))))`,
        )
        wrong.push(...found.map(each => `${what}, ${colorScheme}: ${each}`))
      }
    },
    end: () => expect(wrong).toEqual([]),
  }
}

const tree = (page: Page) => page.getByRole('treegrid', { name: 'IOService plane' })
const row = (page: Page, name: string) =>
  tree(page)
    .getByRole('row', { name: new RegExp(`^${name}`) })
    .first()
const close = async (page: Page, what: Locator) => {
  await page.keyboard.press('Escape')
  await expect(what).toHaveCount(0)
}

test('nothing that axe knows is wrong with what no other test looks at', async ({ page }) => {
  const { look, end } = await startSweep(page)
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const dialog = page.getByRole('dialog')
  const menu = page.getByRole('menu')
  const run = async (words: string) => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(words)
    await page.keyboard.press('Enter')
  }

  await expect(button('Connect')).toBeVisible()
  await look('the first view', 'main')
  await button('New target').click()
  await button('Connect').click()
  await look('a new target with its mistakes', 'main')
  await button(/Demo guest/).click()
  await expect(row(page, 'Root')).toBeVisible()

  // Rows with every colour, plain and selected together.
  await run('PCI0')
  await row(page, 'PCI0').click()
  await page.keyboard.press('ArrowRight')
  await expect(row(page, 'S10')).toBeVisible()
  await run('kernel log')
  await look('rows with every colour', 'body')
  // What is read of a row that does not say all in words; then of each stop.
  await expect(row(page, 'PCI0')).toHaveAccessibleName(/ (not )?registered busy \d+/)
  expect(await wrongStops(page, 45)).toEqual([])
  await row(page, 'PCI0').click()
  await page.keyboard.press('Control+a')
  await look('the same, selected', '[role="treegrid"]')
  await page.getByRole('separator', { name: 'Resize the inspector' }).focus()
  await look('the same, selected, without the focus', '[role="treegrid"]')
  await row(page, 'PCI0').click()

  await button(/^Target/).click()
  await look('the menu of the target', '[role="menu"]')
  await close(page, menu)
  await button('Saved filters and colour rules').click()
  await look('the menu of filters', '[role="menu"]')
  await close(page, menu)
  await button(/^Filter looks in/).click()
  await look('where the filter looks', '[role="menu"]')
  await close(page, menu)
  await button('Where you have been').click()
  await look('where one has been', '[role="menu"]')
  await close(page, menu)

  for (const [words, what] of [
    ['open dump', 'Open a dump file'],
    ['save capture', 'Save the capture'],
    ['about capture', 'About this capture'],
    ['save as report', 'a report'],
    ['load kext', 'choosing a kext'],
    ['notify me', 'what is to be told'],
  ] as const) {
    await run(words)
    await look(what, '[role="dialog"]')
    await close(page, dialog)
  }
  await button(/^Target/).click()
  await page.getByRole('menuitem', { name: 'Forget host key…' }).click()
  await look('forgetting a host key', '[role="dialog"]')
  await close(page, dialog)
  await button(/^Target/).click()
  await page.getByRole('menuitem', { name: 'Switch target…' }).click()
  await expect(button('Back to the registry')).toBeVisible()
  await look('a target that is connected', 'main')
  await button('Back to the registry').click()

  await page.getByRole('tab', { name: 'Picture', exact: true }).click()
  await look('the picture of an entry', 'main')
  await run('picture map')
  await expect(page.getByRole('tab', { name: /map/i, selected: true })).toBeVisible()
  await button('Save').click()
  await look('how a picture is saved', '[role="menu"]')
  await page.getByRole('menuitem', { name: 'As SVG…' }).click()
  await look('saving a picture', '[role="dialog"]')
  await close(page, dialog)
  for (const view of ['Changes', 'Kexts', 'History']) {
    await page.getByRole('radio', { name: view }).click()
    await expect(page.getByRole('radio', { name: view, checked: true })).toBeVisible()
    await look(view, 'main')
  }
  end()
})
