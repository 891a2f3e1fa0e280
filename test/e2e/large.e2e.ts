import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, type Page } from '@playwright/test'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'
import { writeChangedDumps } from '../helpers/write-changed-dump.ts'

// The window at the size that a big Mac has: everything works, and what is not shown is told. How long it takes
// is measured elsewhere (docs/performance.md).

const nodes = 100_000
/** What a busy machine may take for a piece of work over all nodes. */
const patient = { timeout: 60_000 }
test.setTimeout(400_000)
// A trace would hold every table of every capture.
test.use({ trace: 'off' })

let host: HostProcess
let folder: string
test.beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kextant-large-'))
  host = await startHostProcess()
})
test.afterEach(async () => {
  await host.stop()
  rmSync(folder, { recursive: true, force: true })
})

const treeOf = (page: Page) => page.getByRole('treegrid', { name: 'IOService plane' })
const selectedIn = (page: Page) => treeOf(page).getByRole('row', { selected: true })
/** With the row of titles. */
const rows = (count: number) => String(count + 1)
const inWords = (count: number) => count.toLocaleString('en-US')

async function jumpTo(page: Page, top: number): Promise<void> {
  const row = (index: number) => treeOf(page).locator(`[aria-rowindex="${index}"]`)
  const first = Math.ceil(top / 24) + 2
  await treeOf(page).evaluate((tree, to) => {
    tree.scrollTop = to
  }, top)
  await expect(row(first)).toBeInViewport()
  // What is around it follows.
  await expect(row(first - 4)).toHaveCount(1)
}

/** All that the rows in the document say of themselves, in its order; but for the one that is kept for the focus. */
function told(page: Page) {
  return treeOf(page)
    .locator('[data-row][tabindex="-1"]')
    .evaluateAll(rows =>
      rows.map(row => ({
        index: Number(row.getAttribute('aria-rowindex')),
        place: [
          'aria-level',
          'aria-posinset',
          'aria-setsize',
          'aria-expanded',
          'aria-selected',
        ].map(name => row.getAttribute(name)),
        text: row.textContent,
        top: row.getBoundingClientRect().top,
        titles: [...row.children].map(cell => cell.getAttribute('title')),
        looks: row.getAttribute('class'),
      })),
    )
}

const cli = resolve(import.meta.dirname, '../../main/cli/index.ts')

/** How many entries the command line finds. */
async function countOf(path: string, filter: string): Promise<number> {
  const env = { ...process.env, KEXTANT_SETTINGS: folder, NODE_NO_WARNINGS: '1' }
  const args = [cli, 'find', path, filter, '--count']
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  return Number(stdout)
}

async function open(page: Page, path: string): Promise<void> {
  await page.keyboard.press('Control+o')
  const dialog = page.getByRole('dialog', { name: 'Open a dump file' })
  await dialog.getByRole('textbox', { name: 'Path' }).fill(path)
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0, patient)
  await expect(treeOf(page).getByRole('row', { name: /^Root/ })).toBeVisible(patient)
}

