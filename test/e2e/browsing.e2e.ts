import { expect, test, type Page } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import { shareDemoGuest } from '../helpers/shared-demo.ts'

// Moving about in the registry of the demo guest: by mouse, and by the keyboard alone.

shareDemoGuest()
test.beforeEach(({ context }) => context.grantPermissions(['clipboard-read', 'clipboard-write']))

const treeOf = (page: Page) => page.getByRole('treegrid', { name: 'IOService plane' })
const rowOf = (page: Page, name: RegExp) => treeOf(page).getByRole('row', { name }).first()
const heading = (page: Page) =>
  page.getByRole('region', { name: 'Inspector' }).getByRole('heading').first()
const pathField = (page: Page) => page.getByRole('combobox', { name: 'Go to a path, name or ID' })
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())
/** What is said below the tree. */
const said = (page: Page) =>
  page.getByRole('region', { name: 'Registry' }).getByRole('status').last()

test('a path is typed with completion, and what is not there is told', async ({ page }) => {
  const { keyboard } = page
  await keyboard.press('Control+l')
  await expect(pathField(page)).toBeFocused()
  await keyboard.type('/iMac14,2/apple')
  const offers = page.getByRole('listbox', { name: 'What could be meant' })
  await expect(offers.getByRole('option')).toHaveText([/^AppleACPIPlatformExpert/])
  await keyboard.press('Tab')
  await expect(pathField(page)).toHaveValue('/iMac14,2/AppleACPIPlatformExpert/')
  await keyboard.type('Nothing')
  await keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText(
    '“Nothing” is not below IOService:/iMac14,2/AppleACPIPlatformExpert. There: ',
  )
  await expectNoViolations(page, 'the path field with a problem')
  await pathField(page).fill('/iMac14,2/AppleACPIPlatformExpert/PS2')
  await keyboard.press('ArrowDown')
  await expect(pathField(page)).toHaveAttribute('aria-activedescendant', /.+/)
  await expectNoViolations(page, 'the path field with its offers')
  await keyboard.press('Enter')
  await expect(heading(page)).toHaveText('PS2K')
  // The focus is in the tree again, at the row.
  await expect(rowOf(page, /^PS2K/)).toBeFocused()
  const steps = page.getByRole('navigation', { name: 'Path' })
  await expect(steps.getByRole('button', { name: 'PS2K' })).toHaveAttribute(
    'aria-current',
    'location',
  )
  // What is between is behind a menu where there is no room for it.
  await steps.getByRole('button', { name: 'Root' }).click()
  await expect(heading(page)).toHaveText('Root')
})

test('an ID and a name lead there; a name of several asks which', async ({ page }) => {
  const { keyboard } = page
  await keyboard.press('Control+g')
  await pathField(page).fill('0x100000100')
  await keyboard.press('Enter')
  await expect(heading(page)).toHaveText('Root')
  await keyboard.press('Control+g')
  await pathField(page).fill('RootDomainUserClient')
  await keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('entries are called')
  await page
    .getByRole('listbox', { name: 'Entries of that name' })
    .getByRole('option')
    .first()
    .click()
  await expect(heading(page)).toHaveText('RootDomainUserClient')
})

