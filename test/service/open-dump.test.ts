import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { FailureError } from '../../core/failure.ts'
import { randomRegistry, type ModelEntry } from '../helpers/registry-model.ts'
import { smallText as text } from '../helpers/small-text.ts'
import { startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { writeExplorerDocument } from '../helpers/write-documents.ts'

const signal = new AbortController().signal

function open(content: string | Uint8Array, name = 'dump') {
  const { service } = startService()
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return service.handlers['capture.open']({ path }, signal)
}

test('a text dump is opened by its content, whatever its name', async () => {
  const capture = await open(text, 'picture.png')
  expect(capture).toMatchObject({
    format: 'ioreg-text',
    planes: [{ plane: 'IOService', nodes: 2, entries: 2 }],
    serviceCount: 1,
    identity: { darwinMajor: 17, kernelVersion: 'Darwin Kernel Version 17.7.0' },
    kexts: null,
    problems: [],
  })
})

test('a dump is opened through its wrappings, which are named', async () => {
  const wrapped = gzipSync(gzipSync(Buffer.from(`\ufeff${text}`, 'utf16le')))
  const capture = await open(wrapped)
  expect(capture).toMatchObject({
    format: 'ioreg-text',
    what: 'text of ioreg, plane IOService, in UTF-16, gzipped, gzipped',
    planes: [{ nodes: 2 }],
    problems: [],
  })
})

test('a gzip file that is cut gives the entries that were complete', async () => {
  const many = text + text.split('\n').slice(4).join('\n').repeat(200)
  const packed = gzipSync(many, { level: 0 })
  const capture = await open(packed.subarray(0, packed.length / 2))
  expect(capture.planes[0]!.nodes).toBeGreaterThan(50)
  expect(capture.problems.map(({ message }) => message).join()).toMatch(/compressed file is cut/)
})

test('a list of kexts is a capture without planes', async () => {
  const row =
    '    9    8 0xffffff7f810c9000 0xba000    0xba000    com.apple.kec.corecrypto (1.0) <8 7 6>\n'
  const capture = await open(row)
  expect(capture).toMatchObject({
    format: 'kext-list',
    planes: [],
    serviceCount: 0,
    identity: null,
  })
  expect(capture.kexts!.map(kext => kext.bundleIdentifier)).toEqual(['com.apple.kec.corecrypto'])
  expect(capture.lacks).toHaveLength(1)
})

test('a list of kexts before the text of ioreg is read as well', async () => {
  const row = '    9    8 0xffffff7f810c9000 0xba000    0xba000    com.apple.kec.corecrypto (1.0)\n'
  const capture = await open(`${row}\n${text}`)
  expect(capture).toMatchObject({ format: 'ioreg-text', planes: [{ nodes: 2 }] })
  expect(capture.kexts).toHaveLength(1)
})

test('a document of IORegistryExplorer is opened with its planes', async () => {
  const root = randomRegistry({ seed: 2, nodes: 20 })
  const planes = {
    IOService: (entry: ModelEntry) => entry.clients,
    IOPower: (entry: ModelEntry) => entry.clients.slice(0, 1),
  }
  const capture = await open(writeExplorerDocument({ root, planes }))
  expect(capture).toMatchObject({
    format: 'ioregistryexplorer',
    what: 'IORegistryExplorer document, version 1, 2 planes',
    planes: [{ plane: 'IOService', nodes: 20, entries: 20 }, { plane: 'IOPower' }],
  })
  expect(capture.lacks).toContain('registry entry IDs')
})

test('a dump that breaks off keeps what came before, and says where it broke off', async () => {
  const capture = await open(text.slice(0, text.indexOf('"QEMU"')))
  expect(capture.planes[0]!.nodes).toBe(2)
  const [problem] = capture.problems
  expect(problem).toMatchObject({ kind: 'truncated', source: 'dump' })
  expect(problem!.byteOffset).toBeGreaterThan(text.indexOf('"compatible"'))
})

test.each([
  ['an empty file', ''],
  ['a letter', 'Dear Sir,\nplease find attached the log.\n'],
  ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13)],
  ['a compressed letter', gzipSync('Dear Sir,\n')],
])('%s is refused with what it looks like', async (_, content) => {
  const error = await open(content).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(FailureError)
  const { failure } = error as FailureError
  expect(failure).toMatchObject({ kind: 'not-a-dump', source: 'dump' })
  expect((failure as { looksLike: string }).looksLike.length).toBeGreaterThan(3)
})

test('what begins as a ZIP file and is none is refused as a saved capture that broke off', async () => {
  const cut = open(Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0))
  await expect(cut).rejects.toMatchObject({ failure: { kind: 'capture-damaged' } })
})

test('a folder, or nothing at all, is unreadable and not a crash', async () => {
  const folder = temporaryFolder()
  const { service } = startService()
  for (const path of [folder, join(folder, 'nothing')]) {
    await expect(service.handlers['capture.open']({ path }, signal)).rejects.toMatchObject({
      failure: { kind: 'file-unreadable' },
    })
  }
})
