import { expect, test, type Page } from '@playwright/test'
import { shareDemoGuest } from '../helpers/shared-demo.ts'
import { startHostProcess } from '../helpers/web-host-process.ts'

test('a kext is chosen and planned without a pointer, and the focus comes back', async ({
  page,
}) => {
  const { keyboard } = page
  const host = await startHostProcess()
  try {
    // The host takes its time to say which targets there are; nothing that is pressed meanwhile may vanish.
    await page.route('**/api/request', async route => {
      if (route.request().postData()?.includes('"targets.list"')) {
        await new Promise(done => setTimeout(done, 500))
      }
      await route.continue()
    })
    await page.goto(host.address)
    await expect(page.getByRole('navigation', { name: 'Targets' })).toBeVisible()
    await page.getByRole('button', { name: 'Connect', exact: true }).focus()
    await keyboard.press('Enter')
    await expect(page.getByRole('treegrid', { name: 'IOService plane' })).toBeVisible()

    const load = page.getByRole('button', { name: 'Load kext…' })
    await load.focus()
    await keyboard.press('Enter')
    const sheet = page.getByRole('dialog')
    await expect(sheet.getByRole('tab', { name: 'Samples' })).toBeFocused()
    // The focus stays inside, however far it goes.
    for (let presses = 0; presses < 14; presses++) await keyboard.press('Tab')
    await expect(sheet.locator(':focus')).toHaveCount(1)

    await sheet.getByRole('button', { name: /^MyKext\.kext/ }).focus()
    await keyboard.press('Enter')
    const plan = sheet.getByRole('button', { name: 'Plan push and load…' })
    await expect(plan).toBeVisible()
    // Enter pressed once too often presses nothing of the next step.
    await expect(sheet.getByRole('radio', { name: /leave it loaded/ })).toBeFocused()
    await plan.focus()
    await keyboard.press('Enter')
    await expect(sheet.getByRole('button', { name: /^Push and load MyKext/ })).toBeVisible()
    await expect(sheet).toBeFocused()
    await keyboard.press('Escape')
    await expect(sheet).toHaveCount(0)
    await expect(load).toBeFocused()
  } finally {
    await host.stop()
  }
})

test.describe('in the registry of the demo guest', () => {
  shareDemoGuest()

  test('nothing moves for who wants no motion', async ({ page }) => {
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .map(element => getComputedStyle(element))
        .filter(
          style =>
            style.animationName !== 'none' ||
            style.transitionDuration.split(',').some(part => Number.parseFloat(part) > 0),
        )
        .map(style => `${style.animationName} ${style.transitionDuration}`),
    )
    expect(moving).toEqual([])
  })

  test('a dialog that a menu opened gives the focus back to the button of the menu', async ({
    page,
  }) => {
    const { keyboard } = page
    await page.getByRole('radio', { name: 'Kexts' }).click()
    await page.getByRole('textbox', { name: 'Filter kexts' }).fill('AppleRTC')
    const more = page.getByRole('button', { name: 'More', exact: true })
    await more.focus()
    await keyboard.press('Enter')
    await keyboard.press('Enter')
    await expect(page.getByRole('textbox', { name: 'Cycles' })).toBeFocused()
    await keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(more).toBeFocused()

    // A menu gives the focus back a moment later: not when a field was asked for in that moment.
    await page.getByRole('radio', { name: 'Registry' }).click()
    await page.getByRole('button', { name: 'Saved filters and colour rules' }).click()
    await expect(page.getByRole('menu')).toBeVisible()
    // All in the browser's queue at once: Escape, Ctrl+L, and what is looked for.
    const session = await page.context().newCDPSession(page)
    const press = (
      key: string,
      windowsVirtualKeyCode: number,
      rest: { modifiers?: 2; text?: string },
    ) =>
      session.send('Input.dispatchKeyEvent', {
        type: 'keyDown',
        key,
        windowsVirtualKeyCode,
        ...rest,
      })
    await Promise.all([
      press('Escape', 27, {}),
      press('l', 76, { modifiers: 2 }),
      ...[...'PS2K'].map(key => press(key, key.charCodeAt(0), { text: key })),
    ])
    const field = page.getByRole('combobox', { name: 'Go to a path, name or ID' })
    await expect(field).toBeFocused()
    await expect(field).toHaveValue('PS2K')
  })

  test('what is chosen and what is barred is seen in the colours of the system too', async ({
    page,
  }) => {
    const tree = page.getByRole('treegrid', { name: 'IOService plane' })
    await page.emulateMedia({ forcedColors: 'active' })
    for (const chosen of [
      tree.getByRole('row', { selected: true }),
      page.getByRole('radio', { name: 'Registry', checked: true }),
    ]) {
      await expect(chosen).toHaveCSS('outline-style', 'solid')
    }
    // Its words are not of the colour that they stand on.
    const load = page.getByRole('button', { name: 'Load kext…' })
    const colours = await load.evaluate(element => {
      const { color, backgroundColor } = getComputedStyle(element)
      return [color, backgroundColor]
    })
    expect(colours[0]).not.toBe(colours[1])
  })

  test('a window that is magnified twice cuts nothing off', async ({ page }) => {
    // What is left of 1280 × 800.
    await page.setViewportSize({ width: 640, height: 400 })
    for (const view of ['Registry', 'Pictures', 'Changes', 'Kexts', 'History', 'Project']) {
      await page.getByRole('radio', { name: view }).click()
      await expect(page.getByRole('radio', { name: view, checked: true })).toBeVisible()
      expect(await cutControls(page), view).toEqual([])
    }
  })
})

/** Controls of which a part is out of sight and cannot be scrolled to. */
function cutControls(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const slack = 1.5
    const isCut = (element: Element) => {
      let box = element.getBoundingClientRect()
      if (box.width === 0 || box.height === 0) return false
      for (let at = element.parentElement; at; at = at.parentElement) {
        const { overflowX, overflowY, position } = getComputedStyle(at)
        const around = at.getBoundingClientRect()
        const scrolls = (overflow: string) => overflow === 'auto' || overflow === 'scroll'
        const hides = (overflow: string) => overflow === 'hidden' || overflow === 'clip'
        // What can be scrolled to its place is as far in sight as that is.
        if (scrolls(overflowX) || scrolls(overflowY)) box = around
        if (
          hides(overflowX) &&
          (box.left < around.left - slack || box.right > around.right + slack)
        ) {
          return true
        }
        if (
          hides(overflowY) &&
          (box.top < around.top - slack || box.bottom > around.bottom + slack)
        ) {
          return true
        }
        if (position === 'fixed') break
      }
      return (
        box.left < -slack ||
        box.right > window.innerWidth + slack ||
        box.top < -slack ||
        box.bottom > window.innerHeight + slack
      )
    }
    return [...document.querySelectorAll('button, input, select, textarea, [role="tab"]')]
      .filter(element => getComputedStyle(element).visibility !== 'hidden' && isCut(element))
      .map(element => element.getAttribute('aria-label') ?? element.textContent ?? element.tagName)
  })
}
