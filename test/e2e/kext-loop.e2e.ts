import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

// push → preflight → load → settle → verify → unload → leak check in the window, against the demo guest.

let host: HostProcess
test.beforeEach(async ({ page }) => {
  host = await startHostProcess()
  await page.goto(host.address)
  await page.getByRole('button', { name: /Demo guest/ }).click()
  await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()
})
test.afterEach(() => host.stop())

const sheetOf = (page: Page) => page.getByRole('dialog')
const reportOf = (page: Page) => sheetOf(page).getByRole('article', { name: 'Report' })

test('the whole loop by mouse: plan, consent, each phase, result, history, export', async ({
  page,
}) => {
  const sheet = sheetOf(page)
  await page.getByRole('button', { name: 'Load kext…' }).click()
  await sheet.getByRole('button', { name: /^MyKext\.kext/ }).click()
  await sheet.getByRole('radio', { name: /verify it, unload it again/ }).check()
  await sheet.getByRole('button', { name: 'Plan the whole loop…' }).click()

  // What is known, what is expected and every command, before anybody says yes.
  const go = sheet.getByRole('button', { name: /^Push, load and unload MyKext/ })
  await expect(go).toBeEnabled()
  await expect(sheet.getByRole('region', { name: 'Preflight' })).toContainText('Would match')
  await expect(sheet.getByRole('img', { name: /^2 libraries: 2 loaded/ })).toBeVisible()
  await expect(sheet).toContainText('at least one service of class MyKext')
  const commands = sheet.getByRole('region', { name: 'Commands' })
  for (const phase of ['Push', 'Preflight', 'Load', 'Settle', 'Verify', 'Unload', 'Leak check']) {
    await expect(
      commands.locator('summary', { hasText: new RegExp(`^${phase}`) }).first(),
    ).toBeVisible()
  }
  await expectNoViolations(page, 'the plan')

  await go.click()
  const report = reportOf(page)
  await expect(report).toBeVisible({ timeout: 60_000 })
  await expect(report.getByRole('status').first()).toContainText('Holds')
  await expect(report.getByRole('heading', { level: 2 })).toContainText('is unloaded again')
  const expectations = report.getByRole('region', { name: 'Expectations' })
  await expect(expectations).toContainText('After the unload')
  await expect(expectations.getByRole('listitem').first()).toContainText('PASS')
  await expect(expectations).not.toContainText('FAIL')
  await expect(report.getByRole('region', { name: 'Kernel log of the load' })).toContainText(
    'MyKext: hello from kernel space',
  )
  await expectNoViolations(page, 'the result')
  await sheet.getByRole('button', { name: 'Close' }).last().click()

  await page.getByRole('radio', { name: 'History' }).click()
  const list = page.getByRole('listbox', { name: 'Actions' })
  await expect(list.getByRole('option')).toHaveCount(1)
  await expect(list.getByRole('option')).toContainText('Holds')
  const search = page.getByRole('textbox', { name: 'Search the history' })
  // Only the output of a step says this: the host finds it.
  await search.fill('hello from kernel space')
  await expect(page.getByRole('status').filter({ hasText: '1 action' })).toBeVisible()
  await search.fill('nothing says this')
  await expect(page.getByText('No action matches')).toBeVisible()
  await search.press('Escape')
  await expectNoViolations(page, 'the history')

  const folder = mkdtempSync(join(tmpdir(), 'kextant-export-'))
  try {
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: /^Shell script/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Export as Shell script' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill(join(folder, 'loop.sh'))
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('dialog', { name: 'Exported' })).toContainText('loop.sh')
    const script = readFileSync(join(folder, 'loop.sh'), 'utf8')
    expect(script).toMatch(/^#!\/bin\/sh/)
    expect(script).toContain('kextload')
    await page.getByRole('button', { name: 'Done' }).click()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }

  await page.getByRole('button', { name: 'Plan it again…' }).click()
  await expect(sheet.getByRole('button', { name: /^Push, load and unload MyKext/ })).toBeVisible()
})

