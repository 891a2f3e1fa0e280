import { chromium, type Browser, type Page } from '@playwright/test'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findChromium, isRootOnLinux } from './prepare.mjs'
import { smallPng } from './small-png.ts'

const top = resolve(import.meta.dirname, '../..')

/** Where this checkout lies, and what its temporary folders are called, belongs into no picture. */
const hidePlace = `{
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    node.nodeValue = node.nodeValue
      .replaceAll(${JSON.stringify(top)}, '~/kextant')
      .replaceAll(/\\/[^\\s']*\\/kextant-tree-\\w+/g, '~/darwinos')
      .replaceAll(/\\/[^\\s']*\\/kextant-pictures-\\w+/g, '~')
  }
}`

export interface PictureHost {
  readonly browser: Browser
  readonly address: string
  /** Writes what a page shows as `NAME.png`. */
  readonly take: (page: Page, name: string) => Promise<void>
}

/** The built app behind its web host with settings of its own, and a Chromium to look at it, while `work` runs. */
export async function withPictureHost(
  images: string,
  work: (host: PictureHost) => Promise<void>,
): Promise<void> {
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
    await work({
      browser,
      address,
      take: async (page, name) => {
        // No row under the pointer, the fonts, and the last transition.
        await page.mouse.move(1, 1)
        await page.evaluate('document.fonts.ready')
        await page.waitForTimeout(400)
        await page.evaluate(hidePlace)
        writeFileSync(join(images, `${name}.png`), smallPng(await page.screenshot()))
        process.stdout.write(`${name}.png\n`)
      },
    })
  } finally {
    await browser.close()
    const isGone = new Promise(done => host.once('exit', done))
    host.kill('SIGTERM')
    // It writes its history until then.
    await isGone
    rmSync(settings, { recursive: true, force: true })
  }
}
