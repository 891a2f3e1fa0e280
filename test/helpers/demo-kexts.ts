import type { InstalledKext, LoadedKext, Personality } from '../../core/kext/kext.ts'

const sampleId = 'org.kextant.sample.HelloNub'

function personality(
  name: string,
  publisher: string,
  ioClass: string,
  providerClass: string,
): Personality {
  const text = (value: string) => ({ kind: 'string', text: value }) as const
  return {
    name,
    publisher,
    bundleIdentifier: publisher,
    ioClass,
    providerClass,
    matchCategory: 'IODefaultMatchCategory',
    probeScore: 1000,
    properties: {
      kind: 'dictionary',
      entries: [
        ['CFBundleIdentifier', text(publisher)],
        ['IOClass', text(ioClass)],
        ['IOProviderClass', text(providerClass)],
        ['IOMatchCategory', text('IODefaultMatchCategory')],
        ['IOProbeScore', { kind: 'integer', value: 1000n }],
      ],
    },
  }
}

function installed(
  id: string,
  folder: string,
  personalities: readonly Personality[],
): InstalledKext {
  const name = id.split('.').at(-1)!
  return {
    path: `${folder}/${name}.kext`,
    bundleIdentifier: id,
    version: '1.0.0',
    executable: name,
    compatibleVersion: null,
    libraries: [
      ['com.apple.kpi.iokit', '17.0'],
      ['com.apple.kpi.libkern', '17.0'],
    ],
    personalities,
    problems: [],
    notes: [],
  }
}

const system = '/System/Library/Extensions'

export const helloNub: InstalledKext = installed(sampleId, '/Library/Extensions', [
  personality('HelloNub', sampleId, 'org_kextant_HelloNub', 'IOResources'),
])

export const installedKexts: readonly InstalledKext[] = [
  installed('com.apple.iokit.IOHIDSystem', system, [
    personality('IOHIDSystem', 'com.apple.iokit.IOHIDSystem', 'IOHIDSystem', 'IOResources'),
  ]),
  installed('com.apple.driver.usb.AppleUSBXHCI', system, [
    personality('XHCI', 'com.apple.driver.usb.AppleUSBXHCI', 'AppleUSBXHCI', 'IOPCIDevice'),
    personality(
      'XHCI alternate',
      'com.apple.driver.usb.AppleUSBXHCI',
      'AppleUSBXHCI',
      'IOACPIPlatformDevice',
    ),
  ]),
  installed('com.apple.driver.AppleACPIPlatform', system, [
    personality(
      'PCI',
      'com.apple.driver.AppleACPIPlatform',
      'AppleACPIPCI',
      'IOACPIPlatformDevice',
    ),
  ]),
  installed('com.apple.iokit.IOGraphicsFamily', system, [
    personality('Wrangler', 'com.apple.iokit.IOGraphicsFamily', 'IODisplayWrangler', 'IOResources'),
  ]),
  helloNub,
]

function loaded(index: number, id: string, linkedAgainst: readonly number[]): LoadedKext {
  return {
    index,
    refs: index < 8 ? 40 - index * 3 : 0,
    address: `0xffffff7f80${(index * 0x21000).toString(16).padStart(6, '0')}`,
    size: 4096 * (3 + index),
    wired: 4096 * (3 + index),
    architecture: 'x86_64',
    bundleIdentifier: id,
    version: id.startsWith('com.apple.kpi') ? '17.7.0' : '1.0.0',
    uuid: `6B7F0C1E-52A4-3D11-9E10-${(index * 7919).toString(16).toUpperCase().padStart(12, '0')}`,
    linkedAgainst,
  }
}

export function loadedKexts(withSample: boolean): readonly LoadedKext[] {
  const ids = [
    'com.apple.kpi.bsd',
    'com.apple.kpi.iokit',
    'com.apple.kpi.libkern',
    'com.apple.kpi.mach',
    'com.apple.kpi.unsupported',
    'com.apple.iokit.IOACPIFamily',
    'com.apple.iokit.IOPCIFamily',
    'com.apple.driver.AppleACPIPlatform',
    'com.apple.iokit.IOHIDFamily',
    'com.apple.iokit.IOHIDSystem',
    'com.apple.iokit.IOGraphicsFamily',
    'com.apple.driver.usb.AppleUSBXHCI',
  ]
  const kexts = ids.map((id, i) => loaded(i + 1, id, i < 5 ? [] : i < 7 ? [2, 3] : [7, 6, 3, 2]))
  return withSample ? [...kexts, loaded(13, sampleId, [3, 2])] : kexts
}
