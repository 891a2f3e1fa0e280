import { writeKextExecutable } from '../kernel/kexts/mach-o-writer.ts'
import { resources, service, type SampleKext } from './sample-kext.ts'
import { troublesomeKexts } from './troublesome-kexts.ts'
import { infoPlistFile } from './write-info-plist.ts'

export const sampleKexts: readonly SampleKext[] = [
  {
    folder: 'MyKext.kext',
    readme: null,
    version: '1.0.0',
    ...service('MyKext'),
    personality: resources('MyKext'),
  },
  {
    folder: 'NeverRegisters.kext',
    readme:
      'Its start succeeds but never calls registerService(), so the driver shows in the registry as !registered for good and no application can find it.',
    version: '1.0.0',
    ...service('NeverRegisters', {
      start: [{ do: 'log', text: 'NeverRegisters: started, and that is all\n' }],
    }),
    personality: resources('NeverRegisters'),
  },
  {
    folder: 'StartFails.kext',
    readme:
      'Its start returns false, so the driver is attached for a moment and then gone; the kext is loaded without an instance until the kernel unloads it by itself.',
    version: '1.0.0',
    ...service('StartFails', {
      start: [
        { do: 'log', text: 'StartFails: no such hardware, giving up\n' },
        { do: 'return', value: false },
      ],
    }),
    personality: resources('StartFails'),
  },
  {
    folder: 'NeverMatches.kext',
    readme:
      'Its personality wants a provider class that this machine has no instance of, so loading succeeds and nothing ever starts.',
    version: '1.0.0',
    ...service('NeverMatches'),
    personality: {
      IOClass: 'NeverMatches',
      IOProviderClass: 'IOFireWireUnit',
    },
  },
  {
    folder: 'LeaksInstance.kext',
    readme:
      'It retains itself once too often: after termination its instance is gone from the registry but still counted, so the kernel refuses to unload the kext.',
    version: '1.0.0',
    ...service('LeaksInstance', {
      start: [
        { do: 'log', text: 'LeaksInstance: hello from kernel space\n' },
        { do: 'retainSelf' },
        { do: 'registerService' },
      ],
    }),
    personality: resources('LeaksInstance'),
  },
  {
    folder: 'MissingDependency.kext',
    readme:
      'OSBundleLibraries names a kext that is not installed, so it cannot be linked and kextload reports a dependency resolution failure.',
    version: '1.0.0',
    ...service('MissingDependency'),
    personality: resources('MissingDependency'),
    libraries: { 'io.darwinos.contrib.NotInstalled': '1.0.0' },
  },
  {
    folder: 'WrongOwner.kext',
    readme:
      'A good kext whose copy in the demo guest belongs to a user instead of root:wheel, so kextload refuses it there until it is pushed again properly.',
    version: '1.0.0',
    ...service('WrongOwner'),
    personality: resources('WrongOwner'),
    isInstalledBadly: true,
  },
  {
    folder: 'HangsInStart.kext',
    readme:
      'Its start never returns: the driver stays !registered and its provider, the fw_cfg device of the virtual machine, stays busy until the guest is rebooted.',
    version: '1.0.0',
    ...service('HangsInStart', {
      start: [{ do: 'log', text: 'HangsInStart: waiting for an interrupt\n' }, { do: 'hang' }],
    }),
    personality: {
      IOClass: 'HangsInStart',
      IONameMatch: 'QEMU0002',
      IOProviderClass: 'IOACPIPlatformDevice',
    },
  },
  {
    folder: 'PanicsGuest.kext',
    readme:
      'Its start panics the kernel: every connection breaks, and the guest comes back a few seconds later as a new boot. Load it in the demo guest only.',
    version: '1.0.0',
    ...service('PanicsGuest', {
      start: [
        { do: 'log', text: 'PanicsGuest: about to touch address 0\n' },
        { do: 'sleep', ms: 30 },
        { do: 'panic', text: 'Kernel trap at 0xffffff7f83a0e9c4, type 14=page fault' },
      ],
    }),
    personality: resources('PanicsGuest'),
  },
  ...troublesomeKexts,
]

export function bundleIdentifierOf(sample: SampleKext): string {
  return `io.darwinos.contrib.${nameOf(sample)}`
}

/** The files of a sample's bundle, by path below its folder. Same sample, same bytes. */
export function sampleFiles(sample: SampleKext): ReadonlyMap<string, Uint8Array> {
  const name = nameOf(sample)
  const bundleIdentifier = bundleIdentifierOf(sample)
  const info = infoPlistFile({
    CFBundleDevelopmentRegion: 'English',
    CFBundleExecutable: name,
    CFBundleIdentifier: bundleIdentifier,
    CFBundleInfoDictionaryVersion: '6.0',
    CFBundleName: name,
    CFBundlePackageType: 'KEXT',
    CFBundleShortVersionString: sample.version,
    CFBundleVersion: sample.version,
    ...(sample.personality === null
      ? {}
      : {
          IOKitPersonalities: {
            [name]: { CFBundleIdentifier: bundleIdentifier, ...sample.personality },
          },
        }),
    ...(sample.compatibleVersion === undefined
      ? {}
      : { OSBundleCompatibleVersion: sample.compatibleVersion }),
    OSBundleLibraries: {
      'com.apple.kpi.iokit': '17.0',
      'com.apple.kpi.libkern': '17.0',
      ...(sample.libraries ?? {}),
    },
  })
  const executable = writeKextExecutable({
    bundleIdentifier,
    version: sample.version,
    classes: sample.classes,
    program: {
      format: 1,
      ...(sample.module === undefined ? {} : { module: sample.module }),
      classes: sample.programs,
    },
  })
  const files = new Map<string, Uint8Array>([
    ['Contents/Info.plist', info],
    [`Contents/MacOS/${name}`, executable],
  ])
  if (sample.readme !== null) {
    files.set('Contents/Resources/README.txt', new TextEncoder().encode(`${sample.readme}\n`))
  }
  return files
}

function nameOf(sample: SampleKext): string {
  return sample.folder.replace(/\.kext$/, '')
}
