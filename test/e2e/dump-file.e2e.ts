import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { dropFile } from '../helpers/open-in-window.ts'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

let host: HostProcess

test.beforeEach(async ({ page }) => {
  host = await startHostProcess()
  await page.goto(host.address)
})

test.afterEach(async () => {
  await host.stop()
})

const text = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 9>
  | {
  |   "IOKitBuildVersion" = "Darwin Kernel Version 17.7.0"
  | }
  |
  +-o Machine  <class IOPlatformExpertDevice, id 0x100000110, registered, matched, active, busy 0 (5 ms), retain 9>
    {
      "model" = <"iMac14,2">
    }
`

test('a dump is opened in place of a guest, by its path or from its folder', async ({
  page,
}, info) => {
  const folder = info.outputPath('dumps')
  await page.getByRole('button', { name: 'Open a dump file…' }).click()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'registry.txt'), text)
  writeFileSync(join(folder, 'letter.txt'), 'Dear guest\n')
  const dialog = page.getByRole('dialog', { name: 'Open a dump file' })
  const path = dialog.getByRole('textbox', { name: 'Path' })
  await expect(path).toBeFocused()

  await path.fill(`/${'x'.repeat(5000)}`)
  await expect(dialog).toContainText('at most 4096 characters')
  await expect(dialog.getByRole('button', { name: 'Open', exact: true })).toBeDisabled()

  // A folder is gone into; what is no dump is named as what it looks like.
  await path.fill(folder)
  await path.press('Enter')
  await dialog.getByRole('button', { name: 'letter.txt' }).dblclick()
  await expect(dialog.getByRole('alert')).toContainText('letter.txt is not a registry dump')
  await dialog.getByRole('button', { name: 'registry.txt' }).click()
  await dialog.getByRole('button', { name: 'Open', exact: true }).click()

  const tree = page.getByRole('treegrid', { name: 'IOService plane' })
  await expect(tree.getByRole('row', { name: /^Machine IOPlatformExpertDevice/ })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Target/ })).toContainText('registry.txt')
  // What a dump cannot have is said where it would be, and what it cannot do on the button.
  await page.getByRole('radio', { name: 'Kexts' }).click()
  await expect(page.getByRole('main')).toContainText('does not say which kexts are loaded')
  const load = page.getByRole('button', { name: 'Load kext…' })
  await expect(load).toBeDisabled()
  await load.focus()
  await expect(page.getByRole('tooltip')).toContainText('No guest is connected')
})

/** What the browser does when files are dragged in from outside and let go. */
async function drag(page: Page, kind: 'dragover' | 'drop', ...files: [string, string][]) {
  const transfer = await page.evaluateHandle(given => {
    const data = new DataTransfer()
    for (const [name, content] of given) data.items.add(new File([content], name))
    return data
  }, files)
  await page.dispatchEvent('main', kind, { dataTransfer: transfer })
}

test('a dump that is dropped on the window is opened, and a letter is refused by name', async ({
  page,
}) => {
  await drag(page, 'dragover', ['letter.txt', 'Dear guest'])
  await expect(page.getByRole('status').filter({ hasText: 'Drop' })).toContainText(
    'Drop a registry dump',
  )
  await drag(page, 'drop', ['letter.txt', 'Dear guest'])
  await expect(page.getByRole('alert')).toContainText('letter.txt is not a registry dump')
  await expect(page.getByText('Drop a registry dump')).toHaveCount(0)

  await drag(page, 'drop', ['first.txt', text.replace('Machine', 'First')], ['registry.txt', text])
  const tree = page.getByRole('treegrid', { name: 'IOService plane' })
  await expect(tree.getByRole('row', { name: /^Machine IOPlatformExpertDevice/ })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Target/ })).toContainText('registry.txt')
  await expect(page.getByRole('alert')).toHaveCount(0)

  // Over a capture the sentence stands above it, and the capture stays.
  await drag(page, 'drop', ['other.txt', 'Dear guest'])
  await expect(page.getByRole('alert')).toContainText('other.txt is not a registry dump')
  await expect(tree.getByRole('row', { name: /^Machine/ })).toBeVisible()
})

/** A device tree: entries, of which none is a service. */
const deviceTree = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 5>
  +-o device-tree  <class IORegistryEntry, id 0x100000101, retain 5>
    +-o chosen  <class IORegistryEntry, id 0x100000102, retain 5>
    +-o cpus  <class IORegistryEntry, id 0x100000103, retain 5>
`

test('pictures of a dump without kexts or services say what to do', async ({ page }, info) => {
  const path = info.outputPath('registry.txt')
  writeFileSync(path, deviceTree)
  await expect(page.getByRole('button', { name: 'Open a dump file…' })).toBeVisible()
  await dropFile(page, path)
  await expect(page.getByRole('treegrid').first()).toBeVisible()
  await page.keyboard.press('Control+2')
  await page.getByRole('tab', { name: 'Kext graph' }).click()
  await expect(page.getByText('This capture has no kexts')).toBeVisible()
  await expect(page.getByText(/connect to a guest/)).toBeVisible()
  await page.getByRole('tab', { name: 'Registry map' }).click()
  await expect(page.getByText('Nothing to count here')).toBeVisible()
  await page.getByRole('combobox', { name: 'Sized by' }).selectOption('entries')
  await expect(page.getByRole('tree', { name: /Registry map/ })).toBeVisible()
})
