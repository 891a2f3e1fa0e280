import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import { decoderRegistry } from '../helpers/decoder-registry.ts'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'
import { writeArchive } from '../helpers/write-archive.ts'

// A dump whose properties are those that have decoders, with a ROM of a megabyte: opened once, looked at by each test.

let host: HostProcess
let folder: string
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kextant-inspector-'))
  const path = join(folder, 'dump.xml')
  writeFileSync(path, writeArchive(decoderRegistry({ romBytes: 1 << 20 }), { hasChains: true }))
  host = await startHostProcess([`--open=${path}`])
})
test.afterAll(async () => {
  await host.stop()
  rmSync(folder, { recursive: true, force: true })
})
test.beforeEach(async ({ page }) => {
  await page.goto(await host.freshAddress())
  await expect(tree(page).getByRole('row', { name: /^GFX0/ })).toBeVisible()
})

const tree = (page: Page) => page.getByRole('treegrid', { name: 'IOService plane' })
const properties = (page: Page) => page.getByRole('treegrid', { name: 'Properties' })
const inspector = (page: Page) => page.getByRole('region', { name: 'Inspector' })
const value = (page: Page, key: string) => page.getByRole('region', { name: `Value of ${key}` })

async function choose(page: Page, entry: string, key: string): Promise<Locator> {
  await tree(page)
    .getByRole('row', { name: new RegExp(`^${entry}`) })
    .click()
  await properties(page)
    .getByRole('row', { name: new RegExp(`^${key}`) })
    .click()
  return value(page, key)
}

test('a row says what its value means, and the value says it field by field beside its bytes', async ({
  page,
}) => {
  const detail = await choose(page, 'GFX0', 'vendor-id')
  await expect(properties(page).getByRole('row', { name: /^vendor-id/ })).toContainText(
    '0x8086 · Intel',
  )
  await expect(detail.getByRole('tab', { name: 'PCI vendor' })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await expect(detail.getByRole('row', { name: /^Vendor 0x8086/ })).toContainText('Intel')
  const bytes = detail.getByRole('grid', { name: 'Bytes of vendor-id' })
  await expect(bytes.getByRole('row').nth(1)).toContainText('0000')
  await expect(bytes.getByRole('gridcell', { name: '86', exact: true })).toBeVisible()
  // What is chosen stays when the next entry has the same key.
  await properties(page).focus()
  await page.keyboard.press('Escape')
  await expect(detail).toHaveCount(0)
})

test('a field marks its bytes and a byte its field, with the pointer and with keys', async ({
  page,
}) => {
  const detail = await choose(page, 'display0', 'IODisplayEDID')
  const maker = detail.getByRole('row', { name: /^Maker APP/ })
  const byte = (at: number) => detail.locator(`#byte-${at}`)
  const plain = await byte(8).evaluate(element => getComputedStyle(element).backgroundColor)
  await maker.hover()
  await expect(byte(8)).not.toHaveCSS('background-color', plain)
  await expect(byte(9)).not.toHaveCSS('background-color', plain)
  await expect(byte(10)).toHaveCSS('background-color', plain)

  const rowColour = await maker.evaluate(element => getComputedStyle(element).boxShadow)
  await byte(9).hover()
  await expect(maker).not.toHaveCSS('box-shadow', rowColour)

  // With keys: the fields, then the bytes.
  const fields = detail.getByRole('treegrid', { name: 'Display data (EDID)' })
  await fields.focus()
  await page.keyboard.press('Home')
  await expect(byte(0)).not.toHaveCSS('background-color', plain)
  await expect(byte(8)).toHaveCSS('background-color', plain)
  const grid = detail.getByRole('grid', { name: 'Bytes of IODisplayEDID' })
  await grid.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowDown')
  await expect(grid).toHaveAttribute('aria-activedescendant', 'byte-16')
  for (let presses = 0; presses < 8; presses++) await page.keyboard.press('ArrowLeft')
  await expect(grid).toHaveAttribute('aria-activedescendant', 'byte-8')
  await page.keyboard.press('Shift+ArrowRight')
  await expect(byte(9)).toHaveAttribute('aria-selected', 'true')
  await expect(detail.getByRole('status')).toContainText('0x0008–0x0009, 2 bytes')
  await expect(detail.getByRole('status')).toContainText('little-endian 4,102')
  await detail.getByRole('tab', { name: 'As integers' }).click()
  await expect(detail.getByRole('row', { name: /^16 bits big/ })).toContainText('1,552')

  // The bytes stand below the fields; with more room beside them, and are marked all the same.
  await detail.getByRole('tab', { name: /EDID/ }).click()
  const topOf = async (of: Locator) => (await of.boundingBox())!.y
  expect(await topOf(grid)).toBeGreaterThan((await topOf(fields)) + 40)
  await page.setViewportSize({ width: 1600, height: 800 })
  await page.getByRole('separator', { name: 'Resize the inspector' }).focus()
  for (let presses = 0; presses < 8; presses++) await page.keyboard.press('ArrowLeft')
  await expect.poll(async () => (await topOf(grid)) - (await topOf(fields))).toBeLessThan(40)
  await grid.focus()
  await page.keyboard.press('Escape')
  await maker.hover()
  await expect(byte(8)).not.toHaveCSS('background-color', plain)
  await expect(byte(10)).toHaveCSS('background-color', plain)
})

test('a megabyte is shown at once, scrolls to its end, and is copied as an array of C', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const detail = await choose(page, 'GFX0', 'ROM')
  const grid = detail.getByRole('grid', { name: 'Bytes of ROM' })
  await grid.focus()
  await page.keyboard.press('Control+End')
  await expect(grid).toHaveAttribute('aria-activedescendant', 'byte-1048575')
  await expect(detail.locator('#byte-1048575')).toBeVisible()
  await page.keyboard.press('Shift+ArrowLeft')
  await detail.getByRole('button', { name: 'Copy the value as…' }).click()
  await page.getByRole('menuitem', { name: 'As C array' }).click()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toBe('static const unsigned char ROM[2] = {\n    0x93, 0x94,\n};\n')
})

