import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, type Page } from '@playwright/test'

// A file in the window as a user opens it, and what the window then says that it holds.

/** What the browser does when files are dragged in from outside and let go. */
export async function dropFile(page: Page, path: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
      const data = new DataTransfer()
      data.items.add(new File([bytes], name))
      return data
    },
    [basename(path), readFileSync(path).toString('base64')] as const,
  )
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer })
}

/** From a window that shows a capture already. */
export async function openByDialog(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: /^Target/ }).click()
  await page.getByRole('menuitem', { name: 'Open a dump file…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Open a dump file' })
  await dialog.getByRole('textbox', { name: 'Path' }).fill(path)
  await dialog.getByRole('textbox', { name: 'Path' }).press('Enter')
  await expect(dialog).toHaveCount(0)
}

/** A number as the window writes it; null for what is not told. */
type Count = number | null

export interface AboutCapture {
  readonly facts: Readonly<Record<string, string>>
  readonly planes: Readonly<Record<string, { readonly nodes: Count; readonly entries: Count }>>
  readonly services: Count
  readonly kexts: Count
  readonly personalities: Count
  readonly lacks: readonly string[]
  readonly damage: readonly string[]
  readonly damagedPlaces: number
}

/** Opens the dialog about the capture, reads it and closes it. */
export async function readAboutDialog(page: Page): Promise<AboutCapture> {
  await page.getByRole('button', { name: /^Target/ }).click()
  await page.getByRole('menuitem', { name: 'About this capture…' }).click()
  const dialog = page.getByRole('dialog', { name: 'About this capture' })
  const shown = await dialog.evaluate(element => {
    const text = (node: Element | null | undefined) => node?.textContent.trim() ?? ''
    const all = (selector: string) => [...element.querySelectorAll(selector)]
    const section = (title: string) => `section[aria-label="${title}"]`
    const damage = section('Not read as the format says')
    return {
      facts: all('dt').map(term => [text(term), text(term.nextElementSibling)] as const),
      planes: all('tbody tr').map(row => [...row.children].map(text)),
      lacks: all(`${section('It does not tell')} li`).map(text),
      damage: all(`${damage} li p:first-child`).map(text),
      damagedPlaces: text(element.querySelector(`${damage} h3 span`)),
    }
  })
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(dialog).toHaveCount(0)
  const { planes, damagedPlaces, ...rest } = shown
  const facts = Object.fromEntries(shown.facts)
  return {
    ...rest,
    facts,
    planes: Object.fromEntries(
      planes.map(([plane = '', nodes, entries]) => {
        return [plane, { nodes: count(nodes), entries: count(entries) }] as const
      }),
    ),
    services: count(facts['Services']),
    kexts: count(facts['Loaded kexts']),
    personalities: count(facts['Personalities']),
    damagedPlaces: count(damagedPlaces.replace(/ places?$/, '')) ?? 0,
  }
}

function count(text: string | undefined): Count {
  if (text === undefined || !/^[\d,]+$/.test(text)) return null
  return Number(text.replaceAll(',', ''))
}