test('the whole loop by keyboard alone', async ({ page }) => {
  const { keyboard } = page
  const sheet = sheetOf(page)
  await page.getByRole('button', { name: 'Load kext…' }).focus()
  await keyboard.press('Enter')
  await tabTo(page, sheet.getByRole('button', { name: /^MyKext\.kext/ }))
  await keyboard.press('Enter')
  // The first choice has the focus; the arrow goes to the next.
  await expect(sheet.getByRole('radio', { name: /leave it loaded/ })).toBeFocused()
  await keyboard.press('ArrowDown')
  await expect(sheet.getByRole('radio', { name: /unload it again/ })).toBeChecked()
  await tabTo(page, sheet.getByRole('button', { name: 'Plan the whole loop…' }))
  await keyboard.press('Enter')
  const go = sheet.getByRole('button', { name: /^Push, load and unload MyKext/ })
  await expect(go).toBeVisible()
  // Enter pressed once too often starts nothing.
  await expect(sheet).toBeFocused()
  // However many steps there are, the list of them is one stop; arrows lead to each command.
  const steps = sheet.getByRole('region', { name: 'Commands' }).getByRole('list').first()
  const presses = await tabTo(page, steps.locator('summary').first())
  expect(presses).toBeLessThan(16)
  await keyboard.press('ArrowDown')
  await expect(
    steps.getByRole('button', { name: 'Copy the command of step 1', exact: true }),
  ).toBeFocused()
  await keyboard.press('End')
  await expect(
    steps.getByRole('button', { name: /^Copy the command of step \d+$/ }).last(),
  ).toBeFocused()
  expect(await tabTo(page, go)).toBeLessThan(5)
  await keyboard.press('Enter')
  const report = reportOf(page)
  await expect(report).toBeVisible({ timeout: 60_000 })
  await expect(report).toContainText('Holds')
  const commands = report.locator('summary', { hasText: 'Commands' })
  await tabTo(page, commands)
  await keyboard.press('Enter')
  await expect(report.locator('summary', { hasText: 'Leak check' }).first()).toBeVisible()
  await keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Load kext…' })).toBeFocused()

  await page.getByRole('radio', { name: 'History' }).focus()
  await keyboard.press('Space')
  const list = page.getByRole('listbox', { name: 'Actions' })
  await tabTo(page, list)
  await keyboard.press('End')
  await expect(list.getByRole('option', { selected: true })).toContainText('MyKext')
})

test('a kext that is held open is told before and after, with who holds it', async ({ page }) => {
  await pushAndLoad(page, 'HeldOpen')
  await expect(reportOf(page)).toContainText('Holds')
  await sheetOf(page).getByRole('button', { name: 'Close' }).last().click()

  await openKext(page, 'HeldOpen')
  await page.getByRole('button', { name: 'Unload…' }).click()
  const sheet = sheetOf(page)
  const before = sheet.getByRole('region', { name: 'Before the unload' })
  await expect(before).toContainText('Held: still in the registry')
  await expect(before).toContainText(/opened by \S+, pid \d+/)
  await expectNoViolations(page, 'the plan of an unload')
  await sheet.getByRole('button', { name: /^Unload io\.darwinos\.contrib\.HeldOpen/ }).click()

  const after = reportOf(page).getByRole('region', { name: 'What keeps it loaded' })
  await expect(after).toBeVisible({ timeout: 60_000 })
  await expect(after).toContainText('Terminated, and held')
  await expect(after.getByRole('list', { name: 'What to do, in this order' })).toContainText(
    'Capture again',
  )
  await expectNoViolations(page, 'a blocked unload')
  await after.getByRole('button', { name: /^Show HeldOpenUserClient/ }).click()
  await expect(sheet).toHaveCount(0)
  await expect(
    page.getByRole('treegrid', { name: 'IOService plane' }).getByRole('row', { selected: true }),
  ).toContainText('HeldOpenUserClient')
})

test('dependents are unloaded first when that is asked for', async ({ page }) => {
  await pushAndLoad(page, 'MyFamily')
  await sheetOf(page).getByRole('button', { name: 'Close' }).last().click()
  await pushAndLoad(page, 'UsesFamily')
  await sheetOf(page).getByRole('button', { name: 'Close' }).last().click()
  await openKext(page, 'MyFamily')
  await page.getByRole('button', { name: 'Unload…' }).click()
  const sheet = sheetOf(page)
  const before = sheet.getByRole('region', { name: 'Before the unload' })
  await expect(before).toContainText('Other kexts are linked against it')
  await before.getByRole('button', { name: 'Unload dependents first…' }).click()
  // That takes another kext along: it has to be accepted.
  const go = sheet.getByRole('button', { name: /^Unload io\.darwinos\.contrib\.MyFamily/ })
  await expect(go).toBeVisible()
  await expect(sheet.getByRole('region', { name: 'Commands' })).toContainText('UsesFamily')
  await acceptAll(sheet)
  await go.click()
  await expect(reportOf(page)).toContainText('Holds', { timeout: 60_000 })
})

