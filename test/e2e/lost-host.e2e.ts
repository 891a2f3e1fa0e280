import { expect, test } from '@playwright/test'
import { startHostProcess } from '../helpers/web-host-process.ts'

test('a host that went away is said to be gone, and one started anew says how to go on', async ({
  page,
}) => {
  const first = await startHostProcess()
  const { port } = new URL(first.address)
  await page.goto(first.address)
  await page.getByRole('button', { name: /Demo guest/ }).click()
  const tree = page.getByRole('treegrid', { name: 'IOService plane' })
  await expect(tree).toBeVisible()

  await first.stop()
  const alert = page.getByRole('alert')
  await expect(alert.filter({ hasText: 'Kextant’s own service does not answer' })).toBeVisible()
  // What was captured can still be looked at.
  await expect(tree.getByRole('row').nth(1)).toBeVisible()
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(alert.filter({ hasText: 'Kextant’s own service does not answer' })).toBeVisible()

  const second = await startHostProcess(['--port', port])
  try {
    await expect(alert.filter({ hasText: 'Open the address that it printed' })).toBeVisible()
    await page.goto(second.address)
    await expect(page.getByRole('button', { name: /Demo guest/ })).toBeVisible()
    await expect(page.getByRole('alert')).toHaveCount(0)
  } finally {
    await second.stop()
  }
})

test('what happened while the page could not hear it is there when it can again', async ({
  page,
}) => {
  const host = await startHostProcess()
  try {
    // The socket of the events can be cut; requests of another page reach the same host.
    let isCut = false
    let cut = () => Promise.resolve()
    await page.routeWebSocket(/\/api\/events$/, route => {
      if (isCut) return void route.close()
      route.connectToServer()
      cut = () => route.close()
    })
    await page.goto(host.address)
    await expect(page.getByRole('button', { name: /Demo guest/ })).toBeVisible()
    isCut = true
    await cut()

    const other = await page.context().newPage()
    await other.goto(new URL('/', host.address).href)
    await other.getByRole('button', { name: /Demo guest/ }).click()
    await expect(other.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()
    await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toHaveCount(0)

    isCut = false
    await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Target: Demo guest' })).toBeVisible()
  } finally {
    await host.stop()
  }
})
