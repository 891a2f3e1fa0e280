import { expect, type Page } from '@playwright/test'

/**
 * The main job as an author does it, through whatever host the page has: connect, find, load, see it
 * registered, read its log line, unload, see it gone.
 */
export async function playMainFlow(page: Page): Promise<void> {
  const tree = page.getByRole('treegrid', { name: 'IOService plane' })

  await page
    .getByRole('navigation', { name: 'Targets' })
    .getByRole('button', { name: /Demo guest/ })
    .click()
  await expect(tree.getByRole('row', { name: /Root/ }).first()).toBeVisible()

  const filter = page.getByRole('combobox', { name: 'Filter the registry' })
  await filter.fill('IOResources')
  const resources = tree.getByRole('row', { name: /^IOResources IOResources/ })
  await resources.click()
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByRole('heading', { name: 'IOResources' })).toBeVisible()
  await expect(inspector).toContainText('IOService:/')

  // Keys and values are searched by a worker, which each host has to let start.
  await filter.fill('iokitbuildversion')
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await page.getByRole('button', { name: 'Look in keys and values too' }).click()
  const build = tree.getByRole('row', { name: /^Root\s+IOKitBuildVersion = / })
  await expect(build.locator('mark')).toHaveText('IOKitBuildVersion')
  await page.getByRole('button', { name: 'Filter looks in: Names, keys and values' }).click()
  await page.getByRole('menuitemradio', { name: /^Names Names, locations/ }).click()
  await filter.fill('IOResources')

  await page.getByRole('button', { name: 'Load kext…' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: /^MyKext\.kext/ }).click()
  await sheet.getByRole('button', { name: 'Plan push and load…' }).click()
  // The exact commands are shown before anything is asked of the guest.
  await expect(sheet).toContainText('kextload /Library/Extensions/MyKext.kext')
  await sheet.getByRole('button', { name: /Push and load MyKext\.kext/ }).click()

  const report = sheet.getByRole('article', { name: 'Report' })
  await expect(report).toBeVisible({ timeout: 40_000 })
  const changed = report.getByRole('region', { name: 'What it changed' })
  await expect(changed).toContainText('IOResources')
  await expect(changed).toContainText('registered')
  await expect(report.getByRole('region', { name: 'Kernel log' })).toContainText(
    'MyKext: hello from kernel space',
  )
  await changed.getByRole('button', { name: 'MyKext', exact: true }).click()

  const row = tree.getByRole('row', { name: /^MyKext MyKext/ })
  await expect(row).toBeVisible()
  await expect(row).toHaveAttribute('aria-selected', 'true')
  await expect(row).toContainText('registered')

  await page.getByRole('radio', { name: 'Kexts' }).click()
  await page.getByRole('textbox', { name: 'Filter kexts' }).fill('io.darwinos.contrib.MyKext')
  await page.getByRole('row', { name: /io\.darwinos\.contrib\.MyKext/ }).click()
  const details = page.getByRole('region', { name: 'Kext io.darwinos.contrib.MyKext' })
  await expect(details).toContainText('com.apple.kpi.iokit')
  await details.getByRole('button', { name: /^Unload/ }).click()
  await expect(sheet).toContainText('kextunload -b io.darwinos.contrib.MyKext')
  await sheet.getByRole('button', { name: /^Unload io\.darwinos\.contrib\.MyKext/ }).click()
  await expect(report).toBeVisible({ timeout: 40_000 })
  await expect(report).toContainText('MyKext: stopping')
  await sheet.getByRole('button', { name: 'Close' }).last().click()

  await page.getByRole('radio', { name: 'Registry' }).click()
  await filter.fill('MyKext')
  await expect(tree.getByRole('row', { name: /MyKext/ })).toHaveCount(0)

  await page.getByRole('radio', { name: 'History' }).click()
  await expect(page.getByRole('listbox', { name: 'Actions' }).getByRole('option')).toHaveCount(2)
}
