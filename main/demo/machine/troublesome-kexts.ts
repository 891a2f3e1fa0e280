import { resources, service, type SampleKext } from './sample-kext.ts'

const family = 'io.darwinos.contrib.MyFamily'

/** Samples that cannot be loaded, cannot be unloaded, or leave something behind; each in one way. */
export const troublesomeKexts: readonly SampleKext[] = [
  {
    folder: 'HeldOpen.kext',
    readme:
      'A process, demoreader, opens it as soon as it is there and keeps it open: an unload terminates it, but it stays in the registry, inactive, until the process is ended.',
    version: '1.0.0',
    classes: [
      { name: 'HeldOpen', superclass: 'IOService' },
      { name: 'HeldOpenUserClient', superclass: 'IOUserClient' },
    ],
    programs: {
      HeldOpen: {
        start: [
          { do: 'log', text: 'HeldOpen: hello from kernel space\n' },
          { do: 'registerService' },
          { do: 'openUserClient', className: 'HeldOpenUserClient', process: 'demoreader' },
        ],
        stop: [{ do: 'log', text: 'HeldOpen: stopping\n' }],
      },
    },
    personality: { ...resources('HeldOpen'), IOUserClientClass: 'HeldOpenUserClient' },
  },
  {
    folder: 'MyFamily.kext',
    readme:
      'A library: it has OSBundleCompatibleVersion and a class that others derive theirs from, and matches nothing. It is loaded with UsesFamily.kext, and cannot be unloaded before it.',
    version: '1.2.0',
    compatibleVersion: '1.0.0',
    classes: [{ name: 'MyFamily', superclass: 'IOService' }],
    programs: {},
    personality: null,
  },
  {
    folder: 'UsesFamily.kext',
    readme:
      'Its class derives from one of MyFamily.kext, which it is linked against: MyFamily.kext has to lie in the guest before this one can be loaded.',
    version: '1.0.0',
    classes: [{ name: 'UsesFamily', superclass: 'MyFamily' }],
    programs: service('UsesFamily').programs,
    personality: resources('UsesFamily'),
    libraries: { [family]: '1.0.0' },
  },
  {
    folder: 'StopFails.kext',
    readme:
      'The stop routine of its module returns an error, so kextunload terminates its instance and the kernel keeps the code.',
    version: '1.0.0',
    ...service('StopFails'),
    module: { stopReturns: 5 },
    personality: resources('StopFails'),
  },
  {
    folder: 'ModuleStartFails.kext',
    readme:
      'The start routine of its module returns an error, so the kernel takes the kext out again before anything is matched.',
    version: '1.0.0',
    ...service('ModuleStartFails'),
    module: { startReturns: 5 },
    personality: resources('ModuleStartFails'),
  },
  {
    folder: 'LeaksMemory.kext',
    readme:
      'It unloads cleanly, but each time it was loaded a string of the kernel’s and 64 KB of memory stay behind: only counting over several cycles shows it.',
    version: '1.0.0',
    ...service('LeaksMemory', {
      start: [
        { do: 'log', text: 'LeaksMemory: hello from kernel space\n' },
        { do: 'makeObject', className: 'OSString', count: 8 },
        { do: 'malloc', bytes: 65_536 },
        { do: 'registerService' },
      ],
      stop: [
        { do: 'log', text: 'LeaksMemory: stopping\n' },
        { do: 'releaseObject', className: 'OSString', count: 7 },
      ],
    }),
    personality: resources('LeaksMemory'),
  },
  {
    folder: 'LeaksHelper.kext',
    readme:
      'Its driver makes a helper object, which is no service and never in the registry, and does not release it: the driver goes, and the kernel refuses to unload the kext because of the helper.',
    version: '1.0.0',
    classes: [
      { name: 'LeaksHelper', superclass: 'IOService' },
      { name: 'LeaksHelperQueue', superclass: 'OSObject' },
    ],
    programs: {
      LeaksHelper: {
        start: [
          { do: 'makeObject', className: 'LeaksHelperQueue' },
          { do: 'log', text: 'LeaksHelper: hello from kernel space\n' },
          { do: 'registerService' },
        ],
        stop: [{ do: 'log', text: 'LeaksHelper: stopping\n' }],
      },
    },
    personality: resources('LeaksHelper'),
  },
  {
    folder: 'DuplicateClass.kext',
    readme:
      'It defines a class that a kext of the system has already, IODisplayWrangler, and the kernel knows each class once: kextload fails and the kernel log names both kexts.',
    version: '1.0.0',
    ...service('IODisplayWrangler'),
    personality: resources('IODisplayWrangler'),
  },
  {
    folder: 'MissingSymbol.kext',
    readme:
      'Its class derives from IOPCIDevice, but OSBundleLibraries does not name IOPCIFamily: the kernel’s linker finds no such symbol.',
    version: '1.0.0',
    classes: [{ name: 'MissingSymbol', superclass: 'IOPCIDevice' }],
    programs: service('MissingSymbol').programs,
    personality: resources('MissingSymbol'),
  },
  {
    folder: 'WantsNewerLibrary.kext',
    readme:
      'OSBundleLibraries wants a newer IOPCIFamily than the one that is loaded, so its libraries cannot be resolved.',
    version: '1.0.0',
    ...service('WantsNewerLibrary'),
    personality: resources('WantsNewerLibrary'),
    libraries: { 'com.apple.iokit.IOPCIFamily': '99.0' },
  },
]
