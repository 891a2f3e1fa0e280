import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { MachOImage } from '../../../core/macho/mach-o.ts'
import { readMachO } from '../../../core/macho/read-mach-o.ts'
import { readKextExecutable } from '../../../main/demo/kernel/kexts/mach-o-reader.ts'
import { samplesFolder } from '../../helpers/start-service.ts'
import { writeFat, writeMachO, type WantedImage } from './write-mach-o.ts'

function imagesOf(bytes: Uint8Array): readonly MachOImage[] {
  const reading = readMachO(bytes)
  if (reading.kind !== 'mach-o') throw new Error(JSON.stringify(reading))
  return reading.images.map(each => {
    if (each.kind !== 'image') throw new Error(each.because)
    return each.image
  })
}
const imageOf = (wanted: WantedImage): MachOImage => imagesOf(writeMachO(wanted))[0]!

const classes = [
  { name: 'Base', superclass: 'IOService' },
  { name: 'Derived', superclass: 'Base' },
  { name: 'Client_2', superclass: 'IOUserClient', hasVtable: false },
]
const tree = [
  { name: 'Base', superclass: 'IOService', hasVtable: true },
  { name: 'Derived', superclass: 'Base', hasVtable: true },
  { name: 'Client_2', superclass: 'IOUserClient', hasVtable: false },
]

test.each([
  ['x86_64', 0xb, 'relocation', undefined],
  ['x86_64', 0x1, 'section-relocation', undefined],
  ['i386', 0x1, 'section-relocation', undefined],
  ['i386', 0xb, 'relocation', undefined],
  ['ppc', 0x1, 'section-relocation', undefined],
  ['ppc', 0xb, 'relocation', undefined],
  ['ppc64', 0xb, 'relocation', undefined],
  ['arm64e', 0xb, 'chained', { pointers: 1, imports: 1 }],
  ['arm64e', 0xb, 'chained', { pointers: 7, imports: 1 }],
  ['arm64e', 0xb, 'chained', { pointers: 9, imports: 2 }],
  ['arm64e', 0xb, 'chained', { pointers: 12, imports: 3 }],
  ['x86_64', 0xb, 'chained', { pointers: 2, imports: 1 }],
  ['arm64', 0xb, 'chained', { pointers: 6, imports: 3 }],
] as const)(
  'superclasses of %s, file type %i, are told by %s %o',
  (architecture, fileType, imports, chained) => {
    const image = imageOf({
      architecture,
      fileType,
      imports,
      classes,
      ...(chained && { chained }),
    })
    expect(image).toMatchObject({
      architecture,
      fileType,
      is64Bit: architecture.includes('64'),
      isLittleEndian: !architecture.startsWith('ppc'),
      classes: tree,
      importedClasses: ['IOUserClient', 'IOService'],
      kmodInfo: { name: 'com.example.Foo', version: '1.0', infoVersion: 1 },
      gaps: [],
    })
  },
)

test('a superclass that nothing tells is not known, and no class is lost for it', () => {
  const image = imageOf({ architecture: 'x86_64', imports: 'nothing', classes })
  expect(image.classes.map(({ name, superclass }) => [name, superclass])).toEqual([
    ['Base', null],
    ['Derived', 'Base'],
    ['Client_2', null],
  ])
  const unknown = { pointers: 11, imports: 1 }
  const packed = imageOf({ architecture: 'x86_64', imports: 'chained', classes, chained: unknown })
  expect(packed.classes.map(({ superclass }) => superclass)).toEqual([null, null, null])
})

test('the UUID is as kextstat prints it', () => {
  const uuid = [0x56, 0x94, 0x54, 0xdd, 0x72, 0x67, 0x48, 0xad, 0xa5, 0x49, 0xe7, 0x0b, 1, 2, 3, 4]
  expect(imageOf({ architecture: 'x86_64', uuid }).uuid).toBe(
    '569454DD-7267-48AD-A549-E70B01020304',
  )
  expect(imageOf({ architecture: 'x86_64' }).uuid).toBe(null)
})