test('back and forward by keys, buttons, the menu and the mouse, over another capture', async ({
  page,
}) => {
  await rowOf(page, /^AppleACPIPlatformExpert/).click()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await rowOf(page, /^iMac14,2/).click()
  await page.keyboard.press('Alt+ArrowLeft')
  await expect(heading(page)).toHaveText('IORootParent')
  // The run of arrow keys was one step.
  await page.getByRole('button', { name: 'Back', exact: true }).click()
  await expect(heading(page)).toHaveText('AppleACPIPlatformExpert')
  await page.getByRole('button', { name: 'Capture', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Forward', exact: true })).toBeEnabled()
  await page.keyboard.press('Alt+ArrowRight')
  await expect(heading(page)).toHaveText('IORootParent')
  await page.getByRole('button', { name: 'Where you have been' }).click()
  await page.getByRole('menuitem', { name: /^iMac14,2/ }).click()
  await expect(heading(page)).toHaveText('iMac14,2')

  // By the two buttons at the side of a mouse, which are the window's own and not the browser's.
  const session = await page.context().newCDPSession(page)
  const pressAtSide = async (button: 'back' | 'forward') => {
    for (const type of ['mousePressed', 'mouseReleased'] as const) {
      await session.send('Input.dispatchMouseEvent', {
        type,
        x: 400,
        y: 400,
        button,
        clickCount: 1,
      })
    }
  }
  await pressAtSide('back')
  await expect(heading(page)).toHaveText('IORootParent')
  await pressAtSide('forward')
  await expect(heading(page)).toHaveText('iMac14,2')
})

test('several rows are chosen and copied as paths, JSON, a property list and text', async ({
  page,
}) => {
  const { keyboard } = page
  await rowOf(page, /^iMac14,2/).click()
  await keyboard.press('Shift+ArrowDown')
  await expect(treeOf(page).getByRole('row', { selected: true })).toHaveCount(2)
  await keyboard.press('Control+c')
  await expect(said(page)).toHaveText('2 paths are copied.')
  expect(await clipboard(page)).toBe(
    'IOService:/iMac14,2\nIOService:/iMac14,2/AppleACPIPlatformExpert',
  )
  await rowOf(page, /^IORootParent/).click({ modifiers: ['Control'] })
  await expect(said(page)).toHaveText('3 rows are selected.')
  await rowOf(page, /^IORootParent/).click({ button: 'right' })
  await expectNoViolations(page, 'the menu of a row')
  for (const [form, begins] of [
    ['JSON', '{"kextant":"snapshot"'],
    ['Property list', '<?xml version="1.0"'],
    ['ioreg text', '+-o iMac14,2  <class IOPlatformExpertDevice'],
  ] as const) {
    if (form !== 'JSON') await rowOf(page, /^IORootParent/).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Copy entries as' }).click()
    await page.getByRole('menuitem', { name: form }).click()
    await expect(said(page)).toContainText('3 entries are copied as')
    const text = await clipboard(page)
    expect(text.startsWith(begins), form).toBe(true)
    expect(text.match(/IORootParent/g)?.length, form).toBeGreaterThan(0)
  }
  await keyboard.press('Escape')
  await expect(treeOf(page).getByRole('row', { selected: true })).toHaveCount(1)
  await keyboard.press('Control+a')
  await expect(said(page)).toContainText('rows are selected.')
})

test('a clipboard that refuses is told of', async ({ page }) => {
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('no'))
  })
  await rowOf(page, /^iMac14,2/).click()
  await page.keyboard.press('Control+c')
  await expect(said(page)).toContainText('The clipboard refused it.')
})

test('the tree is limited to an entry, unmistakably, and in the address', async ({ page }) => {
  const { keyboard } = page
  const banner = page.getByRole('region', { name: 'What is shown' })
  await rowOf(page, /^AppleACPIPlatformExpert/).click()
  await keyboard.press('Control+ArrowDown')
  await expect(banner).toContainText('Only AppleACPIPlatformExpert and what is below it')
  const top = rowOf(page, /^AppleACPIPlatformExpert/)
  await expect(top).toHaveAttribute('aria-level', '1')
  await expect(top).toHaveAttribute('aria-setsize', '1')
  await expect(rowOf(page, /^Root /)).toHaveCount(0)
  await expectNoViolations(page, 'a limited tree')
  await expect(page).toHaveURL(/under=0x/)
  await page.reload()
  await expect(banner).toContainText('Only AppleACPIPlatformExpert')
  await rowOf(page, /^AppleACPIPlatformExpert/).click()
  await keyboard.press('Control+ArrowUp')
  await expect(banner).toContainText('Only iMac14,2')
  await keyboard.press('Escape')
  await expect(banner).toHaveCount(0)
  await expect(rowOf(page, /^Root/)).toBeVisible()
})

test('columns show the same, by keyboard and with the filter', async ({ page }) => {
  const { keyboard } = page
  await rowOf(page, /^iMac14,2/).click()
  await keyboard.press('Control+b')
  const columns = page.getByRole('group', { name: 'IOService plane in columns' })
  const list = (name: string) => columns.getByRole('listbox', { name: `Clients of ${name}` })
  await expect(list('Root').getByRole('option', { selected: true })).toHaveText(/iMac14,2/)
  // The focus comes along, there and back.
  await expect(list('Root').getByRole('option', { selected: true })).toBeFocused()
  await keyboard.press('Control+b')
  await expect(rowOf(page, /^iMac14,2/)).toBeFocused()
  await keyboard.press('Control+b')
  await expect(list('Root').getByRole('option', { selected: true })).toBeFocused()
  await keyboard.press('ArrowRight')
  await expect(heading(page)).toHaveText('AppleACPIPlatformExpert')
  await expect(list('AppleACPIPlatformExpert')).toBeVisible()
  await keyboard.press('ArrowRight')
  await keyboard.type('ps2k')
  await expect(heading(page)).toHaveText('PS2K')
  const option = list('AppleACPIPlatformExpert').getByRole('option', { selected: true })
  await expect(option).toBeFocused()
  await expect(option).toHaveAttribute('aria-posinset', /^\d+$/)
  // Several of one column: up to here with Shift, one more by going on and Space; copied together.
  await keyboard.press('Home')
  await keyboard.press('Shift+ArrowDown')
  const chosen = list('AppleACPIPlatformExpert').getByRole('option', { selected: true })
  await expect(chosen).toHaveCount(2)
  await keyboard.press('Control+Shift+ArrowDown')
  await keyboard.press('Control+Shift+ArrowDown')
  await expect(chosen).toHaveCount(2)
  await keyboard.press('Control+Space')
  await expect(chosen).toHaveCount(3)
  await expect(said(page)).toHaveText('3 rows are selected.')
  await expect(list('AppleACPIPlatformExpert')).toHaveAttribute('aria-multiselectable', 'true')
  await expectNoViolations(page, 'columns')
  await keyboard.press('Control+c')
  await expect(said(page)).toHaveText(/3 paths/)
  await page.keyboard.down('Control')
  await chosen.nth(1).click()
  await page.keyboard.up('Control')
  await expect(chosen).toHaveCount(2)
  await keyboard.press('Escape')
  await expect(chosen).toHaveCount(1)
  await keyboard.press('ArrowLeft')
  await expect(heading(page)).toHaveText('AppleACPIPlatformExpert')
  await page.getByRole('button', { name: 'Browse as a tree' }).click()
  await expect(rowOf(page, /^AppleACPIPlatformExpert/)).toHaveAttribute('aria-selected', 'true')
})

