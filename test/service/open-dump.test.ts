import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { FailureError } from '../../core/failure.ts'
import { startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const signal = new AbortController().signal

function open(content: string | Uint8Array, name = 'dump') {
  const { service } = startService()
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return service.handlers['capture.open']({ path }, signal)
}

const text = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>
  | {
  |   "IOKitBuildVersion" = "Darwin Kernel Version 17.7.0"
  | }
  | 
  +-o QEMU  <class IOPlatformExpertDevice, id 0x100000116, registered, matched, active, busy 0 (61 ms), retain 47>
      {
        "compatible" = <"QEMU">
      }
      
`

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
  ['a compressed file', gzipSync(text)],
  ['a list of kexts', 'Index Refs Address            Size       Wired      Name (Version) UUID\n'],
])('%s is refused with what it looks like', async (_, content) => {
  const error = await open(content).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(FailureError)
  const { failure } = error as FailureError
  expect(failure).toMatchObject({ kind: 'not-a-dump', source: 'dump' })
  expect((failure as { looksLike: string }).looksLike.length).toBeGreaterThan(3)
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
