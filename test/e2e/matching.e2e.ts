import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator, type Page, type TestInfo } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import { dropFile } from '../helpers/open-in-window.ts'
import { shareDemoGuest } from '../helpers/shared-demo.ts'

// Which driver matches which service, and why, on the demo guest's registry.

shareDemoGuest()

const treeOf = (page: Page) => page.getByRole('treegrid', { name: 'IOService plane' })
const inspectorOf = (page: Page) => page.getByRole('region', { name: 'Inspector' })
const bannerOf = (page: Page) => page.getByRole('region', { name: 'What-if', exact: true })

/** Selects an entry by what the filter finds, and shows its Matching tab. */
async function showMatching(page: Page, filter: string, row: RegExp): Promise<Locator> {
  await page.getByRole('combobox', { name: 'Filter the registry' }).fill(filter)
  await treeOf(page).getByRole('row', { name: row }).first().click()
  await page.getByRole('tab', { name: 'Matching' }).click()
  return inspectorOf(page).getByRole('tabpanel')
}

/** The PCI device of the demo guest's network card. */
const showCard = (page: Page) => showMatching(page, 'S10', /^S10/)

async function editOther(page: Page): Promise<Locator> {
  await page.getByRole('radio', { name: 'Kexts' }).click()
  await page.getByRole('textbox', { name: 'Filter kexts' }).fill('8254X')
  await page.getByRole('button', { name: 'Intel82574L', exact: true }).click()
  const about = page.getByRole('region', { name: 'Personality Intel82574L' })
  await expect(about).toContainText('matches nothing')
  await about.getByRole('button', { name: 'Edit as what-if' }).click()
  return page.getByRole('region', { name: 'What-if Intel82574L' })
}

test('a service lists its drivers: who runs, and who misses by which key', async ({ page }) => {
  const tab = await showCard(page)
  const category = tab.getByRole('list', { name: 'Category IODefaultMatchCategory' })
  const winner = category.getByRole('listitem').first()
  await expect(winner).toContainText('AppleIntel8254XEthernet')
  await expect(winner).toContainText('runs as')
  await expect(winner).toContainText('1,000')

  await tab.getByRole('radio', { name: /^Near misses/ }).click()
  const miss = category.getByRole('listitem').filter({ hasText: 'Intel82574L' }).first()
  await expect(miss).toContainText('IOPCIPrimaryMatch does not hold')
  const row = miss.getByRole('button', { name: /Intel82574L/ })
  await row.click()
  await expect(row).toHaveAttribute('aria-expanded', 'true')
  const first = miss.getByRole('list', { name: 'Keys' }).getByRole('listitem').first()
  await expect(first).toContainText('fails')
  await expect(first).toContainText('wanted')
  await expect(first).toContainText('0x10d38086 0x10f68086')
  await expect(first).toContainText('found')
  await expect(first).toContainText('0x100f8086')
})

test('from a service to a personality, to a service it misses, and back by its driver', async ({
  page,
}) => {
  const tab = await showCard(page)
  await tab.getByRole('button', { name: /AppleIntel8254XEthernet/, expanded: false }).click()
  await tab.getByRole('button', { name: 'Personality', exact: true }).click()
  const about = page.getByRole('region', { name: 'Personality AppleIntel8254XEthernet' })
  await expect(about).toContainText('runs on 1')
  const matches = about.getByRole('list', { name: 'Services it matches' })
  await expect(matches).toContainText('S10@2')
  const misses = about.getByRole('list', { name: 'Nearest misses' })
  await expect(misses).toContainText('one key away')
  await misses.getByRole('button', { name: 'S00@0' }).click()
  await expect(inspectorOf(page).getByRole('heading', { name: 'S00' })).toBeVisible()
  // The tab stays, now of the other service.
  await expect(page.getByRole('tab', { name: 'Matching' })).toHaveAttribute('data-state', 'active')

  await showCard(page)
  const client = inspectorOf(page).getByRole('tabpanel')
  await client.getByRole('button', { name: 'AppleIntel8254XEthernet', exact: true }).click()
  const driver = page.getByRole('region', { name: 'How this driver came here' })
  await expect(driver).toContainText('1,000, its own')
  await expect(driver).toContainText('com.apple.driver.AppleIntel8254XEthernet')
  await driver.getByRole('button', { name: /^S10/ }).click()
  await expect(inspectorOf(page).getByRole('heading', { name: 'S10' })).toBeVisible()
})

