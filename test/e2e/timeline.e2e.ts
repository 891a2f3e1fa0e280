import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import { dropFile } from '../helpers/open-in-window.ts'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

let host: HostProcess
test.beforeEach(async ({ page }) => {
  host = await startHostProcess()
  await page.goto(host.address)
})
test.afterEach(() => host.stop())

const treeOf = (page: Page) => page.getByRole('treegrid', { name: 'IOService plane' })
const stripOf = (page: Page) => page.getByRole('slider', { name: 'Snapshot' })
const bannerOf = (page: Page) => page.getByRole('status').filter({ hasText: 'Comparing' })

/** Three looks at one machine: a driver comes, a stick goes, a value and a counter change. */
function dumps(): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'kextant-time-'))
  const line = (depth: number, name: string, id: number, retain = 4) =>
    `${'  '.repeat(depth)}+-o ${name}  <class IO${name}, id 0x1000001${id.toString(16)}, registered, matched, active, busy 0 (1 ms), retain ${retain}>\n`
  const block = (depth: number, text: string) => {
    const margin = '  '.repeat(depth)
    return `${margin}  {\n${margin}    ${text}\n${margin}  }\n${margin}  \n`
  }
  const look = (at: number) =>
    [
      '+-o Root  <class IORegistryEntry, id 0x100000100, retain 9>\n',
      line(1, 'Machine', 0x10),
      line(2, 'PCI0', 0x11, 4 + at),
      block(2, `"Mode" = {"speed"=${at < 2 ? 1 : 2},"duplex"="full"}`),
      at < 2 ? line(3, 'Stick', 0x12) : '',
      at > 0 ? line(3, 'Driver', 0x13) : '',
    ].join('')
  return [0, 1, 2].map(at => {
    const path = join(folder, `look-${at}.txt`)
    writeFileSync(path, look(at))
    return path
  })
}

function momentsOnDisk(settings: string): number {
  const folder = join(settings, 'sessions')
  if (!existsSync(folder)) return 0
  return readdirSync(folder)
    .map(session => join(folder, session, 'index.jsonl'))
    .filter(existsSync)
    .flatMap(path => readFileSync(path, 'utf8').split('\n'))
    .filter(line => line.includes('"kind":"moment"')).length
}

/** That the strip is shown whole is kept for the next one. */
function isStripKept(settings: string): boolean {
  const path = join(settings, 'preferences.json')
  return existsSync(path) && /"time-strip": true/.test(readFileSync(path, 'utf8'))
}

async function openAll(page: Page): Promise<readonly string[]> {
  const paths = dumps()
  for (const [i, path] of paths.entries()) {
    await dropFile(page, path)
    await expect(page.getByRole('region', { name: 'Time' })).toContainText(
      i === 0 ? '1 snapshot' : `${i + 1} snapshots`,
    )
    await expect(page.getByRole('button', { name: new RegExp(`look-${i}`) }).first()).toBeVisible()
  }
  // A line at first; the user's choice is kept.
  const strip = page.getByRole('region', { name: 'Time' }).getByRole('button', { name: /^Time/ })
  if ((await strip.getAttribute('aria-expanded')) === 'false') await strip.click()
  await expect(stripOf(page)).toBeVisible()
  return paths
}

