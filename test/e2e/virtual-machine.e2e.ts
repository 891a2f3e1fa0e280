import { expect, test, type Page } from '@playwright/test'
import { startGuestProcess, type GuestProcess } from '../helpers/demo-guest-process.ts'
import { smallTree, whyNoTree } from '../helpers/small-tree.ts'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

// A target of the user's own, marked as a virtual machine or not.

let host: HostProcess
let guest: GuestProcess
test.beforeEach(async ({ page }) => {
  ;[host, guest] = await Promise.all([startHostProcess(), startGuestProcess()])
  await page.goto(host.address)
})
test.afterEach(async () => {
  await Promise.all([host.stop(), guest.stop()])
})

const markOf = (page: Page) => page.getByRole('checkbox', { name: /^This is a virtual machine/ })
const targetMenu = (page: Page) => page.getByRole('button', { name: /^Target: My guest/ })

async function connect(page: Page, isVirtualMachine: boolean): Promise<void> {
  await page.getByRole('button', { name: 'New target' }).click()
  await page.getByLabel('Label', { exact: true }).fill('My guest')
  await page.getByLabel('Host', { exact: true }).fill('127.0.0.1')
  await page.getByLabel('Port', { exact: true }).fill(String(guest.port))
  await page.getByLabel('User', { exact: true }).fill('author')
  await page.getByLabel('Password', { exact: true }).fill('kernel')
  await markOf(page).setChecked(isVirtualMachine)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByRole('button', { name: 'Trust and connect' }).click()
  await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()
}

async function planMyKext(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Load kext…' }).click()
  await page.getByRole('button', { name: /^MyKext\.kext/ }).click()
  await page.getByRole('button', { name: /^Plan push and load/ }).click()
  await expect(
    page.getByRole('dialog').getByRole('button', { name: /^Push and load MyKext/ }),
  ).toBeVisible()
}

test('the mark is kept, and shown where the target is', async ({ page }) => {
  await connect(page, true)
  await expect(targetMenu(page)).toHaveAccessibleName(/My guest \(virtual machine\)/)
  await targetMenu(page).click()
  await expect(page.getByText('Marked as a virtual machine', { exact: true })).toBeVisible()
  await page.getByRole('menuitem', { name: 'Switch target…' }).click()
  await expect(page.getByRole('button', { name: /^My guest \(virtual machine\)/ })).toBeVisible()
  await expect(markOf(page)).toBeChecked()
  await page.getByRole('button', { name: 'Back to the registry' }).click()
  await planMyKext(page)
  await expect(page.getByRole('dialog')).not.toContainText('not marked as a virtual machine')
})

test('without the mark a plan asks, and says why', async ({ page }) => {
  await connect(page, false)
  await targetMenu(page).click()
  await expect(page.getByText(/^Not marked as a virtual machine/)).toBeVisible()
  await page.keyboard.press('Escape')
  await planMyKext(page)
  await expect(page.getByRole('dialog')).toContainText(/not marked as a virtual machine/i)
})

test('without the mark auto says that it will only offer, and so it does', async ({ page }) => {
  test.skip(whyNoTree !== null, whyNoTree ?? '')
  const tree = smallTree()
  try {
    tree.make()
    await connect(page, false)
    await page.getByRole('radio', { name: 'Project' }).click()
    await page.getByRole('button', { name: 'Open a project…' }).click()
    await page.getByRole('textbox', { name: 'Folder' }).fill(tree.root)
    await page.keyboard.press('Enter')
    await page.getByRole('radio', { name: 'Auto' }).click()
    const question = page.getByRole('dialog')
    await expect(question).toContainText('My guest is not marked as a virtual machine')
    await question.getByRole('button', { name: 'Switch auto on' }).click()
    tree.setVersion('1.0.4')
    tree.make()
    await expect(
      page.getByText(/^MyKext was built anew \(1\.0\.4, .*It was not loaded by itself\./),
    ).toContainText(/virtual machine/i, { timeout: 30_000 })
  } finally {
    tree.remove()
  }
})
