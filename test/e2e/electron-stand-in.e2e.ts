import { expect, test, type Page } from '@playwright/test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandIds, commandRow } from '../../core/commands/commands.ts'
import { openBuiltPage, startBuiltMain, type StandIn } from '../helpers/electron-page.ts'
import { playMainFlow } from '../helpers/main-flow.ts'
import { builtFolder } from '../helpers/web-host-process.ts'

// The built main process and preload in a real Chromium, with a stand-in for Electron's own modules.

let standIn: StandIn
const settings = mkdtempSync(join(tmpdir(), 'kextant-e2e-'))

test.beforeAll(async () => {
  process.env['KEXTANT_SETTINGS'] = settings
  standIn = await startBuiltMain(builtFolder)
})

test.afterAll(async () => {
  standIn.fake.app.quit()
  await standIn.fake.app.quitting
  rmSync(settings, { recursive: true, force: true })
})

test('the window is closed to everything but its own page', () => {
  const { fake, window } = standIn
  expect(window.options.webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
  })
  expect(window.isShown).toBe(true)
  expect(window.webContents.tryOpen('https://example.com/')).toBe('deny')
  let isPrevented = false
  window.webContents.emit('will-navigate', {
    url: 'https://example.com/',
    preventDefault: () => (isPrevented = true),
  })
  expect(isPrevented).toBe(true)
  expect(window.options.webPreferences).toMatchObject({ navigateOnDragDrop: false })
  const { permissionHandler, checkHandler } = fake.session.defaultSession
  const isGranted = (permission: string, requestingUrl: string) => {
    let answer: boolean | undefined
    permissionHandler!({}, permission, granted => (answer = granted), { requestingUrl })
    expect(checkHandler!({}, permission, requestingUrl)).toBe(answer)
    return answer
  }
  expect(isGranted('media', 'kextant://app/')).toBe(false)
  expect(isGranted('clipboard-read', 'kextant://app/')).toBe(false)
  // Without this one nothing could be copied.
  expect(isGranted('clipboard-sanitized-write', 'kextant://app/')).toBe(true)
  expect(isGranted('clipboard-sanitized-write', 'https://example.com/')).toBe(false)
})

test('the menus have what copying and pasting needs, and every command of the window', () => {
  const { template } = standIn.fake.Menu
  const items = template.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
  for (const role of ['copy', 'paste', 'undo']) expect(items.map(item => item.role)).toContain(role)
  const labels = items.map(item => item.label)
  for (const id of commandIds) expect(labels).toContain(commandRow(id).title)
  // No link leads out of the window, and in a package nobody opens the developer tools.
  expect(JSON.stringify(template)).not.toMatch(/https?:|toggleDevTools/)
})

test('a page that crashes is loaded again; one that crashes at once again asks first', async () => {
  const { fake, window } = standIn
  const crash = () => window.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
  crash()
  expect([window.webContents.reloads, fake.dialog.asked.length]).toEqual([1, 0])
  crash()
  await expect.poll(() => window.webContents.reloads).toBe(2)
  expect(fake.dialog.asked).toHaveLength(1)
})

test('a notice of the desktop leads to the window, minimised or closed, and says which it was', async () => {
  const { fake, window } = standIn
  const own = { url: 'kextant://app/index.html' }
  const sender = Object.assign(Object.create(window.webContents) as typeof window.webContents, {
    mainFrame: own,
  })
  const told: unknown[] = []
  const { link } = window.webContents
  window.webContents.link = { url: () => own.url, deliver: (_name, values) => told.push(...values) }
  const notify = async (noticeId: number) => {
    const params = { title: 'Kextant: demo', body: 'HS01 <b> is gone.', noticeId }
    const event = { sender, senderFrame: own }
    const words = ['host.notify', params, `notice-${noticeId}`]
    expect(await fake.ipcMain.invoke(event, 'kextant:request', words)).toMatchObject({
      value: { isShown: true },
    })
    return fake.Notification.shown.at(-1)!
  }
  const first = await notify(7)
  expect(first.title).toBe('Kextant: demo')
  // Desktops of Linux read markup in it.
  if (process.platform === 'linux') expect(first.body).toBe('HS01 ‹b› is gone.')
  window.minimize()
  window.raised.length = 0
  first.emit('click', {})
  expect(window.raised).toEqual(['restore', 'focus'])
  expect(told).toEqual([{ name: 'notice.chosen', payload: { noticeId: 7 } }])
  // One that was put aside says nothing more; the next one opens a window where none is left, as on macOS.
  const second = await notify(8)
  second.emit('close', { reason: 'userCanceled' })
  fake.BrowserWindow.windows.length = 0
  const third = await notify(9)
  third.emit('click', {})
  expect(fake.BrowserWindow.windows).toHaveLength(1)
  expect(fake.BrowserWindow.windows[0]).not.toBe(window)
  fake.BrowserWindow.windows.splice(0, 1, window)
  window.webContents.link = link
})

test('a second request under the id of one that runs is refused', async () => {
  const { fake, window } = standIn
  const own = { url: 'kextant://app/index.html' }
  const sender = Object.assign(Object.create(window.webContents) as typeof window.webContents, {
    mainFrame: own,
  })
  const event = { sender, senderFrame: own }
  const ask = () =>
    fake.ipcMain.invoke(event, 'kextant:request', ['host.folder', { path: null }, 'one'])
  const [first, second] = await Promise.all([ask(), ask()])
  expect(first).toMatchObject({ ok: true })
  expect(second).toMatchObject({ ok: false, failure: { kind: 'bad-request' } })
})

