import { expect, test, type Page } from '@playwright/test'
import { commandIds, commandRow } from '../../core/commands/commands.ts'
import { expectNoViolations } from '../helpers/axe.ts'
import { shareDemoGuest } from '../helpers/shared-demo.ts'

// Everything the window can do, found and done by the keyboard alone.

shareDemoGuest()

const treeOf = (page: Page) => page.getByRole('treegrid', { name: 'IOService plane' })
const paletteOf = (page: Page) => page.getByRole('dialog', { name: 'Find a command or an entry' })
const fieldOf = (page: Page) => paletteOf(page).getByRole('combobox', { name: 'Command or entry' })
const chosenIn = (page: Page) => paletteOf(page).getByRole('option', { selected: true })

test('the palette runs the command that arrow keys chose', async ({ page }) => {
  const { keyboard } = page
  await keyboard.press('Control+k')
  await expect(fieldOf(page)).toBeFocused()
  await keyboard.type('show')
  await expect(chosenIn(page)).toContainText('Show the registry')
  await expect(fieldOf(page)).toHaveAttribute(
    'aria-activedescendant',
    (await chosenIn(page).getAttribute('id'))!,
  )
  await keyboard.press('ArrowDown')
  await expect(chosenIn(page)).toContainText('Show the pictures')
  await keyboard.press('ArrowUp')
  await keyboard.press('ArrowUp')
  // Around the end; and back to the beginning.
  await expect(chosenIn(page)).not.toContainText('Show the registry')
  await keyboard.press('ArrowDown')
  for (let presses = 0; presses < 3; presses++) await keyboard.press('ArrowDown')
  await expect(chosenIn(page)).toContainText('Show the kexts')
  await keyboard.press('Enter')
  await expect(paletteOf(page)).toHaveCount(0)
  await expect(page.getByRole('radio', { name: 'Kexts', checked: true })).toBeVisible()
})

test('Enter right after the last letter takes what was typed, and no earlier find', async ({
  page,
}) => {
  await page.keyboard.press('Control+k')
  await expect(fieldOf(page)).toBeFocused()
  // All at once, as somebody types who knows the command.
  await fieldOf(page).evaluate((field: HTMLInputElement) => {
    // Past React's own setter, which would take it for no change.
    Reflect.set(HTMLInputElement.prototype, 'value', 'show the history', field)
    field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  })
  await expect(page.getByRole('radio', { name: 'History', checked: true })).toBeVisible()
})

test('a command that opens a dialog has the focus there, and one that cannot be done says why', async ({
  page,
}) => {
  const { keyboard } = page
  await keyboard.press('Control+Shift+P')
  await keyboard.type('open dump')
  await expect(chosenIn(page)).toContainText('Open a dump file…')
  await keyboard.press('Enter')
  const open = page.getByRole('dialog', { name: 'Open a dump file' })
  await expect(open.getByRole('textbox', { name: 'Path' })).toBeFocused()
  await keyboard.press('Escape')
  await expect(open).toHaveCount(0)

  await keyboard.press('Control+k')
  await keyboard.type('about capture')
  await expect(chosenIn(page)).toContainText('About this capture…')
  await keyboard.press('Enter')
  const about = page.getByRole('dialog', { name: 'About this capture' })
  await expect(about).toContainText('Loaded kexts')
  await keyboard.press('Escape')
  await expect(about).toHaveCount(0)

  await keyboard.press('Control+k')
  await keyboard.type('stop comparing')
  await expect(chosenIn(page)).toHaveAttribute('aria-disabled', 'true')
  await expect(chosenIn(page)).toContainText('No captures are being compared.')
  await keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('No captures are being compared')
})

test('an entry is found by its name and shown, and Escape closes what was asked', async ({
  page,
}) => {
  const { keyboard } = page
  await keyboard.press('Control+k')
  await keyboard.type('PS2K')
  await expect(chosenIn(page)).toContainText('PS2K')
  await keyboard.press('Enter')
  await expect(paletteOf(page)).toHaveCount(0)
  const row = treeOf(page).getByRole('row', { name: /^PS2K/ })
  await expect(row).toHaveAttribute('aria-selected', 'true')
  await expect(row).toBeInViewport()

  await row.focus()
  await keyboard.press('Control+k')
  await keyboard.type('certainlynotthere')
  await expect(paletteOf(page).getByRole('status')).toContainText(
    'No command and no entry of IOService has “certainlynotthere”',
  )
  await keyboard.press('Escape')
  await expect(paletteOf(page)).toHaveCount(0)
  await expect(row).toBeFocused()
})

test('the sheet has the keys of every command that has some, and the palette every command', async ({
  page,
}) => {
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  const told = await sheet.getByRole('term').allInnerTexts()
  // The nine of the bookmarks may be one row.
  const wanted = commandIds
    .filter(id => commandRow(id).keys !== undefined && !/^go\.bookmark\d$/.test(id))
    .map(id => commandRow(id).title.replace('…', ''))
  expect(told).toEqual(expect.arrayContaining(wanted))
  expect(told.join()).toContain('Go to bookmark 1')
  // What works in one part of the window stands below the words that say in which.
  const inTree = sheet.getByRole('heading', { name: 'In the tree', exact: true }).locator('+ dl')
  await expect(inTree.getByRole('term')).toHaveText(['Expand all below', 'Collapse all others'])
  await expectNoViolations(page, 'the shortcut sheet')
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)

  await page.keyboard.press('Control+k')
  await expect(paletteOf(page).getByRole('option')).toHaveCount(commandIds.length)
  await expectNoViolations(page, 'the palette')
  await page.keyboard.type('root')
  await expect(chosenIn(page)).toContainText(/root/i)
  await expectNoViolations(page, 'the palette with entries')
})

test('panels have the sizes that they were given when the window is loaded again', async ({
  page,
}) => {
  const inspector = page.getByRole('separator', { name: 'Resize the inspector' })
  const log = page.getByRole('separator', { name: 'Resize the kernel log' })
  await page.keyboard.press('Control+j')
  await inspector.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowLeft')
  await log.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  const sizes = {
    inspector: Number(await inspector.getAttribute('aria-valuemin')) + 16,
    log: Number(await log.getAttribute('aria-valuemax')) - 16,
  }
  await expect(inspector).toHaveAttribute('aria-valuenow', String(sizes.inspector))
  await expect(log).toHaveAttribute('aria-valuenow', String(sizes.log))
  // At once: they are kept when the hand rests, and when the page goes before that.
  await page.reload()
  await expect(inspector).toHaveAttribute('aria-valuenow', String(sizes.inspector))
  await expect(log).toHaveAttribute('aria-valuenow', String(sizes.log))
})
