import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { lookAtExecutable } from '../../../core/kext/look-at-executable.ts'

const samples = resolve(import.meta.dirname, '../../../assets/kexts')
const codeOf = (name: string) =>
  new Uint8Array(readFileSync(join(samples, `${name}.kext/Contents/MacOS/${name}`)))

const x86 = codeOf('MyKext')
/** The same kind of code with the processor of arm64e in its header. */
const arm = codeOf('NeverMatches')
new DataView(arm.buffer).setUint32(4, 0x0100_000c, true)
new DataView(arm.buffer).setUint32(8, 2, true)

/** fat_header and two fat_arch, then the two files. */
function fat(): Uint8Array {
  const start = 48
  const bytes = new Uint8Array(start + x86.length + arm.length)
  const view = new DataView(bytes.buffer)
  const words = [0xcafebabe, 2]
  words.push(0x0100_0007, 3, start, x86.length, 0)
  words.push(0x0100_000c, 2, start + x86.length, arm.length, 0)
  words.forEach((word, i) => view.setUint32(i * 4, word))
  bytes.set(x86, start)
  bytes.set(arm, start + x86.length)
  return bytes
}

test('each architecture of a fat file has its own UUID', () => {
  const [intel, apple] = [lookAtExecutable(x86, null).uuid, lookAtExecutable(arm, null).uuid]
  expect(intel).toMatch(/^[0-9A-F]{8}-/)
  expect(intel).not.toBe(apple)
  expect(lookAtExecutable(fat(), 'x86_64').uuid).toBe(intel)
  expect(lookAtExecutable(fat(), 'arm64e').uuid).toBe(apple)
  expect(lookAtExecutable(fat(), 'arm64').uuid).toBe(apple)
  expect(lookAtExecutable(fat(), 'ppc')).toMatchObject({
    uuid: null,
    because: 'the executable has no code for ppc',
  })
})

test('a file with one architecture tells its UUID whatever is asked for', () => {
  expect(lookAtExecutable(x86, 'arm64').uuid).toBe(lookAtExecutable(x86, 'x86_64').uuid)
})

test('what is no code, and what is damaged, is told with a reason', () => {
  expect(lookAtExecutable(new Uint8Array(0), null).because).toMatch(/is not Mach-O: it is empty/)
  expect(lookAtExecutable(x86.subarray(0, 40), null).because).toMatch(/is damaged/)
})