test('a USB driver’s score is told as its own and its family’s points', async ({ page }) => {
  await showMatching(page, 'AppleUSBHostCompositeDevice', /AppleUSBHostCompositeDevice/)
  const driver = page.getByRole('region', { name: 'How this driver came here' })
  await expect(driver).toContainText('50,000 = 0 own + 50,000 USB device')
})

test('an edit as what-if wins at once, the guest stays as it is, and it can be undone', async ({
  page,
}) => {
  const editor = await editOther(page)
  await expect(bannerOf(page)).toContainText(
    'What-if: 1 personality edited – the guest is not touched.',
  )
  await expect(editor.getByRole('region', { name: 'Result' })).toContainText('None of the 12')
  const key = editor.locator('input[value="CFBundleIdentifier"]')
  expect(await key.evaluate(input => input.scrollWidth <= input.clientWidth)).toBe(true)
  await editor.getByLabel('Value of IOPCIPrimaryMatch').fill('0x100f8086')
  await editor.getByLabel('Value of IOProbeScore').fill('5000')
  const wins = editor.getByRole('region', { name: 'Wins' })
  await expect(wins).toContainText('S10@2')
  await expect(wins).toContainText('against 1,000 of AppleIntel8254XEthernet')
  await expect(wins).toContainText('did not match before')
  await expect(editor.getByRole('textbox', { name: 'Personality as XML' })).toHaveValue(
    /<integer>5000<\/integer>/,
  )
  await expect(bannerOf(page)).toContainText('wins 1')

  await bannerOf(page).getByRole('button', { name: 'Done editing' }).click()
  await page.getByRole('radio', { name: 'Registry' }).click()
  const tab = await showCard(page)
  const first = tab
    .getByRole('list', { name: /^Category/ })
    .getByRole('listitem')
    .first()
  await expect(first).toContainText('Intel82574L')
  await expect(first).toContainText('would start in place of')
  await expect(first).toContainText('what-if')

  await bannerOf(page).getByRole('button', { name: 'Turn off' }).click()
  await expect(bannerOf(page)).toHaveCount(0)
  await expect(first).toContainText('AppleIntel8254XEthernet')
  await expect(first).toContainText('runs as')
})

test('XML is checked as it is typed: a mistake has its line, a misspelt key its likely one', async ({
  page,
}) => {
  const editor = await editOther(page)
  const xml = editor.getByRole('textbox', { name: 'Personality as XML' })
  const before = await xml.inputValue()
  await xml.fill(before.replace('</integer>', ''))
  await expect(editor).toContainText(/Expected .* in line 10, column \d+/)
  await xml.fill(before.replace('IOPCIPrimaryMatch', 'IOPCIPrimaryMach'))
  await expect(editor).toContainText('probably IOPCIPrimaryMatch is meant')
  // Without its key it matches every device of the class.
  await expect(editor.getByRole('region', { name: 'Wins' })).toContainText('S10@2')
  await editor.getByRole('button', { name: 'Back to the original' }).click()
  await expect(xml).toHaveValue(before)
})

test('an Info.plist that is dropped is tried, and what it would do is told at once', async ({
  page,
}, info) => {
  await dropFile(page, join(bundleIn(info), 'Info.plist'))
  await expect(bannerOf(page)).toContainText('What-if: 1 personality added')
  await expect(bannerOf(page)).toContainText('wins 1')
  const editor = page.getByRole('region', { name: 'What-if Mine' })
  await expect(editor.getByRole('region', { name: 'Wins' })).toContainText('alone in its category')
  await bannerOf(page).getByRole('button', { name: 'Done editing' }).click()
  const tab = await showCard(page)
  await expect(tab.getByRole('list', { name: 'Category org_example_Mine' })).toContainText(
    'would start',
  )
})