test('going to an entry with a megabyte of properties costs under a tenth of a second', async ({
  page,
}) => {
  await choose(page, 'GFX0', 'ROM')
  await tree(page).focus()
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    const of = (name: string) => metrics.find(metric => metric.name === name)!.value * 1000
    return of('ScriptDuration') + of('LayoutDuration') + of('RecalcStyleDuration')
  }
  // Past Playwright, whose trace takes a snapshot of the page at each step, in the page's own time.
  const press = async (key: string) => {
    const code = key === 'ArrowDown' ? 40 : 38
    for (const type of ['rawKeyDown', 'keyUp'] as const) {
      await session.send('Input.dispatchKeyEvent', {
        type,
        key,
        code: key,
        windowsVirtualKeyCode: code,
      })
    }
    await new Promise(done => setTimeout(done, 300))
  }
  const costOf = async (key: string) => {
    const before = await spent()
    await press(key)
    return (await spent()) - before
  }
  const plain: number[] = []
  const costs: number[] = []
  for (let round = 0; round < 6; round++) {
    plain.push(await costOf('ArrowDown'))
    costs.push(await costOf('ArrowUp'))
  }
  await expect(value(page, 'ROM')).toBeVisible()
  const told = [plain, costs].map(each => each.map(cost => cost.toFixed(0)).join(', '))
  console.log(`to a plain entry ${told[0]} ms, to the one with a megabyte ${told[1]} ms`)
  // The same work each time: the round that other programs disturbed least tells what it costs. Where they
  // disturb every round, so they do for an entry with little.
  expect(Math.min(...costs)).toBeLessThan(Math.max(100, 4 * Math.min(...plain)))
})

test('several readings are tabs, nested values unfold with keys, and a filter keeps its hits', async ({
  page,
}) => {
  await tree(page).getByRole('row', { name: /^GFX0/ }).click()
  const list = properties(page)
  const power = list.getByRole('row', { name: /^IOPowerManagement/ })
  await power.click()
  await expect(power).toHaveAttribute('aria-expanded', 'true')
  const inside = list.getByRole('row', { name: /^CapabilityFlags/ })
  await expect(inside).toHaveAttribute('aria-level', '2')
  await expect(inside).toHaveAttribute('aria-setsize', '4')
  await page.keyboard.press('ArrowLeft')
  await expect(power).toHaveAttribute('aria-expanded', 'false')
  const detail = value(page, 'IOPowerManagement')
  await expect(detail.getByRole('row', { name: /^CurrentPowerState/ })).toContainText('2 of 2')
  await detail.getByRole('tab', { name: 'JSON' }).click()
  await expect(detail).toContainText('"IdleTimerPeriod": 30000')

  await page.getByRole('textbox', { name: 'Filter properties' }).fill('id')
  await expect(inspector(page).getByRole('status')).toContainText(/\d+ of 16/)
  await expect(list.getByRole('row', { name: /^IOPCIExpressLinkStatus/ })).toHaveCount(0)
})

