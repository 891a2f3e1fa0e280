import { expect, test } from '@playwright/test'
import { playMainFlow } from '../helpers/main-flow.ts'
import { shareDemoGuest } from '../helpers/shared-demo.ts'
import { startHostProcess } from '../helpers/web-host-process.ts'

const complaints: string[] = []

test.beforeEach(({ page }) => {
  complaints.length = 0
  // A blocked script or a failed load is a defect even where the flow goes on.
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.stack ?? error.message))
})

test('the main job in a browser: connect, find, load, see it registered, unload, see it gone', async ({
  page,
}) => {
  const host = await startHostProcess()
  try {
    await page.goto(host.address)
    await playMainFlow(page)
    expect(complaints).toEqual([])
  } finally {
    await host.stop()
  }
})

test.describe('of the demo guest', () => {
  shareDemoGuest()

  test('a page that is reloaded shows the capture, the view and the selection it had', async ({
    page,
  }) => {
    const tree = page.getByRole('treegrid', { name: 'IOService plane' })
    await page.getByRole('combobox', { name: 'Filter the registry' }).fill('IOResources')
    await tree.getByRole('row', { name: /^IOResources IOResources/ }).click()
    await page.reload()
    await expect(tree.getByRole('row', { selected: true })).toContainText('IOResources')
    expect(complaints).toEqual([])
  })

  test('the tree is walked with the keyboard as the treegrid pattern says', async ({ page }) => {
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
    for (const plane of ['IODeviceTree', 'IOACPIPlane', 'IOPower', 'IOUSB']) {
      await page.getByRole('combobox', { name: 'Plane' }).selectOption({ value: plane })
      const tree = page.getByRole('treegrid', { name: `${plane} plane` })
      await expect(tree.getByRole('row').nth(1)).toBeVisible()
    }
  })
})