test('the window follows the strip, by keys alone, and goes back to now', async ({ page }) => {
  await openAll(page)
  const tree = treeOf(page)
  await expect(tree.getByRole('row', { name: /^Driver/ })).toBeVisible()
  await stripOf(page).focus()
  await page.keyboard.press('ArrowLeft')
  await expect(stripOf(page)).toHaveAttribute('aria-valuenow', '2')
  await expect(tree.getByRole('row', { name: /^Stick/ })).toBeVisible()
  await page.keyboard.press('ArrowLeft')
  await expect(stripOf(page)).toHaveAttribute('aria-valuetext', /look-0\.txt, opened/)
  await expect(tree.getByRole('row', { name: /^Driver/ })).toHaveCount(0)
  await expectNoViolations(page, 'the past')
  await page.getByRole('button', { name: 'Back to now' }).click()
  await expect(tree.getByRole('row', { name: /^Stick/ })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Back to now' })).toHaveCount(0)
  await stripOf(page).focus()
  await page.keyboard.press('Home')
  await expect(stripOf(page)).toHaveAttribute('aria-valuenow', '1')
  await page.keyboard.press('End')
  await expect(stripOf(page)).toHaveAttribute('aria-valuenow', '3')
  await page.keyboard.press('Control+,')
  await expect(stripOf(page)).toHaveAttribute('aria-valuenow', '2')
})

test('two captures are one tree, a list with values before and after, and text', async ({
  page,
}) => {
  await openAll(page)
  await page.keyboard.press('Control+Shift+D')
  await expect(bannerOf(page)).toContainText('1 gone, 1 changed')
  await expect(bannerOf(page)).toContainText('1 change of noise left out')
  await expect(treeOf(page).getByRole('row', { name: /^Stick/ })).toBeVisible()
  await page.getByRole('button', { name: 'List of changes' }).click()
  const list = page.getByRole('treegrid', { name: 'Changes' })
  await expect(list.getByRole('row', { name: /gone Stick IOStick/ })).toBeVisible()
  await expect(list.getByRole('row', { name: /Mode\/speed 1 , now 2/ })).toBeVisible()
  await expectNoViolations(page, 'the list of changes')

  // The first and the last.
  await page.getByRole('button', { name: /^Before: .*look-1\.txt/ }).click()
  const chooser = page.getByRole('dialog', { name: 'Choose the capture before' })
  await expectNoViolations(page, 'choosing a capture')
  await chooser.getByRole('option', { name: /look-0\.txt opened, 4 entries/ }).click()
  await expect(bannerOf(page)).toContainText('1 new, 1 gone, 1 changed')
  await page.getByRole('textbox', { name: 'Filter the changes' }).fill('driver')
  await expect(list.getByRole('row')).toHaveCount(1)
  await page.getByRole('textbox', { name: 'Filter the changes' }).fill('gone or class:IODriver')
  await expect(list.getByRole('row')).toHaveCount(2)
  await page.getByRole('textbox', { name: 'Filter the changes' }).fill('class:')
  await expect(page.getByRole('status').filter({ hasText: /has to|expected|stand/ })).toBeVisible()
  await page.getByRole('textbox', { name: 'Filter the changes' }).fill('')
  await page.getByRole('radio', { name: 'Path' }).click()
  await expect(page.getByText('path, class and location: it was asked for')).toBeVisible()

  // What a rule leaves out comes back when it is switched off.
  await page.getByRole('button', { name: /^Noise/ }).click()
  await page.getByRole('checkbox', { name: /retain count/ }).uncheck()
  await expect(list.getByRole('row', { name: /retain count/ })).toBeVisible()
  await expectNoViolations(page, 'noise rules')
  await page.getByRole('radio', { name: 'Text', exact: true }).click()
  const text = page.getByRole('region', { name: 'Changes as text' })
  await expect(text).toContainText('- IOService:/Machine/PCI0/Stick')
  await expectNoViolations(page, 'changes as text')

  await page.getByRole('button', { name: 'Swap the two' }).click()
  await expect(text).toContainText('+ IOService:/Machine/PCI0/Stick')
  // The address names the pair.
  await page.reload()
  await expect(bannerOf(page)).toContainText('1 new, 1 gone')
  await page.getByRole('button', { name: 'Stop comparing' }).click()
  await expect(bannerOf(page)).toHaveCount(0)
})

test('a capture to compare with is opened from within the chooser: by its path, dropped, a recent one by keys, and of a guest', async ({
  page,
}) => {
  const [first = '', second = ''] = await openAll(page)
  const folder = dirname(first)
  await page.getByRole('radio', { name: 'Changes' }).click()
  const chooser = page.getByRole('dialog', { name: /^Choose the capture/ })
  const list = page.getByRole('treegrid', { name: 'Changes' })

  // By its path: it becomes what is before, and is compared at once.
  await page.getByRole('button', { name: /^Before:/ }).click()
  await chooser.getByRole('option', { name: /^Open a file/ }).click()
  const picker = page.getByRole('dialog', { name: 'Open the capture before' })
  const other = join(folder, 'other.txt')
  writeFileSync(other, readFileSync(first, 'utf8').replaceAll('Machine', 'Other'))
  await picker.getByRole('textbox', { name: 'Path' }).fill(other)
  await picker.getByRole('textbox', { name: 'Path' }).press('Enter')
  await expect(bannerOf(page)).toContainText(/Comparing other\.txt .* with look-2\.txt/)
  await expect(list.getByRole('row', { name: /gone Other/ })).toBeVisible()

  // Dropped while the chooser is open: it becomes what is after.
  await page.getByRole('button', { name: /^After:/ }).click()
  const held = await page.evaluateHandle(
    text => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], 'dropped.txt'))
      return transfer
    },
    readFileSync(second, 'utf8'),
  )
  await chooser.dispatchEvent('drop', { dataTransfer: held })
  await expect(bannerOf(page)).toContainText(/Comparing other\.txt .* with dropped\.txt/)

  // By keys alone: one of this session, and a file that was opened before.
  for (const [side, words] of [
    ['Before', 'this session look-0'],
    ['After', 'files other'],
  ] as const) {
    await page.getByRole('button', { name: new RegExp(`^${side}:`) }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.type(words)
    await expect(chooser.getByRole('option')).toHaveCount(1)
    await page.keyboard.press('Enter')
    await expect(chooser).toHaveCount(0)
  }
  await expect(bannerOf(page)).toContainText(/Comparing look-0\.txt .* with other\.txt/)

  // What cannot be opened is said, and what was compared stays.
  await page.getByRole('button', { name: /^Before:/ }).click()
  await chooser.getByRole('option', { name: /^Open a file/ }).click()
  await picker.getByRole('textbox', { name: 'Path' }).fill(join(folder, 'nowhere.txt'))
  await picker.getByRole('textbox', { name: 'Path' }).press('Enter')
  await expect(page.getByRole('alert')).toContainText('nowhere.txt')
  await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(bannerOf(page)).toContainText(/Comparing look-0\.txt .* with other\.txt/)

  // A guest that is not connected yet, and then the connected one once more.
  await page.getByRole('button', { name: /^After:/ }).click()
  await chooser.getByRole('option', { name: 'Connect to Demo guest and capture built in' }).click()
  await expect(bannerOf(page)).toContainText(/Comparing look-0\.txt .* with Demo guest/)
  await expect(page.getByRole('button', { name: 'Target: Demo guest' })).toContainText('connected')
  await page.getByRole('button', { name: /^Before:/ }).click()
  await chooser.getByRole('option', { name: 'Capture Demo guest now connected' }).click()
  await expect(bannerOf(page)).toContainText(/Comparing Demo guest .* with Demo guest/)
})