test('an ID of another entry is a link to it', async ({ page }) => {
  const detail = await choose(page, 'Keyboard', 'IOServiceLegacyMatchingRegistryID')
  await detail.getByRole('button', { name: 'IOHIDLibUserClient' }).click()
  await expect(inspector(page).getByRole('heading', { name: 'IOHIDLibUserClient' })).toBeVisible()
  await expect(inspector(page).locator('header')).toContainText('logd')
  await expect(inspector(page).locator('header')).toContainText('pid 68')
})

test('each state word is explained, with how usual it is for this kind and on what that rests', async ({
  page,
}) => {
  await tree(page)
    .getByRole('row', { name: /^IOHIDLibUserClient/ })
    .click()
  await page.getByRole('tab', { name: 'State' }).click()
  const panel = inspector(page).getByRole('tabpanel', { name: 'State' })
  await expect(panel).toContainText('Usual for its kind. 99 % of 1,804 user clients')
  await expect(panel).toContainText('eight saved registries of real machines')
  await expect(panel.getByRole('row', { name: /^0x2 registered/ })).toContainText('clear')
  await panel.getByRole('button', { name: 'Filter for !registered' }).click()
  await page.getByRole('menuitem', { name: 'Filter for this' }).click()
  await expect(page.getByRole('search', { name: 'Filter' }).getByRole('status')).toHaveText(
    /^2 of /,
  )
  await expect(tree(page).getByRole('row', { name: /^en0/ })).toHaveCount(0)
})

test('a step of the class chain and a property offer a filter', async ({ page }) => {
  await tree(page)
    .getByRole('row', { name: /^IOHIDLibUserClient/ })
    .click()
  const header = inspector(page).locator('header')
  await expect(header.getByRole('button', { name: 'IOUserClient', exact: true })).toBeVisible()
  await header.getByRole('button', { name: 'IOUserClient', exact: true }).click()
  await expect(page.getByText('class:IOUserClient')).toBeVisible()
  await page.getByRole('menuitem', { name: 'Filter for this' }).click()
  await expect(tree(page).getByRole('row', { name: /^GFX0/ })).toHaveCount(0)
  await expect(tree(page).getByRole('row', { name: /^IOHIDLibUserClient/ })).toBeVisible()
})

test('in little room the value has the place of the list, and Escape leads back to it', async ({
  page,
}) => {
  await page.setViewportSize({ width: 900, height: 600 })
  const detail = await choose(page, 'GFX0', 'assigned-addresses')
  await expect(properties(page)).toHaveCount(0)
  await expect(detail).toBeFocused()
  await expect(detail).toContainText('0xb0000000')
  await page.keyboard.press('Escape')
  await expect(properties(page)).toBeFocused()

  // Who walks in the tree with a value open is not taken out of it.
  await choose(page, 'GFX0', 'assigned-addresses')
  await expect(detail).toBeFocused()
  const entry = tree(page).getByRole('row', { name: /^GFX0/ })
  await entry.click()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowDown')
  await expect(detail).toBeVisible()
  await expect(entry).toBeFocused()
})

test('nothing that axe knows is wrong with the values of a dump', async ({ page }) => {
  for (const [entry, key] of [
    ['display0', 'IODisplayEDID'],
    ['GFX0', 'assigned-addresses'],
    ['GFX0', 'IOPowerManagement'],
    ['Keyboard', 'Configuration Descriptor'],
  ] as const) {
    await choose(page, entry, key)
    await expectNoViolations(page, key)
  }
  await choose(page, 'GFX0', 'ROM')
  for (const tab of ['As integers', 'As text']) {
    await page.getByRole('tab', { name: tab }).click()
    await expectNoViolations(page, `ROM, ${tab}`)
  }
  await page.getByRole('tab', { name: 'State' }).click()
  await expectNoViolations(page, 'state')
})