test('a dump of a hundred thousand nodes is filtered, browsed, drawn and compared', async ({
  page,
}) => {
  const { keyboard } = page
  const paths = { before: join(folder, 'before.txt'), after: join(folder, 'after.txt') }
  const changes = writeChangedDumps(paths, nodes)
  await page.goto(host.address)
  await expect(page.getByRole('navigation', { name: 'Targets' })).toBeVisible()
  await open(page, paths.before)

  const field = page.getByRole('combobox', { name: 'Filter the registry' })
  const count = page.getByRole('search', { name: 'Filter' }).getByRole('status')
  for (const [kind, filter] of [
    ['quick', 'busy > 0 and not class:IOIntelPort1'],
    ['deep', 'key:clock-gates and IOClass ~ /thermal/'],
  ] as const) {
    await test.step(`a ${kind} filter finds as many as the command line`, async () => {
      const expected = await countOf(paths.before, filter)
      expect(expected).toBeGreaterThan(100)
      await field.fill(filter)
      await expect(count).toHaveText(
        `${inWords(expected)} of ${inWords(nodes)} in IOService`,
        patient,
      )
      await field.press('Enter')
      await expect(selectedIn(page)).toBeInViewport()
      await expect(selectedIn(page)).not.toHaveClass(/dimmed/)
    })
  }

  const chosen = await selectedIn(page).locator('[data-name]').innerText()
  await test.step('the selection stays when the filter goes', async () => {
    await field.press('Escape')
    await expect(field).toHaveValue('')
    await expect(selectedIn(page)).toContainText(chosen)
    await expect(selectedIn(page)).toBeInViewport()
  })

  await test.step('all is expanded, down to the last row', async () => {
    await treeOf(page).press('Home')
    await keyboard.press('*')
    await expect(treeOf(page)).toHaveAttribute('aria-rowcount', rows(nodes), patient)
    await keyboard.press('End')
    await expect(selectedIn(page)).toHaveAttribute('aria-rowindex', rows(nodes), patient)
    await expect(selectedIn(page)).toBeInViewport()
  })

  await test.step('after long scrolls each row tells its own entry, and the focus is where it was', async () => {
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-rowindex') ?? '')
    const last = await focused()
    expect(last).toBe(rows(nodes))
    await jumpTo(page, 700_000)
    await jumpTo(page, 1_400_007)
    expect(await focused()).toBe(last)
    const reused = await told(page)
    expect(reused.length).toBeGreaterThan(20)
    // Elements that have never shown another row tell the same.
    await keyboard.press('Control+b')
    await expect(treeOf(page)).toHaveCount(0)
    await keyboard.press('Control+b')
    await jumpTo(page, 1_400_007)
    expect(await told(page)).toEqual(reused)
    expect(reused).toEqual(reused.toSorted((a, b) => a.index - b.index))
    await treeOf(page).press('End')
    await expect(selectedIn(page)).toBeInViewport()
  })

  await test.step('the inspector shows the entry and a value of it', async () => {
    const inspector = page.getByRole('region', { name: 'Inspector' })
    const name = (await inspector.getByRole('heading').first().innerText()).trim()
    await expect(selectedIn(page)).toContainText(name)
    const row = page.getByRole('treegrid', { name: 'Properties' }).getByRole('row', {
      name: /^IOClass/,
    })
    await row.click()
    await expect(page.getByRole('region', { name: 'Value of IOClass' })).toBeVisible()
  })

  await test.step('columns show the same', async () => {
    await keyboard.press('Control+b')
    const columns = page.getByRole('group', { name: 'IOService plane in columns' })
    const clients = columns.getByRole('listbox', { name: 'Clients of Root' })
    await expect(clients.getByRole('option', { selected: true })).toHaveAttribute(
      'aria-setsize',
      String(Math.ceil((nodes - 1) / 50)),
    )
    await keyboard.press('Control+b')
    await expect(selectedIn(page)).toBeInViewport()
  })

  await test.step('the tree is limited to one subtree, and whole again', async () => {
    await treeOf(page).press('Home')
    await keyboard.press('ArrowDown')
    await keyboard.press('Control+ArrowDown')
    const banner = page.getByRole('region', { name: 'What is shown' })
    await expect(banner).toContainText('and what is below it')
    await expect(treeOf(page)).toHaveAttribute('aria-rowcount', rows(50))
    await keyboard.press('Escape')
    await expect(banner).toHaveCount(0)
    await expect(treeOf(page)).toHaveAttribute('aria-rowcount', rows(nodes))
  })

  await test.step('each picture is drawn as far as it goes, and says what it leaves out', async () => {
    await keyboard.press('Control+2')
    const notes = page.getByRole('list', { name: 'Not drawn' })
    const show = (picture: string) => page.getByRole('tab', { name: picture }).click()
    await show('Service tree')
    await expect(notes).toContainText('nodes drawn', patient)
    const told = /([\d,]+) nodes drawn, ([\d,]+) folded/.exec(await notes.innerText())!
    const [drawn, folded] = told.slice(1).map(text => Number(text.replaceAll(',', '')))
    expect(drawn! + folded!).toBe(nodes)
    expect(drawn).toBeGreaterThan(1000)
    await expect(notes).toContainText('The picture is full')

    await show('Stack')
    const stack = page.getByRole('listbox', { name: 'Stack of one service' })
    await expect(stack.getByRole('option')).toContainText('Selected, step 1 of 1', patient)
    await show('Registry map')
    await expect(page.getByRole('tree', { name: 'Registry map by class' })).toBeVisible(patient)
    await expect(notes).toContainText(/[\d,]+ areas? (has|have) more below/, patient)
    // What a text of `ioreg` cannot have.
    await show('Kext graph')
    await expect(page.getByRole('main')).toContainText('This capture has no kexts')
    await show('Power plane')
    await expect(page.getByRole('main')).toContainText('This capture has no power plane')
    await keyboard.press('Control+1')
  })

  await test.step('a redacted report has each of its nodes', async () => {
    await page.getByRole('button', { name: /^Target/ }).click()
    await page.getByRole('menuitem', { name: 'Save as report…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Report on this capture' })
    const path = join(folder, 'large.html')
    await dialog.getByRole('textbox', { name: 'Name' }).fill(path)
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('dialog')).toContainText('Report saved', patient)
    const report = readFileSync(path, 'utf8')
    expect(report).toContain('Registry of Redacted capture')
    expect(report.match(/<(?:p|summary)><b/g)).toHaveLength(nodes)
    await page.getByRole('button', { name: 'Done' }).click()
  })

  await test.step('a changed dump is compared with it, and the difference is filtered', async () => {
    await open(page, paths.after)
    await expect(page.getByRole('region', { name: 'Time' })).toContainText('2 snapshots', patient)
    await keyboard.press('Control+Shift+D')
    const banner = page.getByRole('status').filter({ hasText: 'Comparing' })
    const { added, removed, moved } = changes
    await expect(banner).toContainText(`${added} new, ${removed} gone, ${moved} moved`, patient)
    for (const [filter, found] of [
      ['new', added],
      ['gone', removed],
    ] as const) {
      await field.fill(filter)
      await expect(count).toHaveText(new RegExp(`^${found} of [\\d,]+ in IOService`), patient)
    }
  })
})
