import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readKextExecutable } from '../../../main/demo/kernel/kexts/mach-o-reader.ts'
import { writeKextExecutable } from '../../../main/demo/kernel/kexts/mach-o-writer.ts'
import { sampleFiles, sampleKexts } from '../../../main/demo/machine/sample-kexts.ts'

const image = {
  bundleIdentifier: 'io.demo.Two',
  version: '1.0',
  classes: [
    { name: 'Outer', superclass: 'IOService' },
    { name: 'Inner', superclass: 'Outer' },
  ],
  program: {
    format: 1 as const,
    classes: { Outer: { start: [{ do: 'registerService' as const }] } },
  },
}

test('what is written reads back: classes with their superclasses, imports, program, UUID', () => {
  const read = readKextExecutable(writeKextExecutable(image))
  expect(read).toMatchObject({
    hasKmodInfo: true,
    classes: image.classes,
    importedClasses: ['IOService'],
    program: image.program,
  })
  expect(read).toHaveProperty(
    'uuid',
    expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
  )
})

test('the UUID follows the content', () => {
  const uuid = (version: string): unknown => {
    const read = readKextExecutable(writeKextExecutable({ ...image, version }))
    return typeof read === 'string' ? read : read.uuid
  }
  expect(uuid('1.0')).toBe(uuid('1.0'))
  expect(uuid('1.0')).not.toBe(uuid('1.1'))
})

test('a fat file is read by its x86_64 slice', () => {
  const thin = writeKextExecutable(image)
  const fat = new Uint8Array(4096 + thin.length)
  const view = new DataView(fat.buffer)
  ;[0xcafe_babe, 1, 0x0100_0007, 3, 4096, thin.length, 12].forEach((word, i) =>
    view.setUint32(i * 4, word),
  )
  fat.set(thin, 4096)
  expect(readKextExecutable(fat)).toMatchObject({ classes: image.classes })
  view.setUint32(8, 0x0100_000c)
  expect(readKextExecutable(fat)).toBe('no-x86_64')
})

test('other files say what they are not', () => {
  expect(readKextExecutable(new Uint8Array())).toBe('not-mach-o')
  expect(readKextExecutable(new TextEncoder().encode('#!/bin/sh\n'.repeat(10)))).toBe('not-mach-o')
  const program = writeKextExecutable(image)
  program[12] = 2
  expect(readKextExecutable(program)).toBe('not-a-kext')
})

test('a binary that lies or is cut never does more than fail', () => {
  const good = writeKextExecutable(image)
  let seed = 20_171_001
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff
    return seed % below
  }
  for (let round = 0; round < 3000; round++) {
    const bad = good.slice(0, random(4) === 0 ? random(good.length) : good.length)
    for (let i = 0; i < 1 + random(6); i++) {
      if (bad.length > 0) bad[random(Math.min(bad.length, 900))] = random(256)
    }
    const read = readKextExecutable(bad)
    expect(typeof read === 'string' || Array.isArray(read.classes)).toBe(true)
  }
})

test('assets/kexts holds exactly what the generator writes', () => {
  const folder = join(import.meta.dirname, '../../../assets/kexts')
  const onDisk = new Map<string, string>()
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const path = join(file.parentPath, file.name)
    onDisk.set(path.slice(folder.length + 1), readFileSync(path).toString('base64'))
  }
  const generated = new Map(
    sampleKexts.flatMap(sample =>
      [...sampleFiles(sample)].map(
        ([path, bytes]) =>
          [`${sample.folder}/${path}`, Buffer.from(bytes).toString('base64')] as const,
      ),
    ),
  )
  expect([...onDisk.keys()].sort()).toEqual([...generated.keys()].sort())
  for (const [path, bytes] of generated)
    expect(`${path} ${onDisk.get(path)}`).toBe(`${path} ${bytes}`)
})
