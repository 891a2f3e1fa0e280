import { expect, test, type Page } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import { connectToGuest } from '../helpers/connect-to-guest.ts'
import { startGuestProcess, type GuestProcess } from '../helpers/demo-guest-process.ts'
import { openTerminal, type GuestTerminal } from '../helpers/guest-terminal.ts'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

// A guest that is watched in the window, while somebody at another terminal works on it.

// On a machine that is busy the guest is slow, and looks come as seldom as the limit wants it.
const whenSeen = { timeout: 60_000 }
test.setTimeout(150_000)

let host: HostProcess
let guest: GuestProcess
let terminal: GuestTerminal

test.beforeEach(async ({ page }) => {
  ;[host, guest] = await Promise.all([startHostProcess(), startGuestProcess()])
  await page.goto(host.address)
  await connectToGuest(page, guest.port)
  terminal = await openTerminal(guest.port)
  await terminal.install('MyKext')
})
test.afterEach(async () => {
  terminal.close()
  await Promise.all([host.stop(), guest.stop()])
})

const treeOf = (page: Page) => page.getByRole('treegrid', { name: 'IOService plane' })
const changesOf = (page: Page) => page.getByRole('grid', { name: 'Changes' })
const load = 'kextload /Library/Extensions/MyKext.kext'
const unload = 'kextunload -b io.darwinos.contrib.MyKext'

async function watch(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Watch', exact: true }).click()
  await expect(page.getByRole('button', { name: /^Watch: every .* of the guest/ })).toBeVisible()
}

test('a kext that another terminal loads is marked, listed and spoken of; unloaded it stays, struck, until it is purged', async ({
  page,
}) => {
  await watch(page)
  await expectNoViolations(page, 'watching, nothing seen yet')
  await terminal.sudo(load)
  const added = changesOf(page).getByRole('row', { name: /MyKext new/ })
  await expect(added).toBeVisible(whenSeen)
  await expect(page.getByRole('status', { name: 'Changes in the guest' })).toContainText('1 new')
  await added.click()
  const row = treeOf(page).getByRole('row', { name: /^MyKext new/ })
  await expect(row).toBeVisible()
  await expect(row).toHaveAttribute('aria-selected', 'true')
  await expectNoViolations(page, 'an entry that is new')

  await terminal.sudo(unload)
  const gone = treeOf(page).getByRole('row', { name: /^MyKext gone \d\d:\d\d:\d\d/ })
  await expect(gone).toBeVisible(whenSeen)
  // It is still the one that is selected, and the inspector says what it was.
  await expect(gone).toHaveAttribute('aria-selected', 'true')
  await expect(
    page.getByRole('region', { name: 'Inspector' }).getByRole('heading', { name: 'MyKext' }),
  ).toBeVisible()
  const struck = gone.locator('[data-name]')
  await expect(struck).toHaveCSS('text-decoration-line', 'line-through')
  await expectNoViolations(page, 'an entry that is gone')

  await page.getByRole('button', { name: 'Purge 1 gone' }).click()
  await expect(gone).toHaveCount(0)
  await expect(page.getByRole('button', { name: /Purge/ })).toHaveCount(0)
  // The list still tells of it.
  await expect(changesOf(page).getByRole('row', { name: /MyKext gone/ })).toBeVisible()
})

test('what is new is plain after a while', async ({ page }) => {
  await watch(page)
  await terminal.sudo(load)
  await changesOf(page)
    .getByRole('row', { name: /MyKext new/ })
    .click()
  await expect(treeOf(page).getByRole('row', { name: /^MyKext new/ })).toBeVisible()
  await expect(treeOf(page).getByRole('row', { name: /^MyKext MyKext/ })).toBeVisible({
    timeout: 15_000,
  })
})

