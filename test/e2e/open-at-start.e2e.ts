import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startHostProcess } from '../helpers/web-host-process.ts'

test('files that Kextant is started with are opened, the last one is shown, and a letter among them is told', async ({
  page,
}, info) => {
  const folder = info.outputPath('files')
  mkdirSync(folder, { recursive: true })
  const file = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return `--open=${path}`
  }
  const node = (name: string) => `+-o ${name}  <class IORegistryEntry, id 0x100000100, retain 9>\n`
  const host = await startHostProcess([
    file('first.txt', node('First')),
    file('letter.txt', 'Dear guest\n'),
    file('last.txt', node('Last')),
  ])
  try {
    await page.goto(host.address)
    await expect(page.getByRole('row', { name: /^Last/ })).toBeVisible()
    await expect(page.getByRole('button', { name: /^Target/ })).toContainText('last.txt')
  } finally {
    await host.stop()
  }
})
