import { expect, test, type Page } from '@playwright/test'
import { startGuestProcess, type GuestProcess } from '../helpers/demo-guest-process.ts'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

let host: HostProcess
let guest: GuestProcess

test.beforeEach(async ({ page }) => {
  ;[host, guest] = await Promise.all([startHostProcess(), startGuestProcess()])
  await page.goto(host.address)
})

test.afterEach(async () => {
  await Promise.all([host.stop(), guest.stop()])
})

test('a key that is not known is asked about, and a wrong password loses nothing that was typed', async ({
  page,
}) => {
  await fillForm(page, guest.port, 'not it')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Nothing secret was sent yet')
  // In groups on screen; as a whole for whoever listens or copies.
  await expect(dialog.getByRole('group', { name: guest.fingerprint })).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Do not connect' })).toBeFocused()
  await dialog.getByRole('button', { name: 'Do not connect' }).click()
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('not it')

  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await dialog.getByRole('button', { name: 'Trust and connect' }).click()
  const password = page.getByLabel('Password', { exact: true })
  await expect(page.getByText(/does not accept this password for author/)).toBeVisible()
  await expect(password).toBeFocused()
  await expect(password).toHaveValue('not it')
  await expect(page.getByLabel('Label', { exact: true })).toHaveValue('My guest')
  await expect(page.getByLabel('Host', { exact: true })).toHaveValue('127.0.0.1')

  // The key was accepted: it is not asked about again.
  await password.fill('kernel')
  await password.press('Enter')
  await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()
})

test('the password goes with the answer about the key', async ({ page }) => {
  await fillForm(page, guest.port, 'kernel')
  await page.getByRole('button', { name: 'Trust and connect' }).click()
  await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()
})

test('a key that changed is refused, and accepted only after the old one is forgotten', async ({
  page,
}) => {
  await fillForm(page, guest.port, 'kernel')
  await page.getByRole('button', { name: 'Trust and connect' }).click()
  await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()

  const before = guest.fingerprint
  await guest.stop()
  guest = await startGuestProcess(guest.port)
  await expect(page.getByText(/shows another host key than before/)).toBeVisible()
  await page.getByRole('button', { name: 'Compare the keys…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('group', { name: before })).toBeVisible()
  await expect(dialog.getByRole('group', { name: guest.fingerprint })).toBeVisible()
  await dialog.getByRole('button', { name: 'Forget the old key…' }).click()
  await dialog.getByRole('button', { name: 'Forget the old key and compare the new one' }).click()
  await dialog.getByRole('button', { name: 'Trust and connect' }).click()
  await expect(page.getByRole('button', { name: 'Target: My guest' })).toContainText('connected')
})

async function fillForm(page: Page, port: number, password: string): Promise<void> {
  await page.getByRole('button', { name: 'New target' }).click()
  await page.getByLabel('Label', { exact: true }).fill('My guest')
  await page.getByLabel('Host', { exact: true }).fill('127.0.0.1')
  await page.getByLabel('Port', { exact: true }).fill(String(port))
  await page.getByLabel('User', { exact: true }).fill('author')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
}
