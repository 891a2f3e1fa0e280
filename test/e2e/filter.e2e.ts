import { expect, test, type Page } from '@playwright/test'
import { expectNoViolations } from '../helpers/axe.ts'
import { shareDemoGuest } from '../helpers/shared-demo.ts'

shareDemoGuest()

const treeOf = (page: Page) => page.getByRole('treegrid', { name: 'IOService plane' })
const rowsOf = (page: Page, name: RegExp) => treeOf(page).getByRole('row', { name })
const fieldOf = (page: Page) => page.getByRole('combobox', { name: 'Filter the registry' })
const countOf = (page: Page) => page.getByRole('search', { name: 'Filter' }).getByRole('status')
const selectedIn = (page: Page) => treeOf(page).getByRole('row', { selected: true })

async function openMenu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Saved filters and colour rules' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

test('what is typed filters the tree: hits are counted, the way to them is there and dimmed', async ({
  page,
}) => {
  await page.keyboard.press('/')
  // While a class is half typed nothing is found yet, and the rows stay.
  await page.keyboard.type('class:IOPCIDev')
  await expect(countOf(page)).toHaveText('nothing matches yet')
  await expect(rowsOf(page, /^iMac14,2/)).toBeVisible()
  await page.keyboard.type('ice and state:registered')
  await expect(countOf(page)).toHaveText(/^12 of [\d,]+ in IOService$/)
  await expect(rowsOf(page, /^S10/)).toBeVisible()
  await expect(rowsOf(page, /^iMac14,2/)).toHaveClass(/dimmed/)
  await expect(rowsOf(page, /^S10/)).not.toHaveClass(/dimmed/)
  await expect(page).toHaveURL(/filter=class%3AIOPCIDevice\+and\+state%3Aregistered/)
  // What is below a hit can be reached.
  await rowsOf(page, /^S10/).click()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(selectedIn(page)).toHaveAttribute('aria-level', '7')
  await expect(selectedIn(page)).toHaveClass(/dimmed/)
})

test('the text is coloured by what its pieces are, exactly below the text of the field', async ({
  page,
}) => {
  await fieldOf(page).fill('class:IOPCIDevice and busy > 0')
  const kinds = page.locator('[data-token]')
  await expect(kinds.filter({ hasText: 'class:' }).first()).toHaveAttribute('data-token', 'field')
  await expect(kinds.filter({ hasText: 'and' }).first()).toHaveAttribute('data-token', 'keyword')
  const layouts = await page.evaluate(() => {
    const field = document.getElementById('filter')!
    const layer = field.previousElementSibling!
    const [a, b] = [field, layer].map(element => {
      const { fontFamily, fontSize, letterSpacing, fontVariantLigatures } =
        getComputedStyle(element)
      const { left, top, height } = element.getBoundingClientRect()
      return { fontFamily, fontSize, letterSpacing, fontVariantLigatures, left, top, height }
    })
    return { a, b }
  })
  expect(layouts.a).toEqual(layouts.b)
})

test('a suggestion is chosen and taken by keyboard, and Escape closes the list before it clears', async ({
  page,
}) => {
  const field = fieldOf(page)
  await field.click()
  await page.keyboard.type('class:IOPCI')
  const list = page.getByRole('listbox', { name: 'Suggestions' })
  await expect(list.getByRole('option').first()).toBeVisible()
  await expect(field).toHaveAttribute('aria-expanded', 'true')
  await expect(list.locator('b').first()).toHaveText('IOPCI')
  await expectNoViolations(page, 'suggestions')
  // Nothing is chosen at first, so that Enter is the field's own.
  await expect(list.getByRole('option', { selected: true })).toHaveCount(0)
  await page.keyboard.press('ArrowDown')
  const chosen = list.getByRole('option', { selected: true })
  await expect(chosen).toContainText('IOPCIDevice')
  await expect(field).toHaveAttribute('aria-activedescendant', (await chosen.getAttribute('id'))!)
  await page.keyboard.press('Tab')
  await expect(field).toHaveValue('class:IOPCIDevice')
  await expect(field).toBeFocused()
  await expect(list).toHaveCount(0)

  await page.keyboard.press('Control+Space')
  await expect(list).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(list).toHaveCount(0)
  await expect(field).toHaveValue('class:IOPCIDevice')
  await page.keyboard.press('Escape')
  await expect(field).toHaveValue('')
})

test('keys and values are suggested from the capture, and an operator after them', async ({
  page,
}) => {
  const field = fieldOf(page)
  await field.click()
  await page.keyboard.type('IOProviderC')
  const list = page.getByRole('listbox', { name: 'Suggestions' })
  await list.getByRole('option', { name: /^key IOProviderClass/ }).click()
  await expect(field).toHaveValue(/^IOProviderClass/)
  await page.keyboard.type(' == ')
  await expect(list.getByRole('option').first()).toContainText('value')
})

