import type { Page } from '@playwright/test'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { withPictureHost } from './lib/picture-host.ts'

/**
 * Takes the pictures of docs/gallery.md: each part of the window on the demo guest, in the light and in the dark.
 *
 *   npm run gallery                                     into docs/images/gallery, 1280 × 800
 *   npm run gallery -- --size=2560x1440 --out=FOLDER    to look at
 *   npm run gallery -- --only=map                       those whose name has this
 */
const option = (name: string) =>
  process.argv.find(word => word.startsWith(`--${name}=`))?.slice(name.length + 3)
const [width = 1280, height = 800] = (option('size') ?? '1280x800').split('x').map(Number)
const images = resolve(
  option('out') ?? join(import.meta.dirname, '..', 'docs', 'images', 'gallery'),
)
const only = option('only') ?? ''
mkdirSync(images, { recursive: true })

/** In this order: each begins where the one before has ended. */
const scenes: readonly (readonly [name: string, show: (page: Page) => Promise<void>])[] = [
  [
    'filter',
    async page => {
      await view(page, 'Registry')
      await filter(page, 'class:IOPCIDevice and state:registered')
      await page.getByRole('row', { name: /^S10/ }).click()
    },
  ],
  [
    'completion',
    async page => {
      await filter(page, '')
      const field = page.locator('#filter')
      await field.focus()
      await field.pressSequentially('class:IOUSB')
      await page.getByRole('listbox').waitFor()
    },
  ],
  [
    'columns',
    async page => {
      await filter(page, '')
      await entry(page, 'AppleIntel8254XEthernet')
      await page.keyboard.press('Control+b')
      await page.waitForTimeout(500)
    },
  ],
  [
    'decoder',
    async page => {
      await page.keyboard.press('Control+b')
      await entry(page, 'AppleIntel8254XEthernet')
      await page.getByRole('tab', { name: 'Properties' }).click()
      await page.getByRole('row', { name: /^IOMACAddress/ }).click()
    },
  ],
  ['state', async page => page.getByRole('tab', { name: 'State' }).click()],
  ['service-tree', async page => picture(page, 'Service tree')],
  ['stack', async page => picture(page, 'Stack')],
  ['kext-graph', async page => picture(page, 'Kext graph')],
  ['map', async page => picture(page, 'Registry map')],
  ['power', async page => picture(page, 'Power plane')],
  [
    'changes',
    async page => {
      await loadMyKext(page)
      await view(page, 'Changes')
      await page.getByRole('button', { name: 'Compare', exact: true }).click()
      await page.waitForTimeout(2500)
    },
  ],
  [
    'palette',
    async page => {
      await view(page, 'Registry')
      await page.keyboard.press('Control+k')
      await page.keyboard.type('cap')
      await page.getByRole('option').first().waitFor()
    },
  ],
  [
    'redaction',
    async page => {
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /^Target/ }).click()
      await page.getByRole('menuitem', { name: 'Share redacted…' }).click()
      await page.getByRole('grid', { name: 'Values that are replaced' }).waitFor()
    },
  ],
]

await withPictureHost(images, async ({ browser, address, take }) => {
  const page = await browser.newPage({ viewport: { width, height } })
  page.setDefaultTimeout(20_000)
  await page.goto(address)
  await both(page, take, 'connect')
  await page.getByRole('button', { name: /Demo guest/ }).click()
  await page.getByRole('treegrid', { name: 'IOService plane' }).waitFor()
  for (const [name, show] of scenes) {
    await show(page)
    await both(page, take, name)
  }
})

async function both(
  page: Page,
  take: (page: Page, name: string) => Promise<void>,
  name: string,
): Promise<void> {
  if (!name.includes(only)) return
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await take(page, `${name}-${colorScheme}`)
  }
}

async function view(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name, exact: true }).click()
}

async function filter(page: Page, text: string): Promise<void> {
  await page.locator('#filter').fill(text)
  await page.waitForTimeout(600)
}

/** Goes to an entry as a user would: by its name in the palette. */
async function entry(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.keyboard.type(name)
  await page
    .getByRole('option', { name: new RegExp(`^${name}`) })
    .first()
    .click()
  await page.waitForTimeout(300)
}

async function picture(page: Page, name: string): Promise<void> {
  await view(page, 'Pictures')
  await page.getByRole('tab', { name }).click()
  await page.waitForTimeout(1200)
}

async function loadMyKext(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Load kext…' }).click()
  await page.getByRole('button', { name: /^MyKext\.kext/ }).click()
  await page.getByRole('button', { name: 'Plan push and load…' }).click()
  await page.getByRole('button', { name: /^Push and load MyKext\.kext/ }).click()
  await page.getByRole('article', { name: 'Report' }).waitFor({ timeout: 60_000 })
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
}
