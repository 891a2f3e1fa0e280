import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test, type Page } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

let host: HostProcess

test.beforeEach(async ({ page }) => {
  host = await startHostProcess()
  await page.goto(host.address)
  await page.getByRole('button', { name: /Demo guest/ }).click()
  await expect(page.getByRole('row', { name: /^Root/ }).first()).toBeVisible()
})

test.afterEach(async () => {
  await host.stop()
})

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: /^Target/ }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

test('a capture is shared redacted: every value is shown first, one is kept, and the file opens again from the list', async ({
  page,
}, info) => {
  const folder = info.outputPath('shared')
  mkdirSync(folder, { recursive: true })
  await choose(page, 'Share redacted…')
  const dialog = page.getByRole('dialog', { name: /^Share without/ })
  const values = dialog.getByRole('grid', { name: 'Values that are replaced' })
  await expect(values.getByRole('row').nth(1)).toBeVisible()
  await expectNoViolations(page, 'the values of a redaction')
  const status = dialog.getByRole('status').filter({ hasText: 'replaced' })
  const before = await status.innerText()
  expect(before).toMatch(/^(\d+) of \1 values replaced$/)
  const first = values.getByRole('row').nth(1)
  const kept = await first.getByRole('gridcell').nth(1).innerText()
  await first.getByRole('checkbox').click()
  await expect(first).toContainText('stays as it is')
  await expect(status).not.toHaveText(before)
  // What else is in the list goes.
  const gone = await values.getByRole('row').nth(2).getByRole('gridcell').nth(1).innerText()

  await dialog.getByRole('button', { name: 'Save redacted…' }).click()
  const save = page.getByRole('dialog', { name: 'Save redacted capture' })
  const path = join(folder, 'share.kextant')
  await save.getByRole('textbox', { name: 'Name' }).fill(path)
  await save.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('dialog')).toContainText('Redacted capture saved')
  await page.getByRole('button', { name: 'Done' }).click()

  await page.keyboard.press('Control+o')
  const open = page.getByRole('dialog', { name: 'Open a dump file' })
  await open.getByRole('textbox', { name: 'Path' }).fill(path)
  await open.getByRole('textbox', { name: 'Path' }).press('Enter')
  await expect(page.getByRole('button', { name: /^Target/ })).toContainText('share.kextant')
  await choose(page, 'Share redacted…')
  const again = page.getByRole('dialog', { name: /^Share without/ })
  const find = again.getByRole('textbox', { name: 'Find a value or key' })
  await find.fill(kept)
  await expect(again.getByRole('gridcell', { name: kept, exact: true })).toBeVisible()
  await find.fill(gone)
  await expect(again.getByRole('gridcell', { name: gone, exact: true })).toHaveCount(0)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')

  await choose(page, 'Switch target…')
  await page.getByRole('button', { name: 'share.kextant', exact: true }).click()
  await expect(page.getByRole('row', { name: /^Root/ }).first()).toBeVisible()
})

test('a report is one page that shows the tree without a script', async ({
  page,
  browser,
}, info) => {
  const folder = info.outputPath('reports')
  mkdirSync(folder, { recursive: true })
  await choose(page, 'Save as report…')
  const dialog = page.getByRole('dialog', { name: 'Report on this capture' })
  const path = join(folder, 'demo.html')
  await dialog.getByRole('textbox', { name: 'Name' }).fill(path)
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('dialog')).toContainText('Report saved')
  expect(readFileSync(path, 'utf8')).not.toContain('<script')

  const reader = await browser.newContext({ javaScriptEnabled: false })
  const report = await reader.newPage()
  const asked: string[] = []
  report.on('request', request => asked.push(request.url()))
  await report.goto(pathToFileURL(path).href)
  await expect(report.getByRole('heading', { level: 1 })).toHaveText('Registry of Redacted capture')
  await expect(report.locator('summary', { hasText: 'IOResources' }).first()).toBeVisible()
  expect(asked).toEqual([pathToFileURL(path).href])
  await reader.close()
  const withScript = await browser.newPage()
  await withScript.goto(pathToFileURL(path).href)
  await withScript.screenshot({ path: info.outputPath('report.png') })
  await withScript.close()
})