// Its title becomes a part of the path, and a browser in the C locale drags no other paths than ASCII.
test('the folder of a bundle is dropped on the window like a file', async ({ page }, info) => {
  const path = bundleIn(info)
  // As the system drags it: a page's own script can make no folder.
  const cdp = await page.context().newCDPSession(page)
  const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    cdp.send('Input.dispatchDragEvent', {
      type,
      x: 400,
      y: 400,
      data: { items: [], files: [path], dragOperationsMask: 1 },
    })
  await send('dragEnter')
  await send('dragOver')
  await expect(page.getByText(/^Drop a registry dump/)).toBeVisible()
  // A drop is handed over only where the browser knows by then that the page takes it.
  await send('dragOver')
  await send('drop')
  await expect(bannerOf(page)).toContainText('What-if: 1 personality added')
  await expect(page.getByRole('region', { name: 'What-if Mine' })).toContainText('org.example.Mine')
})

test('a bundle that is to be loaded is tried first', async ({ page }) => {
  await page.getByRole('button', { name: 'Load kext…' }).click()
  await page.getByRole('button', { name: /^MyKext\.kext/ }).click()
  const sheet = page.getByRole('dialog')
  await expect(sheet.getByRole('region', { name: 'Lint' })).toBeVisible()
  await sheet.getByRole('button', { name: /^See what they would match/ }).click()
  await expect(sheet).toHaveCount(0)
  const editor = page.getByRole('region', { name: /^What-if / })
  await expect(editor.getByRole('region', { name: 'Wins' })).toContainText('IOResources')
})

test('a bundle of this machine is added by its path, and its edit is saved beside everything else', async ({
  page,
}, info) => {
  await page.getByRole('radio', { name: 'Kexts' }).click()
  await page.getByRole('button', { name: 'Add what-if bundle…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a bundle to what-if' })
  await expect(dialog.getByRole('group')).toBeVisible()
  await dialog.getByRole('textbox').fill('not there.kext')
  await dialog.getByRole('textbox').press('Enter')
  const said = dialog.getByRole('alert')
  await expect(said).toContainText(join(homedir(), 'not there.kext'))
  await dialog.getByRole('textbox').fill(bundleIn(info))
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog).toHaveCount(0)
  await bannerOf(page).getByRole('button', { name: 'Done editing' }).click()
  await bannerOf(page).getByRole('button', { name: 'Personalities' }).click()
  await page.getByRole('menuitem', { name: /^Mine/ }).click()
  const editor = page.getByRole('region', { name: 'What-if Mine' })
  await editor.getByLabel('Value of IOProbeScore').fill('0x7d0')
  await editor.getByRole('button', { name: 'Save as Info.plist…' }).click()
  const saving = page.getByRole('dialog', { name: 'Save as Info.plist' })
  const target = info.outputPath('saved.plist')
  // The stem is selected: who types a whole path over it gets its ending once.
  const name = saving.getByRole('textbox', { name: 'Name' })
  await expect(name).toBeFocused()
  await page.keyboard.type(target)
  await expect(name).toHaveValue(target)
  await saving.getByRole('button', { name: 'Save', exact: true }).click()
  const saved = page.getByRole('dialog', { name: 'Info.plist saved' })
  await saved.getByRole('button', { name: 'Done' }).click()
  const text = readFileSync(target, 'utf8')
  expect(text).toContain('<integer>2000</integer>')
  expect(text).toContain('<string>org.example.Mine</string>')
  expect(text.indexOf('IOClass')).toBeLessThan(text.indexOf('IOProviderClass'))
  expect(text).not.toContain('a comment')
})

test('a driver is drafted for a service, and its files are written', async ({ page }, info) => {
  const tab = await showCard(page)
  await tab.getByRole('button', { name: 'New driver…' }).click()
  const sheet = page.getByRole('dialog', { name: 'New driver for S10@2' })
  await expect(sheet).toContainText('It would be started')
  await sheet.getByRole('textbox', { name: 'Name' }).fill('my-card')
  await expect(sheet.getByRole('tab', { name: 'my_card.cpp' })).toBeVisible()
  await sheet.getByRole('tab', { name: 'Info.plist' }).click()
  await expect(sheet.getByRole('tabpanel')).toContainText('IOPCIMatch')
  await sheet.getByRole('button', { name: 'Choose folder…' }).click()
  const folder = info.outputPath('my-card')
  await sheet.getByRole('textbox', { name: 'Folder' }).fill(folder)
  await sheet.getByRole('button', { name: /^Write \d files/ }).click()
  await expect(sheet).toContainText('files were written')
  expect(readFileSync(join(folder, 'my_card.cpp'), 'utf8')).toContain('registerService()')
  await sheet.getByRole('button', { name: /^See what it would match/ }).click()
  await expect(page.getByRole('region', { name: /^What-if MyCard/ })).toContainText('S10@2')
})

