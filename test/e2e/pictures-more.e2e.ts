import { expect, test, type Page } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import { shareDemoGuest } from '../helpers/shared-demo.ts'

shareDemoGuest()

async function show(page: Page, picture: 'Stack' | 'Kext graph' | 'Registry map'): Promise<void> {
  await page.keyboard.press('Control+2')
  await page.getByRole('tab', { name: picture }).click()
}

/** The mark that has the focus of a picture, as it is spoken. */
const spoken = (page: Page, picture: string) =>
  page.getByRole('listbox', { name: picture }).getByRole('option')

test('the stack explains the selected service, and goes along with the selection', async ({
  page,
}) => {
  await page.getByRole('row', { name: /^AppleACPIPlatformExpert/ }).click()
  await show(page, 'Stack')
  const stack = page.getByRole('listbox', { name: 'Stack of one service' })
  await expect(spoken(page, 'Stack of one service')).toContainText('Selected, step 2 of 2')
  await expect(spoken(page, 'Stack of one service')).toContainText('matched on iMac14,2')
  await stack.focus()
  await page.keyboard.press('ArrowUp')
  await expect(spoken(page, 'Stack of one service')).toContainText('Step 1 of 2')
  // Enter makes the step the one that is explained.
  await page.keyboard.press('Enter')
  await expect(spoken(page, 'Stack of one service')).toContainText('Selected, step 1 of 1')
  await expect(page).toHaveURL(/show=stack/)
})

test('a long stack folds its middle, says so, and unfolds', async ({ page }) => {
  await page.locator('#filter').fill('AppleUSBHostCompositeDevice')
  await page
    .getByRole('row', { name: /^AppleUSBHostCompositeDevice/ })
    .first()
    .click()
  await show(page, 'Stack')
  const notes = page.getByRole('list', { name: 'Not drawn' })
  await expect(notes).toContainText('steps are folded')
  await page.getByRole('listbox', { name: 'Stack of one service' }).focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await expect(spoken(page, 'Stack of one service')).toContainText('steps folded')
  await page.keyboard.press('Enter')
  await expect(notes).toHaveCount(0)
  await page.getByRole('button', { name: 'Fold again' }).click()
  await expect(notes).toContainText('steps are folded')
})

test('the kext graph puts a kext in the middle and says what keeps it loaded', async ({ page }) => {
  await show(page, 'Kext graph')
  await expect(page.getByText(/^\d+ kexts\. An arrow leads/)).toBeVisible()
  await page.keyboard.press('Alt+t')
  const table = page.getByRole('grid', { name: 'Kext graph as a table' })
  const driver = table.getByRole('row', { name: /^io\.darwinos\.driver\.VirtIOEntropy/ })
  await driver.click()
  await page.keyboard.press('Alt+t')
  await page.getByRole('button', { name: 'Focus on the selected kext' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'VirtIOEntropy' })).toContainText(
    'No loaded kext is linked against io.darwinos.driver.VirtIOEntropy.',
  )
  await expect(spoken(page, 'Kext graph')).toContainText('In the middle')
  await expect(page).toHaveURL(/kext=io\.darwinos\.driver\.VirtIOEntropy/)

  // What it needs stands right of it; Enter goes on from there.
  await page.getByRole('listbox', { name: 'Kext graph' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(spoken(page, 'Kext graph')).not.toContainText('VirtIOEntropy')
  await page.keyboard.press('Escape')
  await expect(page.getByText(/^\d+ kexts\. An arrow leads/)).toBeVisible()
})

test('a kext of the graph is one press away from its page', async ({ page }) => {
  await show(page, 'Kext graph')
  await page.keyboard.press('Alt+t')
  await page.getByRole('row', { name: /^io\.darwinos\.driver\.VirtIOEntropy/ }).click()
  await page.getByRole('button', { name: 'Show among the kexts' }).click()
  await expect(page.getByRole('heading', { name: /VirtIOEntropy/ }).first()).toBeVisible()
})

test('the map is gone into and out of by keys alone, and its way is in the address', async ({
  page,
}) => {
  await show(page, 'Registry map')
  await page.getByRole('radio', { name: 'Kext', exact: true }).click()
  await page.getByRole('radio', { name: 'Icicle' }).click()
  const map = page.getByRole('tree', { name: 'Registry map by kext' })
  const way = page.getByRole('navigation', { name: 'Way in the map' })
  await expect(way).toContainText(/Registry\s*\d+ services, \d+ % of them without a known kext/)
  await map.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  await expect(map.getByRole('treeitem')).toContainText('No kext known, kext.')
  await page.keyboard.press('Enter')
  await expect(way.getByText('No kext known')).toHaveAttribute('aria-current', 'location')
  await expect(page).toHaveURL(/way=kext/)
  await page.reload()
  await expect(way.getByText('No kext known')).toHaveAttribute('aria-current', 'location')
  await map.focus()
  await page.keyboard.press('Escape')
  await expect(way.getByText('Registry')).toHaveAttribute('aria-current', 'location')
  await page.getByRole('radio', { name: 'With a kext' }).click()
  await expect(way).toContainText(/\d+ % of all have no known kext and are left out/)
  await expect(page).toHaveURL(/unknown=out/)
})

test('the map is ordered by classes and planes, and sized by bytes', async ({ page }) => {
  await show(page, 'Registry map')
  await expect(page.getByRole('tree', { name: 'Registry map by class' })).toBeVisible()
  // Areas are coloured by what there is; what is chosen counts for all pictures.
  await expect(page.getByRole('group', { name: 'Colours: Family' })).toBeVisible()
  // What all services are is where the map begins.
  const way = page.getByRole('navigation', { name: 'Way in the map' })
  await expect(way.getByText('IOService', { exact: true })).toBeVisible()
  await page.getByRole('combobox', { name: 'Sized by' }).selectOption('bytes')
  await expect(way).toContainText(/[kM]B of properties/)
  await page.getByRole('radio', { name: 'Plane', exact: true }).click()
  await page.getByRole('radio', { name: 'Icicle' }).click()
  await expect(
    page.getByRole('tree', { name: /Registry map by the IOService plane/ }),
  ).toBeVisible()
  await page.keyboard.press('Alt+t')
  await expect(page.getByRole('grid', { name: /as a table$/ })).toContainText('iMac14,2')
})

test('nothing in the three pictures violates a rule of accessibility', async ({ page }) => {
  for (const what of ['Stack', 'Kext graph', 'Registry map'] as const) {
    await show(page, what)
    await expect(page.getByRole('toolbar')).toBeVisible()
    await expectNoViolations(page, what)
    await page.keyboard.press('Alt+t')
    await expectNoViolations(page, `${what} as a table`)
    await page.keyboard.press('Alt+t')
  }
})
