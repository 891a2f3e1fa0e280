import type { DictionaryValue } from '../registry/property-value.ts'
import { writeInfoPlist } from '../write/write-info-plist.ts'
import type { DraftLibraries } from './draft-libraries.ts'
import type { DraftNames } from './draft-names.ts'
import { driverInfoPlist } from './driver-info-plist.ts'
import { driverHeader, driverSource, userClientHeader, userClientSource } from './driver-source.ts'

export interface DraftFile {
  /** In the driver's folder. */
  readonly name: string
  readonly text: string
}

export interface SkeletonOptions {
  readonly names: DraftNames
  readonly personality: DictionaryValue
  readonly libraries: DraftLibraries
  readonly hasProbe: boolean
  readonly hasUserClient: boolean
  /** What the README says of the service: `the PCI device S08`. Plain text, of the guest. */
  readonly selects: string
  /** From the driver's folder to the tree's `glue/mk/kext.mk`. */
  readonly makefileInclude: string
}

/** As it is from `drivers/contrib/<name>/` of a darwinOS tree. */
export const defaultMakefileInclude = '../../../glue/mk/kext.mk'

/**
 * Everything a driver of a darwinOS tree consists of, complete and ready for `make kexts`.
 *
 * @throws FailureError value-unwritable, where the personality has a value that no property list can hold
 */
export function driverSkeleton(options: SkeletonOptions): readonly DraftFile[] {
  const { names, personality, libraries, hasProbe, hasUserClient } = options
  const source = { names, kit: libraries.kit, hasProbe }
  const info = driverInfoPlist(names, personality, libraries.entries)
  const files: DraftFile[] = [
    { name: 'Info.plist', text: writeInfoPlist(info) },
    { name: `${names.fileName}.hpp`, text: driverHeader(source) },
    { name: `${names.fileName}.cpp`, text: driverSource(source) },
  ]
  if (hasUserClient) {
    files.push(
      { name: `${names.fileName}_user_client.hpp`, text: userClientHeader(source) },
      { name: `${names.fileName}_user_client.cpp`, text: userClientSource(source) },
    )
  }
  const sources = files.map(({ name }) => name).filter(name => name.endsWith('.cpp'))
  return [
    ...files,
    { name: 'Makefile', text: makefile(names, sources, options.makefileInclude) },
    { name: 'README.md', text: readme(options) },
  ]
}

function makefile(names: DraftNames, sources: readonly string[], include: string): string {
  return `KEXT_NAME = ${names.kextName}
KEXT_BUNDLE_ID = ${names.bundleIdentifier}
KEXT_SOURCES = ${sources.join(' ')}

include ${include}
`
}

function readme({ names, selects, hasUserClient }: SkeletonOptions): string {
  const bundle = `${names.kextName}.kext`
  const client = hasUserClient
    ? `\nPrograms open it with \`IOServiceOpen\`; \`${names.userClientClass}\` answers selector 0 with a number.\n`
    : ''
  return `# ${names.kextName}

A driver for ${inMarkdown(selects)}. Its class is \`${names.className}\`; \`Info.plist\` says what it matches on.
${client}
In the tree that holds \`drivers/contrib/${names.name}/\`:

    make kexts

Then in the guest, as root, with \`build/<target>/kexts/${bundle}\` copied to \`/Library/Extensions\`:

    chown -R root:wheel /Library/Extensions/${bundle}
    kextload /Library/Extensions/${bundle}
    dmesg | grep ${names.className}
    ioreg -rc ${names.className}
    kextunload -b ${names.bundleIdentifier}
`
}

/** Text of the guest in a line of Markdown: nothing of it is taken for markup. */
function inMarkdown(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replace(/[\\`*_{}[\]<>#|]/g, '\\$&')
}