test('undefined symbols are listed once each and sorted; metaclasses among them by class', () => {
  const image = imageOf({
    architecture: 'x86_64',
    classes,
    undefinedSymbols: ['_IOLog', '_bzero', '_IOLog', '__ZN11IOPCIDevice10gMetaClassE'],
  })
  expect(image.undefinedSymbols).toEqual([
    '_IOLog',
    '__ZN11IOPCIDevice10gMetaClassE',
    '__ZN12IOUserClient10gMetaClassE',
    '__ZN9IOService10gMetaClassE',
    '_bzero',
  ])
  expect(image.importedClasses).toEqual(['IOPCIDevice', 'IOUserClient', 'IOService'])
  // _kmod_info, three classes with two symbols each, two vtables; the debugging symbol does not count.
  expect(image.definedSymbolCount).toBe(9)
})

test('an executable without _kmod_info says so', () => {
  expect(imageOf({ architecture: 'x86_64', kmod: null }).kmodInfo).toBe(null)
})

test.each([false, true])('each architecture of a fat file is read (64-bit list: %s)', is64 => {
  const wanted = [
    { architecture: 'i386', fileType: 1, imports: 'section-relocation', classes },
    { architecture: 'x86_64', classes },
    { architecture: 'ppc', fileType: 1, imports: 'section-relocation', classes },
  ] as const
  const fat = writeFat(
    wanted.map(each => [each.architecture, writeMachO(each)]),
    is64,
  )
  expect(imagesOf(fat).map(image => [image.architecture, image.classes])).toEqual(
    wanted.map(({ architecture }) => [architecture, tree]),
  )
})

test('damage in one architecture leaves the others', () => {
  const good = writeMachO({ architecture: 'x86_64', classes })
  const fat = writeFat([
    ['i386', writeMachO({ architecture: 'i386' }).subarray(0, 40)],
    ['x86_64', good],
    ['arm64e', new Uint8Array(64)],
  ])
  const reading = readMachO(fat)
  if (reading.kind !== 'mach-o') throw new Error(reading.kind)
  expect(reading.images.map(each => each.kind)).toEqual(['malformed', 'image', 'malformed'])
  const start = new DataView(fat.buffer).getUint32(8 + 8)
  expect(reading.images[0]).toMatchObject({ architecture: 'i386', at: start + 28 })
  expect(reading.images[2]).toMatchObject({
    architecture: 'arm64e',
    because: 'it does not begin as Mach-O does',
  })
})

test.each([
  ['', 'it is empty'],
  ['ab', 'it is too short'],
  ['\x7fELF\x02\x01\x01\x00', 'it is an ELF file, as Linux has them'],
  ['#!/bin/sh\necho', 'it is a script'],
  ['!<arch>\n        ', 'it is an archive of object files (a static library)'],
  ['version https://git-lfs.github.com/spec/v1', 'it is a pointer of Git LFS, not the file itself'],
  // A Java class file has the magic number of a fat file.
  ['\xca\xfe\xba\xbe\x00\x00\x00\x34more', 'it claims too many architectures for a fat file'],
  ['something else', 'it does not begin as Mach-O does'],
])('%j is no Mach-O file: %s', (text, because) => {
  expect(readMachO(new Uint8Array(Buffer.from(text, 'latin1')))).toEqual({
    kind: 'not-mach-o',
    because,
  })
})

test.each(readdirSync(samplesFolder).filter(name => name.endsWith('.kext')))(
  '%s is read as the demo guest’s own reader reads it',
  name => {
    const path = join(samplesFolder, name, 'Contents', 'MacOS', name.replace('.kext', ''))
    const bytes = new Uint8Array(readFileSync(path))
    const other = readKextExecutable(bytes)
    if (typeof other === 'string') throw new Error(other)
    const [image] = imagesOf(bytes)
    expect(image).toMatchObject({
      architecture: 'x86_64',
      uuid: other.uuid,
      importedClasses: other.importedClasses,
      gaps: [],
    })
    expect(image!.kmodInfo !== null).toBe(other.hasKmodInfo)
    expect(image!.classes.map(({ name, superclass }) => ({ name, superclass }))).toEqual(
      other.classes.map(({ name, superclass }) => ({ name, superclass })),
    )
  },
)
