import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FailureError, type Failure } from '../../core/failure.ts'
import { driverFolder } from '../../main/service/driver-folder.ts'
import { writeNewFolder } from '../../main/service/write-new-folder.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const files = [
  { name: 'Info.plist', text: '<plist/>' },
  { name: 'Makefile', text: 'all:\n' },
  { name: 'ä.md', text: '# ü\n' },
]

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome = await work.catch((error: unknown) => error)
  if (outcome instanceof FailureError) return outcome.failure
  throw new Error('it did not fail')
}

test('a folder that is not there appears with all files, and its parents too', async () => {
  const top = temporaryFolder()
  const folder = join(top, 'a', 'b', 'driver')
  expect(await writeNewFolder(folder, files)).toEqual(files.map(({ name }) => join(folder, name)))
  expect(readdirSync(folder).sort()).toEqual(files.map(({ name }) => name).sort())
  for (const { name, text } of files) expect(readFileSync(join(folder, name), 'utf8')).toBe(text)
  // Nothing of the staging is left, anywhere.
  expect(readdirSync(join(top, 'a', 'b'))).toEqual(['driver'])
})

test('files are added to a folder that is there, beside what is in it', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'LICENSE'), 'mine')
  await writeNewFolder(folder, files)
  expect(readdirSync(folder)).toHaveLength(4)
  expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toBe('mine')
})

test.each(files.map(({ name }) => name))('where %s is there, nothing is written', async name => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, name), 'mine')
  expect(await failureOf(writeNewFolder(folder, files))).toEqual({
    kind: 'file-exists',
    path: join(folder, name),
  })
  expect(readdirSync(folder)).toEqual([name])
  expect(readFileSync(join(folder, name), 'utf8')).toBe('mine')
})

test('a link that leads nowhere is something that is there', async () => {
  const folder = temporaryFolder()
  symlinkSync('/nowhere/at/all', join(folder, 'Makefile'))
  expect(await failureOf(writeNewFolder(folder, files))).toMatchObject({ kind: 'file-exists' })
  const target = join(temporaryFolder(), 'driver')
  symlinkSync('/nowhere/at/all', target)
  expect(await failureOf(writeNewFolder(target, files))).toEqual({
    kind: 'file-exists',
    path: target,
  })
})

test('a file in the place of the folder, or on the way to it, is left alone', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, 'mine')
  expect(await failureOf(writeNewFolder(file, files))).toEqual({ kind: 'file-exists', path: file })
  expect(await failureOf(writeNewFolder(join(file, 'driver'), files))).toMatchObject({
    kind: 'file-unwritable',
  })
  expect(readFileSync(file, 'utf8')).toBe('mine')
})

test('what fails half-way leaves nothing, not even the parents', async () => {
  const top = temporaryFolder()
  const long = { name: 'n'.repeat(300), text: '' }
  const failure = await failureOf(writeNewFolder(join(top, 'a', 'b'), [...files, long]))
  expect(failure).toMatchObject({ kind: 'file-unwritable', detail: 'its name is too long' })
  expect(readdirSync(top)).toEqual([])
  const there = join(top, 'there')
  mkdirSync(there)
  await failureOf(writeNewFolder(there, [...files, long]))
  expect(readdirSync(there)).toEqual([])
})

test('a folder without permission is said to be one', async context => {
  context.skip(process.getuid?.() === 0, 'root may write everywhere')
  const top = temporaryFolder()
  chmodSync(top, 0o500)
  expect(await failureOf(writeNewFolder(join(top, 'a'), files))).toMatchObject({
    kind: 'file-unwritable',
    detail: 'access is not permitted',
  })
  chmodSync(top, 0o700)
})

test('of many who write at once, one does', async () => {
  const top = temporaryFolder()
  for (const folder of [join(top, 'new'), top]) {
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        writeNewFolder(folder, [{ name: 'Makefile', text: `${i}\n` }]),
      ),
    )
    const winners = all.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []))
    expect(winners).toHaveLength(1)
    expect(readFileSync(join(folder, 'Makefile'), 'utf8')).toBe(`${winners[0]}\n`)
  }
  expect(readdirSync(top).sort()).toEqual(['Makefile', 'new'])
})

function tree(): string {
  const top = temporaryFolder()
  mkdirSync(join(top, 'glue', 'mk'), { recursive: true })
  writeFileSync(join(top, 'glue', 'mk', 'kext.mk'), '')
  return top
}

test('in a darwinOS tree a driver goes into drivers/contrib, by its name', async () => {
  const top = tree()
  for (const folder of [top, join(top, 'drivers', 'contrib')]) {
    const place = await driverFolder(folder)
    expect(place.name).toBeNull()
    expect(place.folderFor('my-kext')).toBe(join(top, 'drivers', 'contrib', 'my-kext'))
    expect(place.makefileInclude).toBe('../../../glue/mk/kext.mk')
  }
  const named = await driverFolder(join(top, 'drivers', 'contrib', 'other'))
  expect(named).toMatchObject({ name: 'other', makefileInclude: '../../../glue/mk/kext.mk' })
  const deep = await driverFolder(join(top, 'drivers', 'x', 'y', 'z'))
  expect(deep).toMatchObject({ name: null, makefileInclude: '../../../../glue/mk/kext.mk' })
  expect(deep.folderFor('unused')).toBe(join(top, 'drivers', 'x', 'y', 'z'))
  expect(existsSync(join(top, 'drivers'))).toBe(false)
})

test('elsewhere it goes into the folder itself', async () => {
  const folder = join(temporaryFolder(), 'my-kext')
  const place = await driverFolder(folder)
  expect(place.folderFor('unused')).toBe(folder)
  expect(place).toMatchObject({ name: null, makefileInclude: '../../../glue/mk/kext.mk' })
})

test.runIf(process.platform === 'linux')(
  'a folder that takes no others is told at once',
  async () => {
    expect(await failureOf(writeNewFolder('/proc/a/b', files))).toMatchObject({
      kind: 'file-unwritable',
    })
  },
)
