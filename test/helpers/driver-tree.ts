import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, realpathSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { samplesFolder } from './start-service.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Whether this machine has what a tree is built with; a test that needs it says so when it is skipped. */
export const hasMake = spawnSync('make', ['--version']).status === 0
export const noMakeReason = 'make is not installed here'

/** Times before now, so that a build of today is newer. */
export const longAgo = new Date('2020-01-02T03:04:05Z')

export interface DriverTree {
  readonly root: string
  readonly contrib: string
  readonly kexts: string
  driver(name: string): string
}

/**
 * A small darwinOS tree whose `make kexts` really makes something: each driver of `drivers/contrib` becomes a bundle
 * with its own Info.plist and the code of the sample of its name.
 */
export function driverTree(
  drivers: Readonly<Record<string, string>> = { 'my-kext': 'MyKext' },
): DriverTree {
  const root = realpathSync(temporaryFolder())
  const contrib = join(root, 'drivers', 'contrib')
  mkdirSync(join(root, 'glue', 'mk'), { recursive: true })
  mkdirSync(contrib, { recursive: true })
  writeFileSync(
    join(root, 'Makefile'),
    `kexts:
\t@set -e; for driver in drivers/contrib/*/; do $(MAKE) -C "$$driver" kext; done
`,
  )
  writeFileSync(
    join(root, 'glue', 'mk', 'kext.mk'),
    `BUNDLE = ../../../build/qemu-x86_64/kexts/$(KEXT_NAME).kext
kext:
\t@! grep -n BROKEN $(KEXT_SOURCES) || { echo "$(KEXT_SOURCES):1:5: error: unknown type name 'BROKEN'" >&2; exit 1; }
\t@mkdir -p $(BUNDLE)/Contents/MacOS
\tcp ${samplesFolder}/$(KEXT_NAME).kext/Contents/MacOS/$(KEXT_NAME) $(BUNDLE)/Contents/MacOS/
\tcp Info.plist $(BUNDLE)/Contents/Info.plist
\t@test -z "$(SLOWLY)" || { echo waiting; sleep 60 & echo $$! > child.pid; wait; }
`,
  )
  const driver = (name: string) => join(contrib, name)
  for (const [name, kext] of Object.entries(drivers)) {
    const folder = driver(name)
    const source = `${name.replaceAll('-', '_')}.cpp`
    mkdirSync(folder)
    cpSync(
      join(samplesFolder, `${kext}.kext`, 'Contents', 'Info.plist'),
      join(folder, 'Info.plist'),
    )
    writeFileSync(join(folder, source), `// ${kext}\n`)
    writeFileSync(
      join(folder, 'Makefile'),
      `KEXT_NAME = ${kext}
KEXT_BUNDLE_ID = io.darwinos.contrib.${kext}
KEXT_SOURCES = ${source}

include ../../../glue/mk/kext.mk
`,
    )
    for (const file of ['Info.plist', source, 'Makefile'])
      utimesSync(join(folder, file), longAgo, longAgo)
  }
  return { root, contrib, driver, kexts: join(root, 'build', 'qemu-x86_64', 'kexts') }
}

/** A build as if it had been made at some time, by hand. */
export function putBuild(tree: DriverTree, kext: string, at = new Date()): string {
  const path = join(tree.kexts, `${kext}.kext`)
  cpSync(join(samplesFolder, `${kext}.kext`), path, { recursive: true })
  for (const file of ['Info.plist', `MacOS/${kext}`])
    utimesSync(join(path, 'Contents', file), at, at)
  return path
}