test('by keys alone a change is found in the list and shown in the tree', async ({ page }) => {
  await openAll(page)
  await page.keyboard.press('Control+Shift+D')
  await page.keyboard.press('Control+3')
  const list = page.getByRole('treegrid', { name: 'Changes' })
  await list.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowUp')
  await expect(list.getByRole('row', { name: /changed PCI0/ })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await page.keyboard.press('ArrowLeft')
  await expect(list.getByRole('row', { name: /changed PCI0/ })).toHaveAttribute(
    'aria-expanded',
    'false',
  )
  await page.keyboard.press('Enter')
  await expect(treeOf(page).getByRole('row', { name: /^PCI0/ })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await page.keyboard.press('Control+Shift+X')
  await expect(bannerOf(page)).toHaveCount(0)
})

test('a report of the changes is saved', async ({ page }, info) => {
  await openAll(page)
  await page.keyboard.press('Control+Shift+D')
  await page.keyboard.press('Control+3')
  await page.getByRole('button', { name: 'Save report…' }).click()
  const dialog = page.getByRole('dialog')
  await expectNoViolations(page, 'the report dialog')
  const path = info.outputPath('changes.md')
  await dialog.getByRole('textbox').first().fill(path)
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('dialog', { name: 'Report saved' })).toBeVisible()
  const report = readFileSync(path, 'utf8')
  expect(report).toContain('| Before | look\\-1.txt |')
  expect(report).toContain('- IOService:/Machine/PCI0/Stick')
})

test('a session survives the end of its process, and is offered and opened', async ({ page }) => {
  const [first = ''] = await openAll(page)
  // All three are on the disk: what is being written when the process ends is lost by intent.
  await expect.poll(() => momentsOnDisk(host.settings)).toBe(3)
  await expect.poll(() => isStripKept(host.settings)).toBe(true)
  await host.kill()
  host = await startHostProcess([], host.settings)
  await page.goto(host.address)
  const offer = page.getByRole('status').filter({ hasText: 'ended unexpectedly' })
  await expect(offer).toContainText('3 snapshots')
  await expectNoViolations(page, 'the offer of a session')
  await offer.getByRole('button', { name: 'Open the session' }).click()
  await expect(treeOf(page).getByRole('row', { name: /^Driver/ })).toBeVisible()
  await expect(stripOf(page)).toHaveAttribute('aria-valuemax', '3')
  await page.keyboard.press('Control+Shift+D')
  await expect(bannerOf(page)).toContainText('1 gone, 1 changed')

  // A session that is kept is opened from within the chooser, too.
  await host.kill()
  host = await startHostProcess([], host.settings)
  await page.goto(host.address)
  await page.getByRole('button', { name: /Demo guest/ }).waitFor()
  await page.keyboard.press('Control+o')
  const path = page.getByRole('dialog', { name: 'Open a dump file' }).getByRole('textbox').first()
  await path.fill(first)
  await path.press('Enter')
  await treeOf(page).waitFor()
  await page.keyboard.press('Control+3')
  await page.getByRole('button', { name: /^Before:/ }).click()
  const chooser = page.getByRole('dialog', { name: 'Choose the capture before' })
  await chooser.getByRole('option', { name: /^Session of .* 3 snapshots/ }).click()
  await chooser.getByRole('option', { name: /look-2\.txt opened/ }).click()
  await expect(bannerOf(page)).toContainText(/Comparing look-2\.txt .* with look-0\.txt/)
  await page.getByRole('button', { name: 'Sessions…' }).click()
  await expect(page.getByRole('dialog', { name: 'Sessions' })).toContainText('ended unexpectedly')
  await expectNoViolations(page, 'sessions')
})