test('what does not read is underlined at its place and told below, and the hits of what stands before stay', async ({
  page,
}) => {
  const field = fieldOf(page)
  await field.fill('class:IOPCIDevice')
  await expect(countOf(page)).toHaveText(/^12 of/)
  await field.fill('class:IOPCIDevice and bsy:3')
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expect(page.locator('[data-problem]')).toHaveText('bsy:')
  const note = page.locator(`#${await field.getAttribute('aria-describedby')}`)
  await expect(note).toContainText('“bsy:” is no field of a filter')
  await expect(note).toContainText('Expected:')
  await expect(note).toContainText('Character 23')
  await expect(note).toBeVisible()
  await expect(countOf(page)).toHaveText(
    /^12 of .* · without the last term, which does not read yet$/,
  )
  await expect(rowsOf(page, /^S10/)).toBeVisible()
  await expectNoViolations(page, 'a filter that does not read')
  // A click in the tree meets the row that was aimed at: nothing has moved.
  await rowsOf(page, /^PCI0@0/).click()
  await expect(rowsOf(page, /^PCI0@0/)).toHaveAttribute('aria-selected', 'true')
  await expect(note).toBeHidden()
  await field.hover()
  await expect(note).toBeVisible()
})

test('Enter and F3 go from hit to hit, with Shift back, and the field keeps the focus', async ({
  page,
}) => {
  const field = fieldOf(page)
  await field.fill('class:IOPCIDevice')
  await field.press('Enter')
  await expect(selectedIn(page)).toHaveText(/^S00/)
  await expect(page.getByText('hit 1', { exact: true })).toBeVisible()
  await field.press('Enter')
  await expect(selectedIn(page)).toHaveText(/^S08/)
  await field.press('F3')
  await expect(page.getByText('hit 3', { exact: true })).toBeVisible()
  await field.press('Shift+Enter')
  await field.press('Shift+F3')
  await expect(selectedIn(page)).toHaveText(/^S00/)
  await expect(field).toBeFocused()
  // Around the end; and from the tree too.
  await field.press('Shift+F3')
  await expect(page.getByText('hit 12', { exact: true })).toBeVisible()
  await selectedIn(page).click()
  await page.keyboard.press('F3')
  await expect(selectedIn(page)).toHaveText(/^S00/)
})

test('a filter that is cleared leaves what was folded, and brings the selection into sight', async ({
  page,
}) => {
  const acpi = rowsOf(page, /^AppleACPIPlatformExpert/)
  await acpi.click()
  await page.keyboard.press('ArrowLeft')
  await expect(acpi).toHaveAttribute('aria-expanded', 'false')
  const resources = rowsOf(page, /^IOResources IOResources/)
  const field = fieldOf(page)
  await field.fill('class:IOPCIDevice')
  await field.press('Enter')
  await field.fill('IOResources')
  await resources.click()
  await field.press('Escape')
  await expect(field).toHaveValue('')
  await expect(resources).toHaveAttribute('aria-selected', 'true')
  await expect(resources).toBeInViewport()
  await page.keyboard.press('Escape')
  // A hit was looked at below it, and it is folded still.
  await treeOf(page).press('Home')
  await expect(acpi).toHaveAttribute('aria-expanded', 'false')
})

test('where nothing is found other planes are offered with what they hold', async ({ page }) => {
  await fieldOf(page).fill('name:chosen')
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await expectNoViolations(page, 'nothing found')
  await page.getByRole('button', { name: /^\d+ in IODeviceTree$/ }).click()
  await expect(page.getByRole('treegrid', { name: 'IODeviceTree plane' })).toBeVisible()
  await fieldOf(page).fill('certainlynotthere')
  await page.getByRole('button', { name: 'Look in keys and values too' }).click()
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await page.getByRole('button', { name: 'Clear the filter' }).last().click()
  await expect(fieldOf(page)).toHaveValue('')
})