test('a draft that cannot be made says why, and one that waits for another does not promise to start', async ({
  page,
}) => {
  const tab = await showCard(page)
  await tab.getByRole('button', { name: 'New driver…' }).click()
  const sheet = page.getByRole('dialog', { name: 'New driver for S10@2' })
  // It opens before there is a plan, and still begins at the first field.
  await expect(sheet.getByRole('textbox', { name: 'Name' })).toBeFocused()
  const promise = sheet.getByText('It would be started on this capture')
  await expect(promise).toBeVisible()
  const tabs = await sheet
    .getByRole('tab')
    .evaluateAll(all => all.map(each => each.getBoundingClientRect().top))
  expect(new Set(tabs).size, 'all files in one row').toBe(1)

  await sheet.getByRole('textbox', { name: 'Name' }).fill('1st')
  await expect(sheet.getByRole('alert')).toHaveText('The name “1st” must begin with a letter.')
  await expect(promise).toHaveCount(0)
  await expect(sheet.getByRole('button', { name: 'Choose folder…' })).toBeDisabled()
  await sheet.getByRole('textbox', { name: 'Name' }).fill('')
  await expect(promise).toBeVisible()

  await sheet.getByLabel('Match category').selectOption('default-category')
  await expect(sheet).toContainText('the draft gets its turn when that driver is gone')
  await expect(sheet).toContainText('It would win once the running driver is gone')
  await expect(promise).toHaveCount(0)
})

test('a folder that is typed by its name alone is one of the folder that is shown', async ({
  page,
}, info) => {
  const tab = await showCard(page)
  await tab.getByRole('button', { name: 'New driver…' }).click()
  const sheet = page.getByRole('dialog', { name: 'New driver for S10@2' })
  await sheet.getByRole('button', { name: 'Choose folder…' }).click()
  const folder = sheet.getByRole('textbox', { name: 'Folder' })
  const shown = info.outputPath()
  mkdirSync(shown, { recursive: true })
  while ((await folder.inputValue()) !== '/') {
    await sheet.getByRole('group').getByRole('button').first().click()
    await expect(sheet.getByRole('group')).toHaveAttribute('aria-label', await folder.inputValue())
  }
  for (const name of shown.split('/').slice(1)) {
    await sheet.getByRole('group').getByRole('button', { name, exact: true }).click()
  }
  await expect(sheet.getByRole('group')).toHaveAttribute('aria-label', shown)
  await folder.fill('mine')
  await folder.press('Enter')
  await expect(sheet).toContainText('files were written')
  expect(readFileSync(join(shown, 'mine', 'Makefile'), 'utf8')).toContain('KEXT_NAME')
})

test('a window of the smallest size reaches every personality, and says why a form waits', async ({
  page,
}, info) => {
  await page.setViewportSize({ width: 900, height: 600 })
  const path = join(bundleIn(info), 'Info.plist')
  const one = /<key>Mine<\/key>\s*<dict>[^]*?<\/dict>/.exec(infoPlist)![0]
  const many = Array.from({ length: 20 }, (_, index) =>
    one.replace('Mine', `A driver with a name that is as long as some are, number ${index}`),
  )
  writeFileSync(path, infoPlist.replace(one, many.join('\n')))
  await dropFile(page, path)
  await expect(bannerOf(page)).toContainText('What-if: 20 personalities added')
  await bannerOf(page).getByRole('button', { name: 'Personalities' }).click()
  const menu = await page.getByRole('menu').boundingBox()
  expect(menu!.y + menu!.height).toBeLessThanOrEqual(600)
  await page.getByRole('menuitem', { name: 'Add a bundle…' }).click()
  await page.getByRole('dialog', { name: 'Add a bundle to what-if' }).press('Escape')

  const editor = page.getByRole('region', { name: /^What-if A driver/ })
  await editor.getByRole('radio', { name: 'XML' }).click()
  const xml = editor.getByRole('textbox', { name: 'Personality as XML' })
  await xml.fill((await xml.inputValue()).replace('</key>', ''))
  await editor.getByRole('radio', { name: 'Form' }).click()
  await expect(editor).toContainText('the form waits until it is mended')
})

