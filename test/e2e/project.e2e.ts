import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import {
  brokenSource,
  goodSource,
  smallTree,
  whyNoTree,
  type SmallTree,
} from '../helpers/small-tree.ts'
import { startHostProcess, type HostProcess } from '../helpers/web-host-process.ts'

// A driver project in the window: a real tree, make and compiler, and the demo guest.

let host: HostProcess
let tree: SmallTree
test.beforeEach(async ({ page }) => {
  test.skip(whyNoTree !== null, whyNoTree ?? '')
  tree = smallTree()
  host = await startHostProcess()
  await page.goto(host.address)
})
test.afterEach(async () => {
  if (whyNoTree !== null) return
  await host.stop()
  tree.remove()
})

const driversOf = (page: Page) => page.getByRole('grid', { name: 'Drivers' })
const detailsOf = (page: Page) => page.getByRole('region', { name: 'Driver my-kext' })
const buildOf = (page: Page) => page.getByRole('region', { name: 'Build', exact: true })
const messagesOf = (page: Page) => page.getByRole('listbox', { name: 'Messages of the build' })

async function openProject(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Driver project…' }).click()
  await page.getByRole('button', { name: 'Open a project…' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Folder' }).fill(tree.root)
  await page.getByRole('button', { name: 'Open this folder' }).click()
  await expect(driversOf(page).getByRole('row', { name: /my-kext/ })).toBeVisible()
}

async function connect(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Registry' }).click()
  await page.getByRole('button', { name: /Demo guest/ }).click()
  await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()
  await page.getByRole('radio', { name: 'Project' }).click()
}

async function build(page: Page, outcome: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Build', exact: true }).click()
  await expect(buildOf(page).getByRole('status')).toHaveText(outcome)
}

test('a project is built: an error in its line, then a build that is pushed and loaded', async ({
  page,
}) => {
  await openProject(page)
  await expect(detailsOf(page)).toContainText('There is no bundle of it below build.')
  await expect(page.getByRole('radio', { name: 'Project' })).toHaveAttribute('aria-checked', 'true')
  expect(page.url()).toContain('#/project')

  tree.write(brokenSource)
  await build(page, /^The build failed, with \d errors/)
  const messages = messagesOf(page)
  const error = messages.getByRole('option', { name: /expected ‘;’|expected ';'/ })
  await expect(error).toContainText('my_kext.cpp:5')
  // The first error is shown at once; a click shows any other.
  await expect(error).toHaveAttribute('aria-selected', 'true')
  const source = buildOf(page).getByRole('group', { name: /my_kext\.cpp$/ })
  await expect(source.locator('[aria-current="location"]')).toContainText('hello from kernel space')
  await expect(source.locator('[aria-current="location"]')).toContainText('expected')
  await messages.getByRole('option', { name: /Makefile:2/ }).click()
  await expect(buildOf(page).getByRole('group', { name: /Makefile$/ })).toContainText('MAKE')

  // In the output every message leads to its line too.
  await buildOf(page).getByRole('radio', { name: 'Output' }).click()
  const output = buildOf(page).getByRole('list', { name: 'Output of the build' })
  await expect(output).toContainText('c++ -std=c++17')
  await output.getByRole('button', { name: /my_kext\.cpp:5/ }).click()
  await expect(source).toBeVisible()

  // A page that is loaded anew finds all of it again.
  await page.reload()
  await page.getByRole('button', { name: /^Show the last build: Failed/ }).click()
  await expect(messagesOf(page)).toContainText('my_kext.cpp:5')

  await connect(page)
  tree.write(goodSource)
  tree.setVersion('1.0.1')
  await build(page, /^The build is done\.$/)
  const offer = page.getByText(/^MyKext was built anew \(1\.0\.1, UUID [0-9A-F]{8}\)\.$/)
  await expect(offer).toBeVisible()
  await expect(driversOf(page).getByRole('row', { name: /my-kext/ })).toContainText(/my-kext\s*new/)
  await expect(detailsOf(page)).toContainText('No source is newer than the newest build.')
  await page.getByRole('button', { name: 'Push and load…' }).first().click()
  await expect(offer).toHaveCount(0)

  const sheet = page.getByRole('dialog')
  await expect(sheet).toContainText(`${tree.root}/build/x86_64/kexts/MyKext.kext`)
  await sheet.getByRole('button', { name: /^Plan push and load/ }).click()
  await sheet.getByRole('button', { name: /^Push and load MyKext\.kext/ }).click()
  await expect(sheet).toContainText('registerService() took effect', { timeout: 40_000 })
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)

  // A source that is newer than the build is named.
  tree.write(`${goodSource}\n`)
  await expect(detailsOf(page)).toContainText(
    'Sources are newer than the newest build: my_kext.cpp.',
  )
})

test('with auto a build of the terminal is loaded by itself, after the one question', async ({
  page,
}) => {
  tree.make()
  await openProject(page)
  await page.getByRole('radio', { name: 'Auto' }).click()
  // Nothing is connected: it says so, and what was is still so.
  const question = page.getByRole('dialog')
  await expect(question).toContainText('No guest is connected')
  await question.getByRole('button', { name: 'Close' }).last().click()
  await expect(page.getByRole('radio', { name: 'Offer' })).toHaveAttribute('aria-checked', 'true')

  await connect(page)
  await page.getByRole('radio', { name: 'Auto' }).click()
  await expect(question).toContainText(tree.root)
  await expect(question).toContainText(/@127\.0\.0\.1:\d+ without asking again/)
  await expectNoViolations(page, 'the question of auto')
  await question.getByRole('button', { name: 'Switch auto on' }).click()
  await expect(page.getByRole('radio', { name: 'Auto' })).toHaveAttribute('aria-checked', 'true')
  await expect(page.getByText('on Demo guest')).toBeVisible()

  tree.setVersion('1.0.2')
  tree.make()
  const report = page.getByText(/^Auto: MyKext 1\.0\.2, UUID [0-9A-F]{8} is loaded/)
  await expect(report).toBeVisible({ timeout: 40_000 })

  // A source that lint has errors for stops the plan: it is offered, with the reason.
  tree.setVersion('not a version')
  tree.make()
  await expect(page.getByText(/It was not loaded by itself\. Kextant asks first: /)).toBeVisible({
    timeout: 40_000,
  })

  await page.getByRole('button', { name: /^Target/ }).click()
  await page.getByRole('menuitem', { name: 'Disconnect' }).click()
  await expect(page.getByText(/^Auto is off: Demo guest is not connected any more\./)).toBeVisible()
  await expect(page.getByRole('radio', { name: 'Offer' })).toHaveAttribute('aria-checked', 'true')
})

test('what is loaded is written down as what is expected, and found by the next look', async ({
  page,
}) => {
  tree.make()
  await openProject(page)
  await connect(page)
  await page.getByRole('radio', { name: 'Auto' }).click()
  await page.getByRole('button', { name: 'Switch auto on' }).click()
  tree.setVersion('1.0.3')
  tree.make()
  await expect(page.getByText(/^Auto: MyKext 1\.0\.3.* is loaded/)).toBeVisible({ timeout: 40_000 })

  await detailsOf(page).getByRole('button', { name: 'Record…' }).click()
  const dialog = page.getByRole('dialog')
  const text = dialog.getByRole('textbox', { name: 'Expectations as YAML' })
  await expect(text).toHaveValue(/MyKext/)
  const file = join(tree.root, 'drivers', 'contrib', 'my-kext', 'kextant.yaml')
  await dialog.getByRole('textbox', { name: 'File' }).fill(file)
  await expectNoViolations(page, 'recording expectations')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toContainText('Expectations saved')
  await dialog.getByRole('button', { name: 'Done' }).click()
  expect(readFileSync(file, 'utf8')).toContain('MyKext')
  await expect(detailsOf(page)).toContainText('kextant.yaml')

  // Once more, over the file that is there: only after the question.
  await detailsOf(page).getByRole('button', { name: 'Record…' }).click()
  await dialog.getByRole('textbox', { name: 'File' }).fill(file)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toContainText('Replace the expectations?')
  await dialog.getByRole('button', { name: 'Replace' }).click()
  await expect(dialog).toContainText('Expectations saved')
})

test('all of it goes without a pointer', async ({ page }) => {
  const { keyboard } = page
  tree.write(brokenSource)
  await page.getByRole('button', { name: 'Driver project…' }).focus()
  await keyboard.press('Enter')
  await page.getByRole('button', { name: 'Open a project…' }).focus()
  await keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Folder' })).toBeFocused()
  await keyboard.press('Control+A')
  await keyboard.type(tree.root)
  await keyboard.press('Enter')
  await expect(driversOf(page)).toBeVisible()
  await expectNoViolations(page, 'a project')

  const button = page.getByRole('button', { name: 'Build', exact: true })
  await button.focus()
  await keyboard.press('Enter')
  await expect(buildOf(page).getByRole('status')).toHaveText(/^The build failed/)
  // The button that was pressed became another one meanwhile, and is there again.
  await expect(button).toBeFocused()
  await keyboard.press('F8')
  const messages = messagesOf(page)
  await expect(messages).toBeFocused()
  const chosen = messages.locator('[aria-selected="true"]')
  const second = await chosen.getAttribute('aria-posinset')
  await keyboard.press('Shift+F8')
  await expect(chosen).toHaveAttribute('aria-posinset', '1')
  expect(second).not.toBe('1')
  await keyboard.press('ArrowDown')
  await expect(chosen).toHaveAttribute('aria-posinset', '2')
  await keyboard.press('Home')
  await expect(chosen).toHaveAttribute('aria-posinset', '1')
  await expect(messages).toHaveAttribute(
    'aria-activedescendant',
    (await chosen.getAttribute('id')) ?? '',
  )
  await expectNoViolations(page, 'a build that failed')

  await driversOf(page).focus()
  await keyboard.press('Home')
  await expect(driversOf(page).getByRole('row', { name: /my-kext/ })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await detailsOf(page).getByRole('button', { name: 'Lint' }).focus()
  await keyboard.press('Enter')
  await expect(detailsOf(page).getByRole('region', { name: 'Lint' })).toBeVisible()
  await page.getByRole('radio', { name: 'Offer' }).focus()
  await keyboard.press('ArrowLeft')
  const off = page.getByRole('radio', { name: 'Off', exact: true })
  await expect(off).toBeFocused()
  await keyboard.press('Space')
  await expect(off).toHaveAttribute('aria-checked', 'true')
  await page.getByRole('button', { name: 'Close the build pane' }).focus()
  await keyboard.press('Enter')
  await expect(buildOf(page)).toHaveCount(0)
})

test('a folder that is no project says what was looked for, and stays to be mended', async ({
  page,
}) => {
  await page.getByRole('button', { name: 'Driver project…' }).click()
  await expect(page.getByText('No project is open')).toBeVisible()
  await expectNoViolations(page, 'no project')
  await page.getByRole('button', { name: 'Open a project…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Folder' }).fill(join(tree.root, '..'))
  await dialog.getByRole('button', { name: 'Open this folder' }).click()
  await expect(dialog.getByRole('alert')).toContainText('no Makefile that sets KEXT_NAME')
  await dialog.getByRole('textbox', { name: 'Folder' }).fill(tree.root)
  await page.keyboard.press('Enter')
  await expect(driversOf(page)).toBeVisible()
})