test('a bookmark is set, found again after a restart of the page, renamed and removed', async ({
  page,
}) => {
  const { keyboard } = page
  await rowOf(page, /^AppleACPIPlatformExpert/).click()
  await keyboard.press('Control+d')
  await expect(said(page)).toHaveText('“AppleACPIPlatformExpert” is bookmark 1.')
  await page.reload()
  await rowOf(page, /^Root/).click()
  await keyboard.press('Alt+1')
  await expect(heading(page)).toHaveText('AppleACPIPlatformExpert')
  await page.getByRole('button', { name: 'Bookmarks' }).click()
  await expectNoViolations(page, 'the menu of bookmarks')
  await page.getByRole('menuitem', { name: 'Arrange bookmarks…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Bookmarks' })
  await dialog.getByRole('textbox', { name: 'Name of bookmark 1' }).fill('The expert')
  await keyboard.press('Enter')
  await expectNoViolations(page, 'the dialog of bookmarks')
  await dialog.getByRole('button', { name: 'Remove The expert' }).click()
  await expect(dialog).toContainText('There are none.')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('button', { name: 'Set a bookmark' })).toBeVisible()
})

test('the same entry is followed into its other planes, and that is said', async ({ page }) => {
  await page.keyboard.press('Control+l')
  await pathField(page).fill('PS2K')
  await page.keyboard.press('Enter')
  await expect(heading(page)).toHaveText('PS2K')
  await page.keyboard.press('Alt+PageDown')
  await expect(said(page)).toContainText('PS2K in IODeviceTree')
  const tree = page.getByRole('treegrid', { name: 'IODeviceTree plane' })
  await expect(tree.getByRole('row', { selected: true })).toHaveAccessibleName(/^PS2K/)
  // Whoever has no mouse goes on from there.
  await expect(tree.getByRole('row', { selected: true })).toBeFocused()
  await page
    .getByRole('group', { name: 'Where the entry stands' })
    .getByRole('button', { name: 'IOService' })
    .click()
  await expect(rowOf(page, /^PS2K/)).toHaveAttribute('aria-selected', 'true')
})

test('all is expanded, others are collapsed, and levels are counted', async ({ page }) => {
  const { keyboard } = page
  await rowOf(page, /^Root/).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Expand to level' }).click()
  await page.getByRole('menuitem', { name: 'Level 2' }).click()
  await expect(treeOf(page)).toHaveAttribute('aria-rowcount', '3')
  await rowOf(page, /^Root/).focus()
  await keyboard.press('*')
  await expect(treeOf(page)).not.toHaveAttribute('aria-rowcount', '3')
  await rowOf(page, /^iMac14,2/).click()
  await keyboard.press('ArrowLeft')
  await keyboard.press('-')
  await expect(treeOf(page)).toHaveAttribute('aria-rowcount', '3')
})

test('rows of a filtered tree know their places among what is shown', async ({ page }) => {
  await page
    .getByRole('combobox', { name: /filter/i })
    .or(page.locator('#filter'))
    .first()
    .fill('PS2K')
  const row = rowOf(page, /^PS2K/)
  await expect(row).toHaveAttribute('aria-posinset', /^\d+$/)
  await expect(row).toHaveAttribute('aria-setsize', /^\d+$/)
  await expect(row).toHaveAttribute('aria-level', '4')
})
