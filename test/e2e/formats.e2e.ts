import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import type { CaptureInfo } from '../../main/app/summary.ts'
import { formatSamples } from '../helpers/format-samples.ts'
import { dropFile, openByDialog, readAboutDialog } from '../helpers/open-in-window.ts'
import { randomRegistry } from '../helpers/registry-model.ts'
import { startHostProcess } from '../helpers/web-host-process.ts'
import { writeArchive, writeArchiveOfMatches } from '../helpers/write-archive.ts'

const script = resolve(import.meta.dirname, '../../main/cli/index.ts')

/** The command line as a process of its own. */
async function cli(settings: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, KEXTANT_SETTINGS: settings, NODE_NO_WARNINGS: '1' }
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], {
    env,
    maxBuffer: 100_000_000,
  })
  return stdout
}

/** A file of each form, and of each wrapping, by what it is called. */
async function writeFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  // Like the names that people give: none of them helps to tell what a file is.
  const put = (what: string, content: string | Uint8Array) => {
    const path = join(folder, `${files.size + 1} ${what}.dump`)
    writeFileSync(path, content)
    files.set(what, path)
    return path
  }
  mkdirSync(folder, { recursive: true })
  for (const [what, content] of formatSamples(11, 80)) put(what, content)
  const archive = files.get('archive')!
  put('text that is cut', readFileSync(files.get('text')!).subarray(0, -2500))
  const kextant = join(folder, 'converted.kextant')
  await cli(folder, 'convert', archive, '-o', kextant)
  files.set('.kextant', kextant)
  put('archive with gzip', gzipSync(readFileSync(archive)))
  put('.kextant with gzip', gzipSync(readFileSync(kextant)))
  const root = randomRegistry({ seed: 12, nodes: 60 })
  put('archive of -r', writeArchiveOfMatches(root.clients.flatMap(({ clients }) => clients)))
  put(
    'several archives',
    writeArchive(root) + writeArchive(randomRegistry({ seed: 13, nodes: 40 })),
  )
  return files
}

test('everything that parses on the CLI opens in the window by drop or dialog with the same counts', async ({
  page,
}, info) => {
  const folder = info.outputPath('files')
  const files = await writeFiles(folder)
  const host = await startHostProcess()
  try {
    await page.goto(host.address)
    await expect(page.getByRole('navigation', { name: 'Targets' })).toBeVisible()
    let damagedCount = 0
    for (const [what, path] of files) {
      await test.step(what, async () => {
        const told = JSON.parse(await cli(folder, 'info', path, '--json')) as CaptureInfo
        expect(Object.keys(told.planes).length + (told.kexts ?? 0)).toBeGreaterThan(0)
        const expected = {
          planes: told.planes,
          services: told.services,
          kexts: told.kexts,
          personalities: told.personalities,
          lacks: told.lacks,
          damage: told.damage.map(({ message }) => message),
          damagedPlaces: told.damage.reduce(
            (sum, { places, morePlaces }) => sum + places.length + morePlaces,
            0,
          ),
        }
        damagedCount += told.damage.length

        const format = told.what.charAt(0).toUpperCase() + told.what.slice(1)
        const kernel = told.kernel ?? 'not told'
        const shown = async () => {
          const { facts, ...rest } = await readAboutDialog(page)
          const { Format, Kernel, File } = facts
          return { ...rest, facts: [Format, Kernel, File] }
        }

        await dropFile(page, path)
        const target = page.getByRole('button', { name: /^Target/ })
        await expect(target).toContainText(told.source)
        expect(await shown()).toEqual({ ...expected, facts: [format, kernel, told.source] })

        await openByDialog(page, path)
        expect(await shown()).toEqual({ ...expected, facts: [format, kernel, path] })
      })
    }
    expect(damagedCount).toBeGreaterThan(0)
  } finally {
    await host.stop()
  }
})