test('the selection, the open rows and the place in the list stay while looks come', async ({
  page,
}) => {
  const tree = treeOf(page)
  const acpi = tree.getByRole('row', { name: /^AppleACPIPlatformExpert/ })
  await acpi.click()
  await page.keyboard.press('ArrowLeft')
  await expect(acpi).toHaveAttribute('aria-expanded', 'false')
  await tree.evaluate(element => element.scrollTo(0, 120))
  const placeOf = () => acpi.evaluate(element => element.getBoundingClientRect().top)
  const before = await placeOf()
  await watch(page)
  await terminal.sudo(load)
  await expect(changesOf(page).getByRole('row', { name: /MyKext new/ })).toBeVisible(whenSeen)
  await expect(acpi).toHaveAttribute('aria-expanded', 'false')
  await expect(acpi).toHaveAttribute('aria-selected', 'true')
  expect(await placeOf()).toBe(before)
})

test('by keyboard: start, pause, change how often, list, stop', async ({ page }) => {
  await page.keyboard.press('Control+Shift+E')
  const readout = page.getByRole('button', { name: /^Watch: / })
  await expect(readout).toHaveAccessibleName(/every [\d.]+ s/)
  await page.keyboard.press('Control+Shift+H')
  await expect(readout).toHaveAccessibleName(/paused/)
  await terminal.sudo(load)
  await page.waitForTimeout(2500)
  await expect(changesOf(page)).toHaveCount(0)
  await page.keyboard.press('Control+Shift+H')
  await expect(changesOf(page).getByRole('row', { name: /MyKext new/ })).toBeVisible(whenSeen)

  await readout.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitemradio', { name: 'Every 2 s' })).toBeVisible()
  await page.getByRole('menuitemradio', { name: 'Every 10 s' }).focus()
  await page.keyboard.press('Enter')
  // A guest that is busy may be looked at less often than that.
  await expect(readout).toHaveAccessibleName(/every [1-9]\d s/)
  await readout.press('Enter')
  await expect(page.getByRole('menuitemradio', { name: 'Every 10 s' })).toBeChecked()
  await page.keyboard.press('Escape')

  await page.keyboard.press('Control+Shift+L')
  await expect(changesOf(page)).toHaveCount(0)
  await page.keyboard.press('Control+Shift+L')
  await expect(changesOf(page)).toBeVisible()
  await page.keyboard.press('Control+Shift+E')
  await expect(page.getByRole('button', { name: 'Watch', exact: true })).toBeVisible()
})

test('the user is told when a filter gets its first hit, and the rule is kept', async ({
  page,
}) => {
  await watch(page)
  await page.getByRole('button', { name: 'Notify me when…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Notify me when…' })
  const filter = dialog.getByLabel('Filter', { exact: true })
  await filter.fill('class=(')
  await expect(filter).toHaveAttribute('aria-invalid', 'true')
  await filter.fill('class=MyKext')
  await filter.press('Enter')
  await expect(dialog.getByRole('listitem')).toContainText('class=MyKext gets its first hit')
  await expectNoViolations(page, 'what is to be told')
  await dialog.getByRole('button', { name: 'Done' }).click()
  // The tooltip of the button that has the focus again.
  await page.keyboard.press('Escape')

  await terminal.sudo(load)
  const notice = page.getByText(/“class=MyKext” has its first hit: 1 entry\./)
  await expect(notice).toBeVisible(whenSeen)
  await expectNoViolations(page, 'a notice')
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(notice).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('button', { name: /^Watch: every/ })).toBeVisible()
  await page.getByRole('button', { name: 'Notify me when…' }).click()
  await expect(dialog.getByRole('listitem')).toContainText('class=MyKext gets its first hit')
})

test('after a reboot of the guest it says so, and goes on', async ({ page }) => {
  await watch(page)
  await terminal.sudo('reboot').catch(() => undefined)
  await expect(changesOf(page).getByRole('row', { name: /The guest is another boot/ })).toBeVisible(
    whenSeen,
  )
  await expect(page.getByRole('button', { name: /^Watch: every/ })).toBeVisible()
})
