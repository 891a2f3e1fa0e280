import { execFileSync } from 'node:child_process'
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  findExpectations,
  readExpectationsFile,
  suggestExpectationsPath,
} from '../../main/service/find-expectations.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const id = 'com.example.MyKext'

/** Files by their paths, in a folder that goes away with the test. */
function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = realpathSync(temporaryFolder())
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

const infoPlist = (identifier = id): string => `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>CFBundleIdentifier</key><string>${identifier}</string>
<key>CFBundleVersion</key><string>1.0</string>
</dict></plist>
`
const expecting = (identifier = id): string => `kext: ${identifier}\n`

/** A darwinOS tree with two drivers and their builds. */
const tree = {
  'glue/mk/kext.mk': '',
  'drivers/contrib/my-kext/Makefile': `KEXT_NAME = MyKext\nKEXT_BUNDLE_ID = ${id}\ninclude ../../../glue/mk/kext.mk\n`,
  'drivers/contrib/other/Makefile': 'KEXT_NAME = Other\nKEXT_BUNDLE_ID = com.example.Other\n',
  'build/x86_64/kexts/MyKext.kext/Contents/Info.plist': infoPlist(),
  'build/x86_64/kexts/Other.kext/Contents/Info.plist': infoPlist('com.example.Other'),
}
const built = 'build/x86_64/kexts/MyKext.kext'

describe('the file of a bundle', () => {
  test('lies beside it', async () => {
    const folder = folderWith({ ...tree, 'build/x86_64/kexts/kextant.yaml': expecting() })
    expect(await findExpectations(join(folder, built), id)).toBe(
      join(folder, 'build/x86_64/kexts/kextant.yaml'),
    )
  })

  test('lies in the driver’s folder, found by the identifier of its Makefile', async () => {
    const folder = folderWith({
      ...tree,
      'drivers/contrib/my-kext/kextant.yml': expecting(),
      'drivers/contrib/other/kextant.yaml': expecting('com.example.Other'),
    })
    expect(await findExpectations(join(folder, built), id)).toBe(
      join(folder, 'drivers/contrib/my-kext/kextant.yml'),
    )
  })

  test('is found by the name of the kext where the Makefile has no identifier', async () => {
    const folder = folderWith({
      ...tree,
      'drivers/contrib/my-kext/Makefile': 'KEXT_NAME := MyKext\n',
      'drivers/contrib/my-kext/kextant.yaml': expecting(),
    })
    expect(await findExpectations(join(folder, built), id)).toBe(
      join(folder, 'drivers/contrib/my-kext/kextant.yaml'),
    )
  })

  test('is not that of another kext, which lies beside it too', async () => {
    const folder = folderWith({
      ...tree,
      'build/x86_64/kexts/kextant.yaml': expecting('com.example.Other'),
      'drivers/contrib/my-kext/kextant.yaml': expecting(),
    })
    expect(await findExpectations(join(folder, built), id)).toBe(
      join(folder, 'drivers/contrib/my-kext/kextant.yaml'),
    )
  })

  test('is taken even if it cannot be read, so that its mistake is told', async () => {
    const folder = folderWith({ ...tree, 'drivers/contrib/my-kext/kextant.yaml': 'kext: [\n' })
    const path = await findExpectations(join(folder, built), id)
    expect(path).toBe(join(folder, 'drivers/contrib/my-kext/kextant.yaml'))
    await expect(readExpectationsFile(path!)).rejects.toMatchObject({
      failure: { kind: 'expectations-invalid', path, line: 2 },
    })
  })

  test('is found above a build outside of any tree', async () => {
    const folder = folderWith({
      'src/Makefile': `KEXT_NAME = MyKext\n`,
      'src/kextant.yaml': expecting(),
      'src/build/debug/MyKext.kext/Contents/Info.plist': infoPlist(),
    })
    expect(await findExpectations(join(folder, 'src/build/debug/MyKext.kext'), id)).toBe(
      join(folder, 'src/kextant.yaml'),
    )
  })

  test('is found through a link to the bundle', async () => {
    const folder = folderWith({ ...tree, 'drivers/contrib/my-kext/kextant.yaml': expecting() })
    const elsewhere = join(realpathSync(temporaryFolder()), 'MyKext.kext')
    symlinkSync(join(folder, built), elsewhere)
    expect(await findExpectations(elsewhere, id)).toBe(
      join(folder, 'drivers/contrib/my-kext/kextant.yaml'),
    )
  })

  test('is not looked for inside the bundle, and may not be there at all', async () => {
    const folder = folderWith({ ...tree, [`${built}/kextant.yaml`]: expecting() })
    expect(await findExpectations(join(folder, built), id)).toBe(null)
    expect(await findExpectations('/nowhere/MyKext.kext', id)).toBe(null)
  })
})

describe('a new file', () => {
  test('belongs into the driver’s folder', async () => {
    const folder = folderWith(tree)
    expect(await suggestExpectationsPath(join(folder, built))).toBe(
      join(folder, 'drivers/contrib/my-kext/kextant.yaml'),
    )
  })

  test('has the name of the one that is there', async () => {
    const folder = folderWith({ ...tree, 'drivers/contrib/my-kext/kextant.yml': expecting() })
    expect(await suggestExpectationsPath(join(folder, built))).toBe(
      join(folder, 'drivers/contrib/my-kext/kextant.yml'),
    )
  })

  test('belongs beside a bundle that nothing is known of', async () => {
    const folder = folderWith({ 'MyKext.kext/Contents/Info.plist': infoPlist() })
    expect(await suggestExpectationsPath(join(folder, 'MyKext.kext'))).toBe(
      join(folder, 'kextant.yaml'),
    )
  })
})

describe('reading', () => {
  test('gives what it says', async () => {
    const folder = folderWith({ 'kextant.yaml': expecting() })
    const path = join(folder, 'kextant.yaml')
    expect(await readExpectationsFile(path)).toMatchObject({
      source: { kind: 'file', path },
      bundleIdentifier: id,
    })
  })

  test('bytes that are no UTF-8 are a mistake with a place', async () => {
    const folder = folderWith({ 'kextant.yaml': Uint8Array.of(0x6b, 0x3a, 0x20, 0xff) })
    await expect(readExpectationsFile(join(folder, 'kextant.yaml'))).rejects.toMatchObject({
      failure: { kind: 'expectations-invalid', line: 1, column: 4 },
    })
  })

  test('a folder, a pipe, a huge file and none at all are refused', async () => {
    const folder = folderWith({ 'huge.yaml': new Uint8Array(600 * 1024), 'sub/x': '' })
    const details = [
      'it is a folder',
      'it is larger than any file of expectations',
      'there is no such file or folder',
    ]
    for (const [i, name] of ['sub', 'huge.yaml', 'ghost.yaml'].entries())
      await expect(readExpectationsFile(join(folder, name))).rejects.toMatchObject({
        failure: { kind: 'file-unreadable', detail: details[i] },
      })
    if (process.platform === 'win32') return
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')])
    await expect(readExpectationsFile(join(folder, 'pipe.yaml'))).rejects.toMatchObject({
      failure: { kind: 'file-unreadable', detail: 'it is not a file' },
    })
  })
})
