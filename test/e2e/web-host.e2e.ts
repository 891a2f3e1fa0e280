import { expect, test } from '@playwright/test'
import { playMainFlow } from '../helpers/main-flow.ts'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

let host: HostProcess
const complaints: string[] = []

test.beforeEach(async ({ page }) => {
  host = await startHostProcess()
  complaints.length = 0
  // A blocked script or a failed load is a defect even where the flow goes on.
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.stack ?? error.message))
  await page.goto(host.address)
})

test.afterEach(async () => {
  await host.stop()
})

test('the main job in a browser: connect, find, load, see it registered, unload, see it gone', async ({
  page,
}) => {
  await playMainFlow(page)
  expect(complaints).toEqual([])
})

test('a page that is reloaded shows the capture, the view and the selection it had', async ({
  page,
}) => {
  await page.getByRole('button', { name: /Demo guest/ }).click()
  const tree = page.getByRole('treegrid', { name: 'IOService plane' })
  await page.getByRole('combobox', { name: 'Filter the registry' }).fill('IOResources')
  await tree.getByRole('row', { name: /^IOResources IOResources/ }).click()
  await page.reload()
  await expect(tree.getByRole('row', { selected: true })).toContainText('IOResources')
  expect(complaints).toEqual([])
})

test('the tree is walked with the keyboard as the treegrid pattern says', async ({ page }) => {
  await page.getByRole('button', { name: /Demo guest/ }).click()
  const tree = page.getByRole('treegrid', { name: 'IOService plane' })
  const root = tree.getByRole('row').filter({ hasText: 'Root' }).first()
  await root.click()
  const selected = tree.getByRole('row', { selected: true })
  await page.keyboard.press('Home')
  await expect(selected).toContainText('Root')
  await page.keyboard.press('ArrowLeft')
  await expect(selected).toHaveAttribute('aria-expanded', 'false')
  await page.keyboard.press('ArrowRight')
  await expect(selected).toHaveAttribute('aria-expanded', 'true')
  await page.keyboard.press('ArrowRight')
  await expect(selected).toHaveAttribute('aria-level', '2')
  // The first closes the client, the second goes to its provider.
  await page.keyboard.press('ArrowLeft')
  await expect(selected).toHaveAttribute('aria-expanded', 'false')
  await page.keyboard.press('ArrowLeft')
  await expect(selected).toContainText('Root')
  await page.keyboard.press('End')
  await expect(selected).not.toContainText('Root')
})

test('every plane of the guest can be shown', async ({ page }) => {
  await page.getByRole('button', { name: /Demo guest/ }).click()
  await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()
  for (const plane of ['IODeviceTree', 'IOACPIPlane', 'IOPower', 'IOUSB']) {
    await page.getByRole('combobox', { name: 'Plane' }).selectOption({ value: plane })
    const tree = page.getByRole('treegrid', { name: `${plane} plane` })
    await expect(tree.getByRole('row').nth(1)).toBeVisible()
  }
})
