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

/** How fast a watch sees what happens in the guest depends on the machine. */
const whenSeen = { timeout: 60_000 }

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
  [
    'scope',
    async page => {
      await entry(page, 'AppleACPIPCI')
      await page.keyboard.press('Control+d')
      await page.getByRole('treegrid').first().focus()
      await page.keyboard.press('Control+ArrowDown')
      await page.getByRole('region', { name: 'What is shown' }).waitFor()
    },
  ],
  [
    'bookmarks',
    async page => {
      await page.keyboard.press('Escape')
      for (const name of ['IOPMrootDomain', 'AppleIntel8254XEthernet']) {
        await entry(page, name)
        await page.keyboard.press('Control+d')
      }
      await page.getByRole('button', { name: 'Bookmarks' }).click()
      await page.getByRole('menuitem', { name: 'Arrange bookmarks…' }).waitFor()
    },
  ],
  [
    'colour-rules',
    async page => {
      await page.keyboard.press('Escape')
      await rule(page, 'PCI', 'class:IOPCIDevice', 'Blue')
      await rule(page, 'User clients', 'class:IOUserClient', 'Amber')
      await rule(page, 'Not registered', 'state:!registered', 'Red')
      await filterMenu(page, 'Colour rules…')
    },
  ],
  [
    'colours',
    async page => {
      await page.getByRole('dialog', { name: 'Colour rules' }).press('Escape')
      await entry(page, 'AppleIntel8254XEthernet')
    },
  ],
  [
    'saved-filters',
    async page => {
      for (const [name, text] of [
        ['PCI devices', 'class:IOPCIDevice'],
        ['Not matched', 'state:!matched'],
        ['Busy', 'busy > 0'],
      ] as const) {
        await filter(page, text)
        await filterMenu(page, 'Save this filter…')
        const save = page.getByRole('dialog', { name: 'Save this filter' })
        await save.getByRole('textbox', { name: 'Name' }).fill(name)
        await page.keyboard.press('Enter')
        await save.waitFor({ state: 'detached' })
      }
      await filter(page, '')
      await filterMenu(page, 'Saved filters…')
      await page
        .getByRole('dialog', { name: 'Saved filters' })
        .getByText(/^Finds/)
        .waitFor()
    },
  ],
  [
    'service-tree',
    async page => {
      await page.getByRole('dialog', { name: 'Saved filters' }).press('Escape')
      await picture(page, 'Service tree')
    },
  ],
  ['stack', async page => picture(page, 'Stack')],
  ['kext-graph', async page => picture(page, 'Kext graph')],
  ['map', async page => picture(page, 'Registry map')],
  ['map-kexts', async page => page.getByRole('radio', { name: 'Kext', exact: true }).click()],
  ['power', async page => picture(page, 'Power plane')],
  [
    'watch',
    async page => {
      await view(page, 'Registry')
      await page.getByRole('button', { name: 'Watch', exact: true }).click()
      await page.getByRole('button', { name: /^Watch: every .* of the guest/ }).waitFor()
      const seen = page.getByRole('grid', { name: 'Changes' })
      await load(page, 'MyKext')
      await seen.getByRole('row', { name: /MyKext new/ }).waitFor(whenSeen)
      await unload(page, 'MyKext')
      await seen.getByRole('row', { name: /MyKext gone/ }).waitFor(whenSeen)
      await load(page, 'MyFamily')
      await load(page, 'UsesFamily')
      await view(page, 'Registry')
      await seen.getByRole('row', { name: /UsesFamily new/ }).waitFor(whenSeen)
      await seen.getByRole('row', { name: /UsesFamily new/ }).click()
    },
  ],
  [
    'time-strip',
    async page => {
      await page.getByRole('button', { name: /^Watch: / }).click()
      await page.getByRole('menuitem', { name: /^Stop/ }).click()
      await page
        .getByRole('region', { name: 'Time' })
        .getByRole('button', { name: /^Time/ })
        .click()
      await page.getByRole('slider', { name: 'Snapshot' }).waitFor()
      await page.getByRole('button', { name: /^Purge \d+ gone/ }).click()
    },
  ],
  [
    'compare-with',
    async page => {
      await page
        .getByRole('region', { name: 'Time' })
        .getByRole('button', { name: /^Time/ })
        .click()
      await view(page, 'Changes')
      await page.getByRole('button', { name: /^Before:/ }).click()
      await page.getByRole('option').first().waitFor()
    },
  ],
  [
    'changes',
    async page => {
      // The first of all.
      await page.getByRole('group', { name: 'This session' }).getByRole('option').last().click()
      await page
        .getByRole('button', { name: 'Compare', exact: true })
        .click({ timeout: 2000 })
        .catch(() => undefined)
      await page.getByRole('treegrid', { name: 'Changes' }).waitFor()
      await page.waitForTimeout(1000)
    },
  ],
  [
    'comparison',
    async page => {
      await view(page, 'Registry')
      await page
        .getByRole('row', { name: /^UsesFamily/ })
        .first()
        .click()
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

async function filterMenu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Saved filters and colour rules' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

async function rule(page: Page, name: string, text: string, colour: string): Promise<void> {
  await filterMenu(page, 'Colour rules…')
  const dialog = page.getByRole('dialog', { name: 'Colour rules' })
  await dialog.getByRole('button', { name: 'New rule' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByRole('combobox', { name: 'Filter' }).fill(text)
  await dialog.getByRole('radio', { name: colour }).check()
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

async function load(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Load kext…' }).click()
  await page.getByRole('button', { name: new RegExp(`^${name}\\.kext`) }).click()
  await page.getByRole('button', { name: 'Plan push and load…' }).click()
  await page.getByRole('button', { name: new RegExp(`^Push and load ${name}\\.kext`) }).click()
  await reported(page)
}

async function unload(page: Page, name: string): Promise<void> {
  await view(page, 'Kexts')
  await page.getByRole('textbox', { name: 'Filter kexts' }).fill(name)
  await page.getByRole('row', { name: new RegExp(`contrib\\.${name}`) }).click()
  await page.getByRole('region', { name: `Kext io.darwinos.contrib.${name}` }).waitFor()
  await page.getByRole('button', { name: 'Unload…' }).click()
  await page.getByRole('button', { name: new RegExp(`^Unload .*${name}`) }).click()
  await reported(page)
  await page.getByRole('textbox', { name: 'Filter kexts' }).fill('')
  await view(page, 'Registry')
}

/** What an action came to stands in the dialog. */
async function reported(page: Page): Promise<void> {
  await page.getByRole('article', { name: 'Report' }).waitFor({ timeout: 60_000 })
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
}
