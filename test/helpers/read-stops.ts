import type { Page } from '@playwright/test'

interface AxNode {
  readonly role?: { readonly value: string }
  readonly name?: { readonly value: string }
  readonly description?: { readonly value: string }
}

/**
 * Goes from stop to stop with Tab, and tells what a screen reader would make of each where that is no good: nothing at
 * all, the same twice, or the opposite of what is shown.
 */
export async function wrongStops(page: Page, most: number): Promise<readonly string[]> {
  const cdp = await page.context().newCDPSession(page)
  const wrong = new Set<string>()
  for (let stop = 0; stop < most; stop++) {
    await page.keyboard.press('Tab')
    const { result } = await cdp.send('Runtime.evaluate', { expression: 'document.activeElement' })
    const { nodes } = await cdp.send('Accessibility.getPartialAXTree', {
      objectId: result.objectId!,
      fetchRelatives: false,
    })
    const [node] = nodes as unknown as readonly AxNode[]
    const [role, name, more] = [node?.role, node?.name, node?.description].map(
      each => each?.value.trim() ?? '',
    ) as [string, string, string]
    // Where the page ends, the focus is the browser's.
    if (role === 'RootWebArea' || result.description?.startsWith('body')) continue
    const told = `${role} “${name}”, “${more}”`
    if (name === '') wrong.add(`no name: ${told}`)
    if (more !== '' && more.startsWith(name)) wrong.add(`twice: ${told}`)
    // Most of them pass over the sign.
    if (/!(registered|matched)/.test(name)) wrong.add(`the opposite: ${told}`)
    if (new RegExp(`\\b${role}$`, 'i').test(name)) wrong.add(`its role in its name: ${told}`)
  }
  await cdp.detach()
  return [...wrong]
}
