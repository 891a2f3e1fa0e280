import { chromium, type Page } from '@playwright/test'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findChromium, isRootOnLinux } from './lib/prepare.mjs'

// Takes the pictures of docs/images from the built app and the demo guest, as a user would see them.

const top = resolve(import.meta.dirname, '..')
const images = join(top, 'docs', 'images')
const executablePath = findChromium()
if (!executablePath) throw new Error('the pictures need a Chromium; npm test installs one')

const settings = mkdtempSync(join(tmpdir(), 'kextant-pictures-'))
const host = spawn(process.execPath, [join(top, 'out', 'main', 'web.js'), '--allow-changes'], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, KEXTANT_SETTINGS: settings },
})
const address = await new Promise<string>(done => {
  host.on('message', message => {
    const { kind, address: given } = message as { kind?: string; address?: string }
    if (kind === 'address') done(given!)
  })
})
const browser = await chromium.launch({
  executablePath,
  args: [...(isRootOnLinux ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-quic'],
})

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(address)
  await page.getByRole('button', { name: /Demo guest/ }).click()
  await page.getByRole('treegrid', { name: 'IOService plane' }).waitFor()
  await loadSample(page)

  await page.emulateMedia({ colorScheme: 'dark' })
  await take(page, 'report-dark')

  await page
    .getByRole('button', { name: /Show MyKext in the tree/ })
    .first()
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
} finally {
  await browser.close()
  host.kill('SIGTERM')
  rmSync(settings, { recursive: true, force: true })
}

async function loadSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Load kext…' }).click()
  await page.getByRole('button', { name: /^MyKext\.kext/ }).click()
  await page.getByRole('button', { name: 'Plan push and load…' }).click()
  await page.getByRole('button', { name: /^Push and load MyKext\.kext/ }).click()
  await page.getByRole('article', { name: 'Report' }).waitFor({ timeout: 60_000 })
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
  await page.getByRole('textbox', { name: 'Filter by name or class' }).fill('S10')
  await page.getByRole('row', { name: /^S10/ }).click()
  await page.getByRole('tab', { name: 'Matching' }).click()
  const other = page.getByRole('button', { name: /^AppleIntel8254XEthernet/, expanded: false })
  await other.first().click()
}

async function take(page: Page, name: string): Promise<void> {
  // No row under the pointer, the fonts, and the last transition.
  await page.mouse.move(1, 1)
  await page.evaluate('document.fonts.ready')
  await page.waitForTimeout(400)
  await page.screenshot({ path: join(images, `${name}.png`) })
  process.stdout.write(`docs/images/${name}.png\n`)
}
