import { expect, test } from '@playwright/test'
import { startHostProcess, type HostProcess } from './web-host-process.ts'

/**
 * One host, connected to one demo guest, for all tests of a file that only look. Each has a page that was just
 * loaded, and nothing of what the tests before have chosen or arranged. Tests that change the guest, or that see
 * how many captures there are, have a host of their own.
 */
export function shareDemoGuest(): void {
  let host: HostProcess
  test.beforeAll(async () => {
    host = await startHostProcess(['--demo'])
  })
  test.afterAll(() => host.stop())
  test.beforeEach(async ({ page }) => {
    await page.goto(await host.freshAddress())
    const tree = page.getByRole('treegrid', { name: 'IOService plane' })
    await expect(tree.getByRole('row', { name: /^Root/ }).first()).toBeVisible()
  })
}
