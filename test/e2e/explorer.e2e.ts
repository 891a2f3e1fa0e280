import { expect, test, type Page } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import { shareDemoGuest } from '../helpers/shared-demo.ts'

shareDemoGuest()

const treeOf = (page: Page) => page.getByRole('treegrid', { name: 'IOService plane' })

test('the root is selected at first, so that the inspector says something', async ({ page }) => {
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByRole('heading', { name: 'Root' })).toBeVisible()
  const root = treeOf(page).getByRole('row', { name: /^Root/ }).first()
  await expect(root).toHaveAttribute('aria-posinset', '1')
  await expect(root).toHaveAttribute('aria-setsize', '1')
})

test('the picture is shown large, says so in the address, and Escape leads back', async ({
  page,
}) => {
  await page.getByRole('tab', { name: 'Picture' }).click()
  await page.getByRole('button', { name: 'Show large' }).click()
  await expect(treeOf(page)).toHaveCount(0)
  await expect(page).toHaveURL(/picture=large/)
  await page.reload()
  const picture = page.getByRole('region', { name: 'Picture' })
  await picture.getByRole('button', { name: /^iMac14,2, / }).click()
  await expect(picture.getByRole('heading', { name: 'iMac14,2' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(treeOf(page).getByRole('row', { name: /^iMac14,2/ })).toBeVisible()
  await expect(page).not.toHaveURL(/picture=large/)
})

test('a row that was closed stays closed when the page is loaded again', async ({ page }) => {
  const acpi = treeOf(page).getByRole('row', { name: /^AppleACPIPlatformExpert/ })
  await acpi.click()
  await page.keyboard.press('ArrowLeft')
  await expect(acpi).toHaveAttribute('aria-expanded', 'false')
  await expect(page).toHaveURL(/AppleACPIPlatformExpert/)
  await page.reload()
  await expect(acpi).toHaveAttribute('aria-expanded', 'false')
  await expect(acpi).toHaveAttribute('aria-selected', 'true')
})

test('the filter looks in keys and values when asked, and says so in the address', async ({
  page,
}) => {
  await page.getByRole('button', { name: 'Filter looks in: Names' }).click()
  await page.getByRole('menuitemradio', { name: /^Names, keys and values/ }).click()
  const field = page.getByRole('combobox', { name: 'Filter the registry' })
  await field.click()
  await page.keyboard.type('"darwin kernel"', { delay: 20 })
  await expect(page.getByRole('search').getByRole('status')).toContainText(
    /^1 of [\d,]+ in IOService/,
  )
  const root = treeOf(page).getByRole('row', { name: /^Root/ })
  await expect(root.locator('mark')).toHaveText('Darwin Kernel')
  await expect(page).toHaveURL(/filter=%22darwin\+kernel%22&in=everything/)
  await page.reload()
  await expect(root.locator('mark')).toHaveText('Darwin Kernel')
  await field.press('Escape')
  await expect(field).toHaveValue('')
  await expect(page.getByRole('search').getByRole('status')).toHaveCount(0)
})

test('properties are filtered by key and value, and unfold', async ({ page }) => {
  await treeOf(page)
    .getByRole('row', { name: /^iMac14,2/ })
    .click()
  const properties = page.getByRole('treegrid', { name: 'Properties' })
  await page.getByRole('textbox', { name: 'Filter properties' }).fill('compatible')
  // One below the row of titles.
  await expect(properties.getByRole('row')).toHaveCount(2)
  await properties.getByRole('row', { name: /^compatible/ }).click()
  const bytes = page.getByRole('grid', { name: 'Bytes of compatible' })
  await expect(bytes.getByRole('row').nth(1)).toContainText('iMac')
  await expect(page.getByRole('button', { name: 'Copy the entry as JSON' })).toBeVisible()
})

test('the demo guest’s hardware address is told in words', async ({ page }) => {
  const properties = page.getByRole('treegrid', { name: 'Properties' })
  const field = page.getByRole('combobox', { name: /^Filter/ })
  const rowOf = async (filter: string, entry: RegExp, key: string) => {
    await field.fill(filter)
    await treeOf(page).getByRole('row', { name: entry }).first().click()
    await page.getByRole('textbox', { name: 'Filter properties' }).fill(key)
    return properties.getByRole('row', { name: new RegExp(`^${key}`) })
  }
  const ethernet = await rowOf(
    'AppleIntel8254XEthernet',
    /^AppleIntel8254XEthernet/,
    'IOMACAddress',
  )
  await expect(ethernet).toContainText('52:54:00:12:34:56 · QEMU / KVM')
  await ethernet.click()
  await expect(page.getByRole('region', { name: 'Value of IOMACAddress' })).toContainText(
    'the administrator',
  )
  await expectNoViolations(page, 'demo guest')
})
