import { expect, test, type Page } from '@playwright/test'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

let host: HostProcess

test.beforeEach(async ({ page }) => {
  host = await startHostProcess()
  await page.goto(host.address)
  await page.getByRole('button', { name: /Demo guest/ }).click()
  await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()
})

test.afterEach(async () => {
  await host.stop()
})

test('a leak is explained after the unload that it prevents', async ({ page }) => {
  await pushAndLoad(page, 'LeaksInstance')
  const sheet = page.getByRole('dialog')
  const report = sheet.getByRole('article', { name: 'Report' })
  await expect(report).toContainText('registerService() took effect', { timeout: 30_000 })
  // The class was not listed before its kext was loaded: that is no gap in what is known.
  const counts = report.getByRole('table', { name: /Instances per class/ })
  await report.locator('summary', { hasText: 'Class counts' }).click()
  await expect(counts.getByRole('row', { name: /^LeaksInstance/ })).toContainText('+1')
  await expect(counts).not.toContainText('not known')
  await sheet.getByRole('button', { name: 'Close' }).last().click()

  await page.getByRole('radio', { name: 'Kexts' }).click()
  await page.getByRole('textbox', { name: 'Filter kexts' }).fill('LeaksInstance')
  // The first row is shown without a click.
  const details = page.getByRole('region', { name: 'Kext io.darwinos.contrib.LeaksInstance' })
  await details.getByRole('button', { name: 'Unload…' }).click()
  await sheet.getByRole('button', { name: /^Unload io\.darwinos\.contrib\.LeaksInstance/ }).click()
  await expect(report).toContainText('leaked', { timeout: 30_000 })
  await expect(report).toContainText('only a reboot')
  // What is counted and in no entry stands with what keeps it loaded; all else that was looked at folds.
  const unseen = report.getByRole('table', { name: 'Objects of each class' })
  await expect(unseen.getByRole('row', { name: /^LeaksInstance/ })).toContainText('1 leaked')
  await report.locator('summary', { hasText: 'Instances' }).last().click()
  // Why a driver did not start is no question after an unload.
  await expect(report.getByRole('region', { name: 'Instances' })).not.toContainText('refused')
})

test('a panic is told as one, and the guest is there again', async ({ page }) => {
  await pushAndLoad(page, 'PanicsGuest')
  const sheet = page.getByRole('dialog')
  const report = sheet.getByRole('article', { name: 'Report' })
  await expect(report).toContainText('Connection lost', { timeout: 40_000 })
  await expect(report).toContainText('kextload /Library/Extensions/PanicsGuest')
  // The next capture of the guest tells what has come of it.
  await expect(report).toContainText('What a later capture has shown', { timeout: 40_000 })
  await expect(report).toContainText('booted again')
  await sheet.getByRole('button', { name: 'Close' }).last().click()
  await expect(page.getByRole('button', { name: 'Target: Demo guest' })).toContainText('connected')
  await page.getByRole('radio', { name: 'History' }).click()
  await expect(page.getByRole('option').first()).toContainText('booted again')
})

test('an action whose panel was closed is found in the history and cancelled there', async ({
  page,
}) => {
  await pushAndLoad(page, 'HangsInStart')
  // It never comes to rest. Not waited for its last steps: on a busy machine they may be over before the panel is closed.
  await expect(page.getByRole('dialog')).toContainText(/Step \d+ of \d+/, { timeout: 20_000 })
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click()
  await expect(page.getByText(/HangsInStart\.kext is under way: step \d+ of \d+/)).toBeVisible()
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByRole('button', { name: 'Cancel the action' }).click()
  await expect(page.getByRole('option').first()).toContainText('Cancelled')
  await expect(page.getByText(/is under way/)).toHaveCount(0)
})

async function pushAndLoad(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Load kext…' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: new RegExp(`^${name}\\.kext`) }).click()
  await sheet.getByRole('button', { name: 'Plan push and load…' }).click()
  const go = sheet.getByRole('button', { name: new RegExp(`^Push and load ${name}`) })
  await expect(go).toBeVisible()
  for (const box of await sheet.getByRole('checkbox').all()) await box.check()
  await go.click()
}
