import { expect, test } from 'vitest'
import type { MachOReading } from '../../../core/macho/mach-o.ts'
import { readMachO } from '../../../core/macho/read-mach-o.ts'
import { Random } from '../../helpers/random.ts'
import { writeFat, writeMachO } from './write-mach-o.ts'

const classes = [
  { name: 'Base', superclass: 'IOService' },
  { name: 'Derived', superclass: 'Base' },
]
const thin = writeMachO({ architecture: 'x86_64', classes, undefinedSymbols: ['_IOLog'] })
const samples = [
  thin,
  writeMachO({ architecture: 'ppc', fileType: 1, imports: 'section-relocation', classes }),
  writeMachO({
    architecture: 'arm64e',
    imports: 'chained',
    chained: { pointers: 7, imports: 1 },
    classes,
  }),
  writeFat([
    ['x86_64', thin],
    ['i386', writeMachO({ architecture: 'i386', fileType: 1, classes })],
  ]),
]

/** Whatever was read is whole: counts, names and phrases are what their types say. */
function check(reading: MachOReading): void {
  if (reading.kind !== 'mach-o') return expect(reading.because).toMatch(/^.{5,}$/s)
  for (const each of reading.images) {
    if (each.kind === 'malformed') {
      expect(each.because).toMatch(/^.{5,}$/s)
      expect(each.at).toBeGreaterThanOrEqual(0)
      continue
    }
    const { image } = each
    for (const { name, superclass } of image.classes) {
      expect(name).toMatch(/^[A-Za-z_$][\w$]*$/)
      if (superclass !== null) expect(superclass).toMatch(/^[A-Za-z_$][\w$]*$/)
    }
    expect(image.undefinedSymbols).not.toContain('')
  }
}

test('a file that is cut anywhere is read or refused, and never a bug', () => {
  for (const sample of samples)
    for (let length = 0; length < sample.length; length++) check(readMachO(sample.slice(0, length)))
})

test('each 32-bit number of a file may be anything', () => {
  const values = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fff0]
  for (const sample of samples)
    for (let at = 0; at + 4 <= sample.length; at += 4)
      for (const value of values)
        for (const isLittle of [true, false]) {
          const bytes = sample.slice()
          new DataView(bytes.buffer).setUint32(at, value, isLittle)
          check(readMachO(bytes))
        }
})

test('bits that were flipped at random are read or refused (seeded)', () => {
  const random = new Random(20_261_125)
  for (let round = 0; round < 4000; round++) {
    const bytes = random.pick(samples).slice()
    for (let i = random.below(12); i >= 0; i--)
      bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
    check(readMachO(bytes))
  }
})

test('names that lie in each other are refused before they fill the memory', () => {
  // Every symbol names another place in one long text without an end.
  const symbols = 4000
  const text = 65_536
  const bytes = new Uint8Array(32 + 24 + symbols * 16 + text)
  const view = new DataView(bytes.buffer)
  const words = [0xfeed_facf, 0x0100_0007, 3, 0xb, 1, 24, 0, 0]
  words.push(0x2, 24, 56, symbols, 56 + symbols * 16, text)
  words.forEach((word, i) => view.setUint32(i * 4, word, true))
  for (let i = 0; i < symbols; i++) {
    view.setUint32(56 + i * 16, 1 + i, true)
    bytes[56 + i * 16 + 4] = 1
  }
  bytes.fill(0x61, 56 + symbols * 16)
  expect(readMachO(bytes)).toMatchObject({
    images: [{ kind: 'malformed', because: 'the names of the symbols lie in each other' }],
  })
})

test('lists of relocations that cover the file many times are passed over, and that is said', () => {
  // An object file whose sections all name the same relocations.
  const sample = writeMachO({ architecture: 'x86_64', fileType: 1, classes })
  const view = new DataView(sample.buffer)
  const section = 32 + 72 + 72
  view.setUint32(section + 56, 0, true)
  view.setUint32(section + 60, sample.length, true)
  const reading = readMachO(sample)
  expect(reading).toMatchObject({
    images: [{ image: { gaps: ['the lists of relocations are longer than the file'] } }],
  })
})

test('architectures that lie in each other are refused before each of them is read', () => {
  const fat = writeFat([
    ['x86_64', thin],
    ['i386', thin],
    ['arm64e', thin],
  ])
  const view = new DataView(fat.buffer)
  // All three are the whole file from the first on.
  const start = view.getUint32(8 + 8)
  for (let i = 0; i < 3; i++) {
    view.setUint32(8 + i * 20 + 8, start)
    view.setUint32(8 + i * 20 + 12, fat.length - start)
  }
  const reading = readMachO(fat)
  expect(reading.kind === 'mach-o' && reading.images.map(({ kind }) => kind)).toEqual([
    'image',
    'malformed',
    'malformed',
  ])
})
