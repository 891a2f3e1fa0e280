import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const samples = resolve(import.meta.dirname, '../../assets/kexts')
const runs = (program: string) => spawnSync(program, ['--version']).status === 0

/** What this machine lacks to build a tree; null when it has all. */
export const whyNoTree =
  ['make', 'c++']
    .filter(program => !runs(program))
    .map(program => `${program} is not installed here`)
    .join(', ') || null

export interface SmallTree {
  readonly root: string
  readonly source: string
  /** Changes the driver's source, or its Info.plist, as an editor does. */
  write(source: string): void
  setVersion(version: string): void
  make(): void
  remove(): void
}

export const goodSource = `#include "my_kext.hpp"

bool org_darwinos_MyKext::start(IOService *provider)
{
    IOLog("MyKext: hello from kernel space\\n");
    return provider != nullptr;
}
`
/** Line 5 has no semicolon, line 6 a name that nobody declares. */
export const brokenSource = goodSource
  .replace('space\\n");', 'space\\n")')
  .replace('provider != nullptr', 'provder')

/**
 * A small darwinOS tree with one driver, which make checks with the compiler of this machine and then puts together
 * with the code of the sample of its name.
 */
export function smallTree(): SmallTree {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'kextant-tree-')))
  const folder = join(root, 'drivers', 'contrib', 'my-kext')
  mkdirSync(folder, { recursive: true })
  mkdirSync(join(root, 'glue', 'mk'), { recursive: true })
  const sample = join(samples, 'MyKext.kext', 'Contents')
  const source = join(folder, 'my_kext.cpp')
  const infoPlist = join(folder, 'Info.plist')
  const files: Readonly<Record<string, string>> = {
    [join(root, 'Makefile')]: 'kexts:\n\t@$(MAKE) -C drivers/contrib/my-kext kext\n',
    [join(root, 'glue', 'mk', 'kext.mk')]: `BUNDLE = ../../../build/x86_64/kexts/$(KEXT_NAME).kext
kext:
\tc++ -std=c++17 -Wall -fsyntax-only $(KEXT_SOURCES)
\t@mkdir -p $(BUNDLE)/Contents/MacOS
\tcp ${sample}/MacOS/$(KEXT_NAME) $(BUNDLE)/Contents/MacOS/
\tcp Info.plist $(BUNDLE)/Contents/
`,
    [join(folder, 'Makefile')]: `KEXT_NAME = MyKext
KEXT_BUNDLE_ID = io.darwinos.contrib.MyKext
KEXT_SOURCES = my_kext.cpp

include ../../../glue/mk/kext.mk
`,
    [join(folder, 'my_kext.hpp')]: `struct IOService {};
void IOLog(const char *format, ...);
struct org_darwinos_MyKext : IOService {
    bool start(IOService *provider);
};
`,
    [source]: goodSource,
  }
  for (const [path, text] of Object.entries(files)) writeFileSync(path, text)
  cpSync(join(sample, 'Info.plist'), infoPlist)
  const before = new Date('2020-01-02T03:04:05Z')
  for (const path of [...Object.keys(files), infoPlist]) utimesSync(path, before, before)
  return {
    root,
    source,
    write: text => writeFileSync(source, text),
    setVersion: version => {
      const text = readFileSync(infoPlist, 'utf8')
      const key = /(<key>CFBundleVersion<\/key>\s*<string>)[^<]*/
      writeFileSync(infoPlist, text.replace(key, `$1${version}`))
    },
    make: () => {
      const { status, stderr } = spawnSync('make', ['kexts'], { cwd: root, encoding: 'utf8' })
      if (status !== 0) throw new Error(`make ended with ${status}: ${stderr}`)
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}
