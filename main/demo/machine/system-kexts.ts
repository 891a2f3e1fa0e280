import { createHash } from 'node:crypto'
import type { DictionaryValue } from '../../../core/registry/property-value.ts'
import type { ClassDeclaration } from '../kernel/class-registry.ts'
import type { DriverProgram } from '../kernel/driver-program.ts'
import { readKextExecutable } from '../kernel/kexts/mach-o-reader.ts'
import { writeKextExecutable } from '../kernel/kexts/mach-o-writer.ts'
import { text, toDictionary, type Plain } from '../kernel/values.ts'
import { darwinVersion, kexts, kpis } from './kext-table.ts'
import { personalities } from './personalities.ts'

/** A kext that the machine boots with. */
export interface SystemKext {
  readonly bundleIdentifier: string
  readonly version: string
  /** null: not a library. */
  readonly compatibleVersion: string | null
  readonly libraries: readonly string[]
  readonly classes: readonly ClassDeclaration[]
  /** Personality name -> dictionary as it stands in Info.plist, without `CFBundleIdentifier`. */
  readonly namedPersonalities: readonly (readonly [string, DictionaryValue])[]
  /** As sent to the kernel. */
  readonly personalities: readonly DictionaryValue[]
  readonly program: DriverProgram
  readonly path: string
  readonly executableName: string
  readonly executable: Uint8Array
  readonly uuid: string
  readonly size: number
  readonly isKpi: boolean
}

const extensions = '/System/Library/Extensions'

const kpiBundleNames: Readonly<Record<string, string>> = {
  bsd: 'BSDKernel.6.0',
  dsep: 'MACFramework',
  iokit: 'IOKit.6.0',
  libkern: 'Libkern.6.0',
  mach: 'Mach.6.0',
  private: 'Private',
  unsupported: 'Unsupported',
}

/** Bundles that are not called after the last word of their id. */
const bundleNames: Readonly<Record<string, string>> = {
  'com.apple.filesystems.hfs.encodings.kext': 'HFSEncodings',
}

/** Some kexts live in the PlugIns of others. */
const plugIns: Readonly<Record<string, string>> = {
  'com.apple.driver.AppleACPIButtons': 'AppleACPIPlatform',
  'com.apple.driver.AppleACPIEC': 'AppleACPIPlatform',
  'com.apple.driver.DspFuncLib': 'AppleHDA',
  'com.apple.driver.AppleHDAController': 'AppleHDA',
  'com.apple.driver.IOPlatformPluginLegacy': 'IOPlatformPluginFamily',
  'com.apple.driver.ACPI_SMC_PlatformPlugin': 'IOPlatformPluginFamily',
  'com.apple.driver.AppleIntel8254XEthernet': 'IONetworkingFamily',
  'com.apple.driver.usb.IOUSBHostHIDDevice': 'IOUSBHostFamily',
  'com.apple.driver.usb.AppleUSBXHCI': 'IOUSBHostFamily',
  'com.apple.driver.usb.AppleUSBXHCIPCI': 'IOUSBHostFamily',
  'com.apple.driver.usb.AppleUSBHub': 'IOUSBHostFamily',
  'com.apple.driver.usb.AppleUSBCommon': 'IOUSBHostFamily',
  'com.apple.driver.usb.AppleUSBHostCompositeDevice': 'IOUSBHostFamily',
  'com.apple.driver.usb.AppleUSBHostPacketFilter': 'IOUSBHostFamily',
  'com.apple.iokit.SCSITaskUserClient': 'IOSCSIArchitectureModelFamily',
  'com.apple.iokit.IOSCSIBlockCommandsDevice': 'IOSCSIArchitectureModelFamily',
  'com.apple.iokit.IOSCSIMultimediaCommandsDevice': 'IOSCSIArchitectureModelFamily',
  'com.apple.iokit.IOAHCIBlockStorage': 'IOAHCIFamily',
  'com.apple.iokit.IOAHCISerialATAPI': 'IOAHCIFamily',
}

