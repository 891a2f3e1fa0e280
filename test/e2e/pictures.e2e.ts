import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import { shareDemoGuest } from '../helpers/shared-demo.ts'

shareDemoGuest()
test.beforeEach(async ({ page }) => {
  await page.keyboard.press('Control+2')
  await expect(pictureOf(page)).toBeVisible()
})

const pictureOf = (page: Page) => page.getByRole('tree', { name: 'Service tree' })
/** The mark that has the focus, as a screen reader is told of it. */
const spoken = (picture: Locator) => picture.getByRole('treeitem')
const markOf = (page: Page, name: string) =>
  page.locator('[data-mark]', { has: page.locator('text', { hasText: new RegExp(`^${name}$`) }) })

test('the tree is walked by arrow keys, each mark says itself, and Enter shows it in the registry', async ({
  page,
}) => {
  const picture = pictureOf(page)
  await picture.focus()
  await page.keyboard.press('Home')
  await expect(spoken(picture)).toHaveText('Root, class IORegistryEntry, 1 client')
  await page.keyboard.press('ArrowRight')
  await expect(spoken(picture)).toContainText('iMac14,2, class IOPlatformExpertDevice, registered')
  await expect(spoken(picture)).toHaveAttribute('aria-level', '2')
  await expect(spoken(picture)).toHaveAttribute('aria-expanded', 'true')
  await expect(picture).toHaveAttribute(
    'aria-activedescendant',
    (await spoken(picture).getAttribute('id')) ?? '',
  )
  await expect(page).toHaveURL(/#\/pictures\?id=0x/)
  await page.keyboard.press('Enter')
  const row = page
    .getByRole('treegrid')
    .first()
    .getByRole('row', { name: /^iMac14,2/ })
  await expect(row).toHaveAttribute('aria-selected', 'true')
})

test('Space folds and unfolds a provider, here and in the registry', async ({ page }) => {
  const picture = pictureOf(page)
  await picture.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Space')
  await expect(spoken(picture)).toContainText('below, folded')
  await expect(spoken(picture)).toHaveAttribute('aria-expanded', 'false')
  await expect(page.locator('[data-mark]')).toHaveCount(2)
  await expect(page.getByRole('list', { name: 'Not drawn' })).toContainText('2 nodes drawn')
  await page.keyboard.press('Control+1')
  const row = page
    .getByRole('treegrid')
    .first()
    .getByRole('row', { name: /^iMac14,2/ })
  await expect(row).toHaveAttribute('aria-expanded', 'false')
  await page.keyboard.press('Control+2')
  await picture.focus()
  await page.keyboard.press('Space')
  await expect(markOf(page, 'IOPMrootDomain')).toHaveCount(1)
})

test('those that look alike are one mark, and Space draws each; Escape folds them again', async ({
  page,
}) => {
  const alike = markOf(page, 'RootDomainUserClient')
  await expect(alike).toHaveCount(1)
  await expect(alike.locator('text', { hasText: /^×\d+$/ })).toHaveCount(1)
  await alike.locator('rect').first().click({ force: true })
  await pictureOf(page).focus()
  await expect(spoken(pictureOf(page))).toContainText(/alike: RootDomainUserClient/)
  await page.keyboard.press('Space')
  await expect.poll(() => alike.count()).toBeGreaterThan(5)
  await page.keyboard.press('Escape')
  await expect(alike).toHaveCount(1)
})

test('the table says the same with the same selection', async ({ page }) => {
  const picture = pictureOf(page)
  await picture.focus()
  await page.keyboard.press('Home')
  const size = Number(await spoken(picture).getAttribute('aria-setsize'))
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Alt+t')
  const table = page.getByRole('grid', { name: 'Service tree as a table' })
  await expect(table).toHaveAttribute('aria-rowcount', String(size + 1))
  await expect(table.getByRole('row', { selected: true })).toContainText('iMac14,2')
  await table.focus()
  await page.keyboard.press('ArrowDown')
  await expect(table.getByRole('row', { selected: true })).toContainText('AppleACPIPlatformExpert')
  await expect(page).toHaveURL(/as=table/)
  await page.reload()
  await expect(table.getByRole('row', { selected: true })).toContainText('AppleACPIPlatformExpert')
  await page.keyboard.press('Alt+t')
  await picture.focus()
  await expect(spoken(picture)).toContainText('AppleACPIPlatformExpert')
})

test('colours are told by words, signs and counts, and one of them can be held out', async ({
  page,
}) => {
  await page.getByRole('button', { name: 'Colour: State' }).click()
  await page.getByRole('menuitemradio', { name: /^Family/ }).click()
  const legend = page.getByRole('group', { name: 'Colours: Family' })
  const usb = legend.getByRole('button', { name: /^USB \d+$/ })
  await usb.click()
  await expect(usb).toHaveAttribute('aria-pressed', 'true')
  await expect(page).toHaveURL(/colour=family/)
  const faint = page.locator('[data-mark][class]')
  await expect.poll(() => faint.count()).toBeGreaterThan(50)
  await usb.click()
  await expect(faint).toHaveCount(0)
})

test('the power plane shows the state of each, in words', async ({ page }) => {
  await page.getByRole('tab', { name: 'Power plane' }).click()
  const picture = page.getByRole('tree', { name: 'Power plane' })
  await picture.focus()
  await page.keyboard.press('Home')
  for (let step = 0; step < 2; step++) await page.keyboard.press('ArrowRight')
  await expect(spoken(picture)).toContainText(
    /^IOPMrootDomain, class IOPMrootDomain, registered, power state \d of \d/,
  )
  await expect(markOf(page, 'IOPowerConnection')).toHaveCount(0)
  await page.keyboard.press('Alt+t')
  const table = page.getByRole('grid', { name: 'Power plane as a table' })
  await expect(table.getByRole('columnheader', { name: 'Power state' })).toBeVisible()
})

test('a picture is saved as SVG and PNG, with every name in full', async ({ page }, info) => {
  const folder = info.outputPath('pictures')
  mkdirSync(folder, { recursive: true })
  await page.keyboard.press('Alt+t')
  const names = await page.getByRole('grid').getByRole('row').allInnerTexts()
  await page.keyboard.press('Alt+t')
  for (const format of ['svg', 'png'] as const) {
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('menuitem', { name: `As ${format.toUpperCase()}…` }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue(
      `service-tree-demo-guest.${format}`,
    )
    await dialog.getByRole('textbox', { name: 'Name' }).fill(join(folder, `tree.${format}`))
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('dialog', { name: 'Picture saved' })).toBeVisible()
    await page.getByRole('button', { name: 'Done' }).click()
  }
  const svg = readFileSync(join(folder, 'tree.svg'), 'utf8')
  const read = await page.evaluate(text => {
    const file = new DOMParser().parseFromString(text, 'image/svg+xml')
    const textsOf = (tag: string) =>
      [...file.querySelectorAll(tag)].map(each => each.textContent ?? '')
    return {
      isBroken: file.querySelector('parsererror') !== null,
      root: file.documentElement.localName,
      titles: textsOf('title').map(title => title.split('\n')[0]),
      texts: textsOf('text'),
      about: file.querySelector('metadata')?.textContent ?? '',
      scripts: file.querySelectorAll('script, foreignObject, [href]').length,
    }
  }, svg)
  expect(read).toMatchObject({ isBroken: false, root: 'svg', scripts: 0 })
  expect(read.about).toMatch(
    /^Service tree; Demo guest · \d{4}-\d\d-\d\d \d\d:\d\d UTC; colours: State/,
  )
  // The first rows of the table, without its head: names are whole, and drawn whole.
  for (const row of names.slice(1, 20)) {
    const name = row.split('\n')[0]!.trim()
    expect(read.titles).toContain(name)
    expect(read.texts).toContain(name)
  }
  expect(read.texts.filter(text => text.endsWith('…'))).toEqual([])

  const png = readFileSync(join(folder, 'tree.png'))
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!.map(Number)
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG')
  const scale = png.readUInt32BE(16) / width!
  expect(scale).toBeGreaterThan(1)
  expect(png.readUInt32BE(20) / height!).toBeCloseTo(scale, 2)
})

test('wheel, buttons and keys zoom, and 0 fits the whole', async ({ page }) => {
  const picture = pictureOf(page)
  const scale = async () => {
    const transform = await picture
      .locator('svg')
      .first()
      .evaluate(svg => svg.parentElement!.style.transform)
    return Number(/scale\(([\d.e-]+)\)/.exec(transform)?.[1])
  }
  const before = await scale()
  await picture.hover()
  await page.mouse.wheel(0, -300)
  await expect.poll(scale).toBeGreaterThan(before)
  await picture.focus()
  await page.keyboard.press('0')
  await expect.poll(scale).toBeLessThan(0.4)
  await page.getByRole('button', { name: 'Zoom in (+)' }).click()
  const fitted = await scale()
  await picture.focus()
  await page.keyboard.press('-')
  await expect.poll(scale).toBeLessThan(fitted)
})

test('names are told in full under the pointer', async ({ page }) => {
  await markOf(page, 'AppleACPIPlatformExpert').locator('rect').first().hover({ force: true })
  const path = page.getByText('IOService:/iMac14,2/AppleACPIPlatformExpert')
  await expect(path).toBeVisible()
  await page.mouse.move(5, 5)
  await expect(path).toHaveCount(0)
})

test('pictures have no violations, as picture and as table, in both themes', async ({ page }) => {
  await expectNoViolations(page, 'service tree')
  await page.getByRole('radio', { name: 'Down' }).click()
  await page.getByRole('button', { name: 'Colour: State' }).click()
  await page.getByRole('menuitemradio', { name: /^Kext/ }).click()
  await expectNoViolations(page, 'service tree downwards, by kext')
  await page.keyboard.press('Alt+t')
  await expectNoViolations(page, 'service tree as a table')
  await page.getByRole('tab', { name: 'Power plane' }).click()
  await page.keyboard.press('Alt+t')
  await expectNoViolations(page, 'power plane')
})
