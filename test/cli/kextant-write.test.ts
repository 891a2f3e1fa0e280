import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { fileWith, runCli, startCli } from '../helpers/cli-process.ts'
import { randomRegistry } from '../helpers/registry-model.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { writeArchive } from '../helpers/write-archive.ts'
import { writeBenchDump } from '../helpers/write-bench-dump.ts'
import { writeText } from '../helpers/write-text.ts'

const registry = randomRegistry({ seed: 8, nodes: 40 })
const archive = writeArchive(registry)
const text = writeText(registry)

test('a dump is converted by the extension of the file, and nothing is left beside it', async () => {
  const dump = fileWith(archive)
  const folder = temporaryFolder()
  const files = ['a.kextant', 'a.plist', 'a.txt', 'a.json', 'a.csv', 'a.dot']
  const ended = await Promise.all(
    files.map(file => runCli(['convert', dump, '-o', join(folder, file)])),
  )
  expect(ended.map(({ code }) => code)).toEqual(files.map(() => 0))
  expect(readdirSync(folder).sort()).toEqual(files.sort())
  expect(readFileSync(join(folder, 'a.plist'), 'utf8')).toBe(archive)
  expect(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'))).toMatchObject({
    kextant: 'snapshot',
  })
  // And a saved capture says what it was made from.
  const [back, same] = await Promise.all([
    runCli(['convert', join(folder, 'a.kextant'), '-o', '-', '--to', 'xml']),
    runCli(['diff', join(folder, 'a.kextant'), join(folder, 'a.txt')]),
  ])
  expect(back.stdout).toBe(archive)
  expect(same).toMatchObject({ code: 0 })
  expect(same.stdout).toContain('no differences')
})

const asPrintedBy = (era: string) =>
  runCli(['convert', fileWith(archive), '-o', '-', '--to', 'text', '--era', era])

test('text is written like another system, and what that cannot say is told', async () => {
  const old = await asPrintedBy('10.4')
  expect(old).toMatchObject({ code: 0 })
  const nodeLines = (written: string) => written.split('\n').filter(line => line.includes('+-o '))
  expect(nodeLines(old.stdout)).toEqual(nodeLines(writeText(registry, { era: '10.4' })))
  expect(old.stderr).toContain('nodes lost their registry entry IDs, which are printed since 10.6')
  const strange = await asPrintedBy('x')
  expect(strange).toMatchObject({ code: 64, stdout: '' })
})

test('a file that is there is not replaced but by --force, and the format must be told', async () => {
  const there = fileWith('mine', 'mine.txt')
  const dump = fileWith(text)
  const kept = await runCli(['convert', dump, '-o', there])
  expect(kept.code).toBe(2)
  expect(kept.stderr).toContain('--force replaces it')
  expect(readFileSync(there, 'utf8')).toBe('mine')
  const report = await runCli(['convert', dump, '-o', there, '--force', '--json'])
  expect(JSON.parse(report.stdout)).toMatchObject({
    output: there,
    format: 'text',
    bytes: Buffer.byteLength(text),
    losses: [],
  })
  expect(readFileSync(there, 'utf8')).toBe(text)
  expect(await runCli(['convert', dump, '-o', 'file.xyz'])).toMatchObject({ code: 64 })
  const nowhere = join(dirname(there), 'none', 'a.txt')
  expect(await runCli(['convert', dump, '-o', nowhere])).toMatchObject({ code: 2, stdout: '' })
})

test('a diff says what differs, and its exit code whether anything does', async () => {
  const changed = fileWith(text.replace('CFBundleIdentifier', 'CFBundleIdentifierX'))
  const before = fileWith(gzipSync(text), 'before.gz')
  const [lines, json, self] = await Promise.all([
    runCli(['diff', before, changed]),
    runCli(['diff', before, changed, '--json']),
    runCli(['diff', before, '-'], { stdin: archive }),
  ])
  expect(lines.code).toBe(1)
  expect(lines.stdout).toContain('+ "CFBundleIdentifierX"')
  expect(JSON.parse(json.stdout)).toMatchObject({ same: false, identity: 'entry-id' })
  expect(self.code).toBe(0)
  expect(await runCli(['diff', '-', '-'])).toMatchObject({ code: 64 })
})

test('the demo guest is captured into a file that tells what the guest told', async () => {
  const path = join(temporaryFolder(), 'demo.kextant')
  expect(await runCli(['capture', 'demo', '-o', path])).toMatchObject({ code: 0 })
  expect(existsSync(path)).toBe(true)
  const info = JSON.parse((await runCli(['info', path, '--json'])).stdout) as Record<string, number>
  expect(info).toMatchObject({ problems: [] })
  expect(info['kexts']).toBeGreaterThan(50)
  expect(info['personalities']).toBeGreaterThan(50)
  // Cut, it says so and is no dump.
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.subarray(0, bytes.length / 2))
  const cut = await runCli(['info', path])
  expect(cut).toMatchObject({ code: 2, stdout: '' })
  expect(await runCli(['capture', 'demo', '-o', 'demo.txt'])).toMatchObject({ code: 64 })
})

test('a capture for a reader that goes away leaves nothing in the folder for temporary files', async () => {
  const path = join(temporaryFolder(), 'big.txt')
  writeBenchDump(path, 'text', 2_000)
  const TMPDIR = temporaryFolder()
  const child = startCli(['convert', path, '-o', '-', '--to', 'kextant'], { TMPDIR })
  const exit = once(child, 'exit')
  await once(child.stdout!, 'data')
  child.stdout!.destroy()
  expect((await exit)[0]).toBe(0)
  expect(readdirSync(TMPDIR).filter(name => name.startsWith('kextant-'))).toEqual([])
})