test('reasons, a personality and the way back are reached without a pointer', async ({ page }) => {
  const tab = await showCard(page)
  await page.getByRole('tab', { name: 'Matching' }).focus()
  const row = tab.getByRole('button', { name: /AppleIntel8254XEthernet/, expanded: false })
  await press(page, 'Tab', row)
  await page.keyboard.press('Enter')
  await press(page, 'Tab', tab.getByRole('button', { name: 'Personality', exact: true }))
  await page.keyboard.press('Enter')
  const about = page.getByRole('region', { name: 'Personality AppleIntel8254XEthernet' })
  await expect(about).toBeFocused()
  await press(page, 'Tab', about.getByRole('button', { name: 'Edit as what-if' }))
  await page.keyboard.press('Enter')
  const editor = page.getByRole('region', { name: 'What-if AppleIntel8254XEthernet' })
  await expect(editor).toBeFocused()
  await press(page, 'Tab', editor.getByLabel('Value of IOProbeScore'))
  await page.keyboard.type('0')
  await expect(bannerOf(page)).toContainText('wins 1')
})

test('the address leads to the tab again', async ({ page }) => {
  await showCard(page)
  await expect(page).toHaveURL(/tab=matching/)
  await page.reload()
  await expect(inspectorOf(page).getByRole('list', { name: /^Category/ })).toBeVisible()
})

test('every part of it is as accessible as axe can tell, in both themes', async ({ page }) => {
  const tab = await showCard(page)
  await tab.getByRole('radio', { name: /^All/ }).click()
  await tab.getByRole('button', { name: /Intel82574L/, expanded: false }).click()
  await expectNoViolations(page, 'the Matching tab')
  await tab.getByRole('button', { name: 'Personality', exact: true }).click()
  await page
    .getByRole('button', { name: /IOPCIPrimaryMatch/, expanded: false })
    .first()
    .click()
  await expectNoViolations(page, 'the personality')
  await page.getByRole('button', { name: 'Kext', exact: true }).click()
  await expect(page.getByText('runs on 1')).toBeVisible()
  await expectNoViolations(page, 'the kext')
  const editor = await editOther(page)
  await editor.getByLabel('Value of IOPCIPrimaryMatch').fill('0x100f8086')
  await expect(
    editor.getByRole('region', { name: 'Loses' }).or(editor.getByRole('region', { name: 'Wins' })),
  ).toBeVisible()
  await expectNoViolations(page, 'the what-if editor')
  await bannerOf(page).getByRole('button', { name: 'Done editing' }).click()
  await page.getByRole('button', { name: 'Add what-if bundle…' }).click()
  await expectNoViolations(page, 'adding a bundle')
  await page.keyboard.press('Escape')
  await page.getByRole('radio', { name: 'Registry' }).click()
  await page.getByRole('button', { name: 'New driver…' }).click()
  await expect(page.getByRole('dialog')).toContainText('It would be started')
  await expectNoViolations(page, 'drafting a driver')
})

/** Presses a key until something has the focus. */
async function press(page: Page, key: string, until: Locator): Promise<void> {
  // Else the focus goes past its place while that is still empty, and once around the window.
  await expect(until).toBeVisible()
  for (let times = 0; times < 40; times++) {
    await page.keyboard.press(key)
    if (await until.evaluate(element => element === document.activeElement)) return
  }
  throw new Error('it never got the focus')
}

function bundleIn(info: TestInfo): string {
  const folder = info.outputPath('Mine.kext')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'Info.plist'), infoPlist)
  return folder
}

const infoPlist = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<!-- a comment -->
	<key>CFBundleIdentifier</key>
	<string>org.example.Mine</string>
	<key>CFBundlePackageType</key>
	<string>KEXT</string>
	<key>CFBundleVersion</key>
	<string>1.0</string>
	<key>IOKitPersonalities</key>
	<dict>
		<key>Mine</key>
		<dict>
			<key>CFBundleIdentifier</key>
			<string>org.example.Mine</string>
			<key>IOClass</key>
			<string>org_example_Mine</string>
			<key>IOProviderClass</key>
			<string>IOPCIDevice</string>
			<key>IOPCIMatch</key>
			<string>0x100f8086</string>
			<key>IOMatchCategory</key>
			<string>org_example_Mine</string>
			<key>IOProbeScore</key>
			<integer>1</integer>
		</dict>
	</dict>
</dict>
</plist>
`