export const systemKexts: readonly SystemKext[] = [
  ...kpis.map(({ name, compatible }) =>
    complete({
      bundleIdentifier: `com.apple.kpi.${name}`,
      version: darwinVersion,
      compatibleVersion: compatible,
      libraries: [],
      classes: [],
      folder: `${extensions}/System.kext/PlugIns`,
      bundleName: kpiBundleNames[name]!,
      personalities: {},
    }),
  ),
  ...kexts.map(row => {
    const words = row.bundleIdentifier.split('.').filter(word => word !== 'kext')
    const bundleName = bundleNames[row.bundleIdentifier] ?? words.at(-1)!
    return complete({
      ...row,
      compatibleVersion: '1.0.0d1',
      folder: folderOf(row.bundleIdentifier),
      bundleName,
      personalities: personalities[row.bundleIdentifier.replace('com.apple.', '')] ?? {},
    })
  }),
  // One driver that is not Apple's, as an author's guest would have: it may be unloaded and loaded again.
  complete({
    bundleIdentifier: 'io.darwinos.driver.VirtIOEntropy',
    version: '1.2.0',
    compatibleVersion: null,
    libraries: ['com.apple.kpi.iokit', 'com.apple.kpi.libkern', 'com.apple.iokit.IOPCIFamily'],
    classes: [{ name: 'VirtIOEntropy', superclass: 'IOService' }],
    folder: '/Library/Extensions',
    bundleName: 'VirtIOEntropy',
    personalities: {
      VirtIOEntropy: {
        IOClass: 'VirtIOEntropy',
        IOPCIMatch: '0x10051af4 0x10441af4',
        IOProviderClass: 'IOPCIDevice',
      },
    },
  }),
]

function folderOf(bundleIdentifier: string): string {
  const host = plugIns[bundleIdentifier]
  return host === undefined ? extensions : `${extensions}/${host}.kext/Contents/PlugIns`
}

interface Draft {
  readonly bundleIdentifier: string
  readonly version: string
  readonly compatibleVersion: string | null
  readonly libraries: readonly string[]
  readonly classes: readonly ClassDeclaration[]
  readonly folder: string
  readonly bundleName: string
  readonly personalities: Readonly<Record<string, { readonly [key: string]: Plain }>>
}

function complete(draft: Draft): SystemKext {
  const { bundleIdentifier, version, classes } = draft
  const named = Object.entries(draft.personalities).map(
    ([name, personality]) => [name, toDictionary(personality)] as const,
  )
  // What Apple's drivers do is not for a demo to say; those that are started again publish themselves.
  const program: DriverProgram = {
    format: 1,
    classes: Object.fromEntries(
      classes.map(({ name }) => [name, { start: [{ do: 'registerService' as const }] }]),
    ),
  }
  const executable = writeKextExecutable({ bundleIdentifier, version, classes, program })
  const read = readKextExecutable(executable)
  if (typeof read === 'string') throw new Error(`${bundleIdentifier}: ${read}`)
  return {
    ...draft,
    namedPersonalities: named,
    personalities: named.map(([, personality]) => ({
      kind: 'dictionary' as const,
      entries: [...personality.entries, ['CFBundleIdentifier', text(bundleIdentifier)] as const],
    })),
    program,
    path: `${draft.folder}/${draft.bundleName}.kext`,
    executableName: draft.bundleName,
    executable,
    uuid: read.uuid!,
    size: believableSize(bundleIdentifier),
    isKpi: bundleIdentifier.startsWith('com.apple.kpi.'),
  }
}

/** The real code would be larger than its stand-in: 8 KiB to 600 KiB, always the same for one kext. */
function believableSize(bundleIdentifier: string): number {
  const hash = createHash('sha256').update(bundleIdentifier).digest()
  return 0x1000 * (2 + (hash[0]! % 32) + (hash[1]! % 4 === 0 ? hash[2]! % 120 : 0))
}
