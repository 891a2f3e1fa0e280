import type { Page } from '@playwright/test'
import { join, resolve } from 'node:path'
import { brokenSource, smallTree, whyNoTree } from '../test/helpers/small-tree.ts'
import { withPictureHost } from './lib/picture-host.ts'

// Takes the pictures of docs/images from the built app, the demo guest and a small project, as a user would see them.

const top = resolve(import.meta.dirname, '..')
const images = join(top, 'docs', 'images')
await withPictureHost(images, async ({ browser, address, take }) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(address)
  await page.getByRole('button', { name: /Demo guest/ }).click()
  await page.getByRole('treegrid', { name: 'IOService plane' }).waitFor()
  await loadSample(page, 'MyKext')

  await page.emulateMedia({ colorScheme: 'dark' })
  await take(page, 'report-dark')

  await page
    .getByRole('region', { name: 'What it changed' })
    .getByRole('button', { name: 'MyKext', exact: true })
    .click()
  await page.emulateMedia({ colorScheme: 'light' })
  await take(page, 'registry-light')

  await page.getByRole('tab', { name: 'Picture' }).click()
  await page.emulateMedia({ colorScheme: 'dark' })
  await take(page, 'picture-dark')

  await editWhatIf(page)
  await take(page, 'what-if-dark')
  await showMatching(page)
  await page.emulateMedia({ colorScheme: 'light' })
  await take(page, 'matching-light')

  await page.getByRole('button', { name: 'Turn off' }).click()

  await huntLeaks(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await take(page, 'leak-hunt-dark')
  await close(page)

  // After this the registry does not come to rest any more.
  await unloadHeldOpen(page)
  await page.emulateMedia({ colorScheme: 'light' })
  await take(page, 'held-open-light')
  await close(page)

  if (whyNoTree === null) {
    await withBuiltProject(page, () => take(page, 'project-light'))
  } else process.stdout.write(`no picture of a project: ${whyNoTree}\n`)
})

async function loadSample(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Load kext…' }).click()
  await page.getByRole('button', { name: new RegExp(`^${name}\\.kext`) }).click()
  await page.getByRole('button', { name: 'Plan push and load…' }).click()
  await page.getByRole('button', { name: new RegExp(`^Push and load ${name}\\.kext`) }).click()
  await reported(page)
}

async function reported(page: Page): Promise<void> {
  await page.getByRole('article', { name: 'Report' }).waitFor({ timeout: 60_000 })
}

async function close(page: Page): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
}

async function openKext(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name: 'Kexts' }).click()
  await page.getByRole('textbox', { name: 'Filter kexts' }).fill(name)
  await page.getByRole('row', { name: new RegExp(`contrib\\.${name}`) }).click()
  await page.getByRole('region', { name: `Kext io.darwinos.contrib.${name}` }).waitFor()
}

async function unloadHeldOpen(page: Page): Promise<void> {
  await loadSample(page, 'HeldOpen')
  await close(page)
  await openKext(page, 'HeldOpen')
  await page.getByRole('button', { name: 'Unload…' }).click()
  await page.getByRole('button', { name: /^Unload io\.darwinos\.contrib\.HeldOpen/ }).click()
  await reported(page)
}

async function huntLeaks(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Load kext…' }).click()
  await page.getByRole('button', { name: /^LeaksMemory\.kext/ }).click()
  await page.getByRole('radio', { name: /^Push only/ }).check()
  await page.getByRole('button', { name: 'Plan a push only…' }).click()
  await page.getByRole('button', { name: /^Push LeaksMemory/ }).click()
  await reported(page)
  await close(page)
  await page.getByRole('button', { name: 'Capture', exact: true }).click()
  await openKext(page, 'LeaksMemory')
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Hunt leaks…' }).click()
  await page.getByRole('button', { name: 'Plan the hunt…' }).click()
  const go = page.getByRole('button', { name: /^Hunt leaks of/ })
  await go.waitFor()
  for (const box of await page.getByRole('checkbox').all()) await box.check()
  await go.click()
  await reported(page)
}

async function withBuiltProject(page: Page, look: () => Promise<void>): Promise<void> {
  const tree = smallTree()
  try {
    tree.make()
    tree.write(brokenSource)
    await page.getByRole('radio', { name: 'Project' }).click()
    await page.getByRole('button', { name: 'Open a project…' }).click()
    await page.getByRole('textbox', { name: 'Folder' }).fill(tree.root)
    await page.getByRole('button', { name: 'Open this folder' }).click()
    await page.getByRole('button', { name: 'Build', exact: true }).click()
    await page.getByRole('listbox', { name: 'Messages of the build' }).waitFor()
    await page.getByRole('group', { name: /^Source of/ }).waitFor()
    await look()
  } finally {
    tree.remove()
  }
}

async function editWhatIf(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Kexts' }).click()
  await page.getByRole('textbox', { name: 'Filter kexts' }).fill('8254X')
  await page.getByRole('button', { name: 'Intel82574L', exact: true }).click()
  await page.getByRole('button', { name: 'Edit as what-if' }).click()
  const editor = page.getByRole('region', { name: 'What-if Intel82574L' })
  await editor.getByLabel('Value of IOPCIPrimaryMatch').fill('0x100f8086')
  await editor.getByRole('region', { name: 'Wins' }).waitFor()
}

async function showMatching(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Done editing' }).click()
  await page.getByRole('radio', { name: 'Registry' }).click()
  await page.getByRole('combobox', { name: 'Filter the registry' }).fill('S10')
  await page.getByRole('row', { name: /^S10/ }).click()
  await page.getByRole('tab', { name: 'Matching' }).click()
  const other = page.getByRole('button', { name: /^AppleIntel8254XEthernet/, expanded: false })
  await other.first().click()
}