test('a filter is saved, survives a reload, is renamed and deleted by keyboard', async ({
  page,
}) => {
  await fieldOf(page).fill('class:IOPCIDevice')
  await openMenu(page, 'Save this filter…')
  const save = page.getByRole('dialog', { name: 'Save this filter' })
  await expectNoViolations(page, 'saving a filter')
  await save.getByRole('textbox', { name: 'Name' }).fill('PCI devices')
  await page.keyboard.press('Enter')
  await expect(save).toHaveCount(0)
  await fieldOf(page).fill('')
  await page.reload()
  await expect(rowsOf(page, /^Root/).first()).toBeVisible()
  await openMenu(page, 'PCI devices class:IOPCIDevice')
  await expect(fieldOf(page)).toHaveValue('class:IOPCIDevice')

  await openMenu(page, 'Saved filters…')
  const dialog = page.getByRole('dialog', { name: 'Saved filters' })
  await expectNoViolations(page, 'saved filters')
  await expect(dialog.getByText(/^Finds 12 entries/)).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('All PCI')
  await dialog.getByRole('button', { name: 'Save', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await page.reload()
  await openMenu(page, 'Saved filters…')
  const list = dialog.getByRole('listbox', { name: 'Saved filters' })
  await list.focus()
  await expect(list.getByRole('option', { name: /^All PCI/ })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await page.keyboard.press('Delete')
  await expect(list.getByRole('option')).toHaveCount(0)
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Saved filters and colour rules' }).click()
  await expect(page.getByRole('menuitem', { name: /All PCI/ })).toHaveCount(0)
})

test('a colour rule marks rows with a stripe and its name, and the first that fits counts', async ({
  page,
}) => {
  await fieldOf(page).fill('class:IOPCIDevice')
  await openMenu(page, 'Colour rules…')
  const dialog = page.getByRole('dialog', { name: 'Colour rules' })
  await dialog.getByRole('button', { name: 'New rule' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('PCI')
  await expect(dialog.getByText('Finds 12 entries in this capture.')).toBeVisible()
  await dialog.getByRole('radio', { name: 'Red' }).check()
  await dialog.getByRole('button', { name: 'New rule' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('The card')
  await dialog.getByRole('combobox', { name: 'Filter' }).fill('name:S10')
  await expect(dialog.getByText(/^Finds \d entr/)).toBeVisible()
  await expectNoViolations(page, 'colour rules')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(rowsOf(page, /^S10@2 Rule: PCI/)).toHaveClass(/red/)

  await page.reload()
  await expect(rowsOf(page, /^S10@2 Rule: PCI/)).toBeVisible()
  await expect(
    rowsOf(page, /^S10@2/)
      .getByRole('gridcell')
      .first(),
  ).toHaveAttribute('title', /Rule: PCI$/)
  await openMenu(page, 'Colour rules…')
  const list = dialog.getByRole('listbox', { name: 'Colour rules' })
  await list.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Alt+ArrowUp')
  await expect(list.getByRole('option').first()).toContainText('The card')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(rowsOf(page, /^S10@2 Rule: The card/)).toBeVisible()
  await expect(rowsOf(page, /^S08@1 Rule: PCI/)).toBeVisible()
  await expectNoViolations(page, 'marked rows')

  await openMenu(page, 'Colour rules…')
  await list.focus()
  await page.keyboard.press('Space')
  await expect(list.getByRole('option').first()).toContainText('off')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(rowsOf(page, /^S10@2 Rule: PCI/)).toBeVisible()
})

test('a rule whose filter does not read cannot be saved, and Escape closes the list only', async ({
  page,
}) => {
  await openMenu(page, 'Colour rules…')
  const dialog = page.getByRole('dialog', { name: 'Colour rules' })
  await dialog.getByRole('button', { name: 'New rule' }).click()
  const field = dialog.getByRole('combobox', { name: 'Filter' })
  await field.click()
  await page.keyboard.type('state:')
  await expect(dialog.getByRole('option', { name: /registered/ }).first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeVisible()
  await expect(dialog).toContainText('A state has to stand behind')
  await expect(dialog.getByRole('button', { name: 'Save', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
})

test('a kext’s page filters the registry for its entries', async ({ page }) => {
  await page.getByRole('radio', { name: 'Kexts' }).click()
  await page.getByRole('textbox', { name: 'Filter kexts' }).fill('AppleAHCIPort')
  await page.getByRole('button', { name: 'Filter for com.apple.driver.AppleAHCIPort' }).click()
  await page.getByRole('menuitem', { name: 'Filter for this' }).click()
  await expect(fieldOf(page)).toHaveValue('kext:com.apple.driver.AppleAHCIPort')
  await expect(countOf(page)).toHaveText(/^[1-9]\d* of/)
})

test('a row’s menu filters for its class, joins what is there, and makes a rule of it', async ({
  page,
}) => {
  await fieldOf(page).fill('S10')
  await rowsOf(page, /^S10@2/).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Filter for' }).click()
  await page.getByRole('menuitem', { name: 'Class' }).click()
  await page.getByRole('menuitem', { name: 'Filter for this too' }).click()
  await expect(fieldOf(page)).toHaveValue('S10 and class:IOPCIDevice')
  await expect(countOf(page)).toHaveText(/^1 of/)

  // By keyboard alone.
  await rowsOf(page, /^S10@2/).click()
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Filter for' }).press('ArrowRight')
  await page.getByRole('menuitem', { name: 'State' }).press('ArrowRight')
  await page.getByRole('menuitem', { name: 'Colour rows like this…' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Colour rules' })
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('registered')
  await expect(dialog.getByRole('combobox', { name: 'Filter' })).toHaveValue('state:registered')
})

test('keys and values are looked at where the filter asks for them, whatever bare words do', async ({
  page,
}) => {
  await fieldOf(page).fill('IOProviderClass == "IOResources"')
  await expect(countOf(page)).toHaveText(/^[1-9]\d* of [\d,]+ in IOService$/)
  await expect(
    treeOf(page)
      .getByText(/IOProviderClass/)
      .first(),
  ).toBeVisible()
})