test('a frame that is not the page of the window gets no answer', async () => {
  const { fake, window } = standIn
  const sender = window.webContents
  const strange = { sender, senderFrame: { url: 'https://example.com/' } }
  const reply = await fake.ipcMain.invoke(strange, 'kextant:request', ['host.info', {}, 'r1'])
  expect(reply).toMatchObject({ ok: false, failure: { kind: 'not-allowed' } })
  const gone = { sender, senderFrame: null }
  const second = await fake.ipcMain.invoke(gone, 'kextant:request', ['host.info', {}, 'r2'])
  expect(second).toMatchObject({ ok: false, failure: { kind: 'not-allowed' } })
})

test('the page comes with a policy, and nothing beside the page is served', async () => {
  const { handler } = standIn.fake.protocol
  const page = await handler!(new Request('kextant://app/index.html'))
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect((await handler!(new Request('kextant://app/../main/electron.js'))).status).toBe(404)
  expect((await handler!(new Request('kextant://other/index.html'))).status).toBe(404)
})

test('the main job through the built main process and preload', async ({ page }) => {
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.stack ?? error.message))
  await openBuiltPage(page, standIn, builtFolder)
  await playMainFlow(page)
  expect(complaints).toEqual([])
})

/** As a click on an item of the desktop's menu: the page hears of it by an event. */
function chooseInMenu(label: string): void {
  const items = standIn.fake.Menu.template.flatMap(({ submenu }) =>
    Array.isArray(submenu) ? submenu : [],
  )
  const click = items.find(item => item.label === label)?.click as (() => void) | undefined
  expect(click, label).toBeDefined()
  click!()
}

test('what is chosen in the menu is done in the page, or the page says why not', async ({
  page,
}) => {
  await openBuiltPage(page, standIn, builtFolder)
  await expect(page.getByRole('treegrid').first()).toBeVisible()
  chooseInMenu('Show the kexts')
  await expect(page.getByRole('radio', { name: 'Kexts', checked: true })).toBeVisible()
  chooseInMenu('Stop comparing')
  await expect(page.getByRole('alert')).toContainText('No captures are being compared')
  chooseInMenu('Find a command or an entry…')
  await expect(page.getByRole('combobox', { name: 'Command or entry' })).toBeFocused()
})

test('a capture that the menu asks for comes with its columns', async ({ page }) => {
  await openBuiltPage(page, standIn, builtFolder)
  await expect(page.getByRole('region', { name: 'Time' })).toBeVisible()
  const moments = page.getByRole('slider', { name: 'Snapshot' })
  if (!(await moments.isVisible())) chooseInMenu('Show or hide the time strip')
  await expect(moments).toBeVisible()
  const before = Number(await moments.getAttribute('aria-valuemax'))
  chooseInMenu('Capture')
  await expect(moments).toHaveAttribute('aria-valuemax', String(before + 1))
  await expect(moments).toHaveAttribute('aria-valuenow', String(before + 1))
  // The moment of before is read from the disk, and the newest one again.
  for (const [key, at] of [
    ['ArrowLeft', before],
    ['End', before + 1],
  ] as const) {
    await moments.press(key)
    await expect(moments).toHaveAttribute('aria-valuenow', String(at))
    await expect(page.getByRole('row', { name: /^iMac14,2/ })).toBeVisible()
  }
})

test('a dump that is dropped on the window is opened from its place on the disk', async ({
  page,
}) => {
  const path = join(settings, 'registry.txt')
  writeFileSync(path, '+-o Dropped  <class IORegistryEntry, id 0x100000100, retain 9>\n')
  await openBuiltPage(page, standIn, builtFolder)
  // The page before has left its capture open.
  await page.getByRole('treegrid').first().waitFor()
  await dropByName(page, path)
  await expect(page.getByRole('row', { name: /^Dropped IORegistryEntry/ })).toBeVisible()
})

test('an Info.plist that is dropped on the window is read from its place on the disk', async ({
  page,
}) => {
  const path = join(settings, 'Mine-Info.plist')
  writeFileSync(
    path,
    `<plist version="1.0"><dict>
      <key>CFBundleIdentifier</key><string>org.example.Mine</string>
      <key>IOKitPersonalities</key><dict><key>Mine</key><dict>
        <key>IOClass</key><string>Mine</string>
        <key>IOProviderClass</key><string>IOResources</string>
      </dict></dict>
    </dict></plist>`,
  )
  await openBuiltPage(page, standIn, builtFolder)
  await page.getByRole('treegrid').first().waitFor()
  await dropByName(page, path)
  const bar = page.getByRole('region', { name: 'What-if', exact: true })
  await expect(bar).toContainText('What-if: 1 personality added – the guest is not touched.')
})

test('a file that a second start or macOS hands over is opened, and its window comes forward', async () => {
  const { fake, window } = standIn
  const path = join(settings, 'handed-over.txt')
  writeFileSync(path, '+-o HandedOver  <class IORegistryEntry, id 0x100000100, retain 9>\n')
  const told: unknown[] = []
  const { link } = window.webContents
  window.webContents.link = {
    url: () => '',
    deliver: (_name, values) => told.push((values[0] as { name: string }).name),
  }
  for (const hand of [
    () => fake.app.emit('open-file', { preventDefault: () => undefined }, path),
    // Chromium adds words of its own.
    () =>
      fake.app.emit(
        'second-instance',
        {},
        ['kextant', '--original-process-start-time=1', path],
        '/',
      ),
  ]) {
    window.minimize()
    window.raised.length = 0
    told.length = 0
    hand()
    expect(window.raised).toEqual(['restore', 'focus'])
    await expect.poll(() => told).toContain('capture.taken')
  }
  window.webContents.link = link
})

/** Only the stand-in's file has its path for a name; its content is another's. */
async function dropByName(page: Page, path: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    name => {
      const data = new DataTransfer()
      data.items.add(new File(['not this'], name))
      return data
    },
    path.replaceAll('/', ':'),
  )
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer })
}
