import { expect, type Page } from '@playwright/test'

/** Signs in to a guest of this machine by the form, and accepts its key. */
export async function connectToGuest(page: Page, port: number): Promise<void> {
  await page.getByRole('button', { name: 'New target' }).click()
  await page.getByLabel('Label', { exact: true }).fill('My guest')
  await page.getByLabel('Host', { exact: true }).fill('127.0.0.1')
  await page.getByLabel('Port', { exact: true }).fill(String(port))
  await page.getByLabel('User', { exact: true }).fill('author')
  await page.getByLabel('Password', { exact: true }).fill('kernel')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByRole('button', { name: 'Trust and connect' }).click()
  await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()
}