test('a leak hunt stops at the first growth, and its picture is walked with the keys', async ({
  page,
}) => {
  const sheet = sheetOf(page)
  await page.getByRole('button', { name: 'Load kext…' }).click()
  await sheet.getByRole('button', { name: /^LeaksHelper\.kext/ }).click()
  await sheet.getByRole('radio', { name: /^Push only/ }).check()
  await sheet.getByRole('button', { name: 'Plan a push only…' }).click()
  await sheet.getByRole('button', { name: /^Push LeaksHelper/ }).click()
  await expect(reportOf(page)).toContainText('LeaksHelper.kext is on Demo guest', {
    timeout: 60_000,
  })
  await sheet.getByRole('button', { name: 'Close' }).last().click()
  await page.getByRole('button', { name: 'Capture', exact: true }).click()
  await page.getByRole('radio', { name: 'Kexts' }).click()
  await openKext(page, 'LeaksHelper')
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Hunt leaks…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Hunt leaks' })
  await dialog.getByRole('textbox', { name: 'Cycles' }).fill('0')
  await expect(dialog.getByRole('button', { name: 'Plan the hunt…' })).toBeDisabled()
  await dialog.getByRole('textbox', { name: 'Cycles' }).fill('4')
  await dialog.getByRole('button', { name: 'Plan the hunt…' }).click()
  const go = sheet.getByRole('button', { name: /^Hunt leaks of/ })
  await expect(go).toBeVisible()
  await acceptAll(sheet)
  await go.click()
  const hunt = reportOf(page).getByRole('region', { name: 'Leak hunt' })
  await expect(hunt).toBeVisible({ timeout: 90_000 })
  await expect(hunt).toContainText('leaks')
  const picture = hunt.getByRole('group', { name: /grows: \d+ → \d+ in cycle 1/ }).first()
  await expect(picture).toBeVisible()
  const grown = picture.getByRole('img', { name: /^Cycle 1: .*First growth$/ })
  await tabTo(page, grown)
  await page.keyboard.press('ArrowLeft')
  await expect(picture.getByRole('img', { name: /^Before the first cycle/ })).toBeFocused()
  await hunt.getByText('As a table').click()
  await expect(hunt.getByRole('table')).toContainText('first growth')
  await expectNoViolations(page, 'a leak hunt')
})

test('what the plan stops at has to be accepted, each by its box', async ({ page }) => {
  const sheet = sheetOf(page)
  await page.getByRole('button', { name: 'Load kext…' }).click()
  await sheet.getByRole('button', { name: /^MissingDependency\.kext/ }).click()
  await sheet.getByRole('button', { name: 'Plan push and load…' }).click()
  const stops = sheet.getByRole('region', { name: 'What Kextant stops at' })
  await expect(stops).toBeVisible()
  const go = sheet.getByRole('button', { name: /^Push and load MissingDependency/ })
  await expect(go).toHaveAttribute('aria-disabled', 'true')
  await expectNoViolations(page, 'the stops of a plan')
  await acceptAll(sheet)
  await expect(stops).toContainText('all accepted')
  await expect(go).not.toHaveAttribute('aria-disabled', 'true')
  await go.click()
  await expect(reportOf(page)).toContainText('Refused', { timeout: 60_000 })
  await expectNoViolations(page, 'a refused load')
})

async function pushAndLoad(page: Page, name: string): Promise<void> {
  const sheet = sheetOf(page)
  await page.getByRole('button', { name: 'Load kext…' }).click()
  await sheet.getByRole('button', { name: new RegExp(`^${name}\\.kext`) }).click()
  await sheet.getByRole('button', { name: 'Plan push and load…' }).click()
  const go = sheet.getByRole('button', { name: new RegExp(`^Push and load ${name}`) })
  await expect(go).toBeVisible()
  await acceptAll(sheet)
  await go.click()
  await expect(reportOf(page)).toBeVisible({ timeout: 60_000 })
}

async function acceptAll(sheet: Locator): Promise<void> {
  for (const box of await sheet.getByRole('checkbox').all()) await box.check()
}

async function openKext(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name: 'Kexts' }).click()
  await page.getByRole('textbox', { name: 'Filter kexts' }).fill(name)
  await expect(page.getByRole('region', { name: `Kext io.darwinos.contrib.${name}` })).toBeVisible()
}

/** Far more than any panel has stops. */
const longestWay = 40

/** How many presses it took. */
async function tabTo(page: Page, target: Locator): Promise<number> {
  for (let presses = 0; presses < longestWay; presses++) {
    if (await target.evaluate(element => element === document.activeElement)) return presses
    await page.keyboard.press('Tab')
  }
  await expect(target).toBeFocused()
  return longestWay
}
