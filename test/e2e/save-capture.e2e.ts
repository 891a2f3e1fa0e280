import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

let host: HostProcess

test.beforeEach(async () => {
  host = await startHostProcess()
})

test.afterEach(async () => {
  await host.stop()
})

/** What the window counts of a capture: the nodes of each plane, the kexts, the lines of the log. */
async function counts(page: Page): Promise<readonly string[]> {
  const planes = page.getByRole('combobox', { name: 'Plane' }).getByRole('option')
  const shown = await planes.allTextContents()
  shown.push(await page.getByRole('button', { name: /^Kernel log/ }).innerText())
  await page.getByRole('radio', { name: 'Kexts' }).click()
  const kexts = page.getByRole('main').getByRole('grid')
  shown.push(`kexts ${await kexts.getAttribute('aria-rowcount')}`)
  await page.getByRole('radio', { name: 'Registry' }).click()
  return shown
}

test('a capture is saved by Ctrl+S, asks before it replaces a file, and opens elsewhere with the same counts', async ({
  page,
}, info) => {
  const folder = info.outputPath('captures')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'taken.kextant'), 'precious')
  await page.goto(host.address)
  // Nothing to save yet: not even the browser's own dialog appears.
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.getByRole('button', { name: /Demo guest/ }).click()
  await expect(page.getByRole('row', { name: /^Root/ }).first()).toBeVisible()
  const before = await counts(page)
  expect(before.join(', ')).toMatch(/IOService \(\d{3}\).*Kernel log\s+\d+ lines.*kexts \d{2}/s)

  await page.keyboard.press('Control+s')
  const dialog = page.getByRole('dialog')
  const name = dialog.getByRole('textbox', { name: 'Name' })
  await expect(name).toBeFocused()
  await expect(name).toHaveValue(/^Demo-guest-\d{4}-\d\d-\d\d-\d{6}\.kextant$/)

  await name.fill(join(folder, 'nowhere', 'a'))
  await name.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('its folder is not there')

  await name.fill(join(folder, 'taken'))
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(dialog.getByRole('heading', { name: 'Replace the file?' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  expect(readFileSync(join(folder, 'taken.kextant'), 'utf8')).toBe('precious')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.getByRole('button', { name: 'Replace' }).click()
  await expect(dialog).toContainText('Capture saved')
  await expect(dialog).toContainText(join(folder, 'taken.kextant'))
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(dialog).toHaveCount(0)

  // The next one begins in the same folder, and there by what the button in the menu says.
  await page.getByRole('button', { name: /^Target/ }).click()
  await page.getByRole('menuitem', { name: /^Save capture/ }).click()
  await expect(dialog.getByRole('button', { name: 'taken.kextant' })).toBeVisible()
  await name.fill('another')
  await name.press('Enter')
  await expect(dialog).toContainText('Capture saved')
  expect(existsSync(join(folder, 'another.kextant'))).toBe(true)
  await page.keyboard.press('Escape')

  // A host that never saw the guest.
  await host.stop()
  host = await startHostProcess()
  await page.goto(host.address)
  await page.getByRole('button', { name: 'Open a dump file…' }).click()
  const path = dialog.getByRole('textbox', { name: 'Path' })
  await path.fill(join(folder, 'taken.kextant'))
  await path.press('Enter')
  await expect(page.getByRole('row', { name: /^Root/ }).first()).toBeVisible()
  const target = page.getByRole('button', { name: /^Target/ })
  await expect(target).toContainText('taken.kextant')
  await expect(target).toContainText('Saved from Demo guest')
  expect(await counts(page)).toEqual(before)
})
