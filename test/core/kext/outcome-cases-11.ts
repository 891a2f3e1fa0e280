import { failed, id, path, type OutcomeCase } from './outcome-case.ts'

const kmutil = (rest: Omit<OutcomeCase, 'tool' | 'exit'> & Partial<OutcomeCase>): OutcomeCase => ({
  tool: 'kmutil',
  exit: 71,
  ...rest,
})

const executing = `Executing: /usr/bin/kmutil load -p ${path}\n`

/** Loading from macOS 11 on (facts: kexts, sections 1 and 10). */
export const elevenOn: readonly OutcomeCase[] = [
  kmutil({ title: '10: success', exit: 0, kind: 'loaded', headline: 'Loaded' }),
  {
    title: '1: kextload hands over, success',
    tool: 'kextload',
    exit: 0,
    stderr: executing,
    kind: 'loaded',
    headline: 'Loaded',
    says: ['handed the work to kmutil'],
  },
  {
    title: '1: kextutil -n is not done, and ends with 0',
    tool: 'kextutil',
    exit: 0,
    stderr: 'kextutil: -n is not a supported kmutil mode\n',
    kind: 'handed-over',
    headline: 'Nothing was checked',
    says: ['exit code 0 means nothing', 'kmutil print-diagnostics'],
  },
  kmutil({
    title: '10: approval, 11 and 12',
    exit: 27,
    stderr: `Extension with identifiers ${id},com.other.Kext not approved to load. Please approve using System Preferences.\n`,
    kind: 'approval-needed',
    headline: 'A user must approve it first',
    says: [`${id}, com.other.Kext`, 'not only this one', 'in System Preferences,'],
    never: ['System Settings'],
  }),
  kmutil({
    title: '10: approval, 13 on, of others only',
    exit: 27,
    stderr:
      'Extension with identifiers com.other.Kext not approved to load. Please approve using System Settings.\n',
    kind: 'approval-needed',
    headline: 'A user must approve it first',
    says: ['com.other.Kext', `in System Settings,`],
    never: ['System Preferences'],
  }),
  kmutil({
    title: '10: exit code 27 by itself',
    exit: 27,
    kind: 'approval-needed',
    headline: 'A user must approve it first',
    says: ['System Preferences (System Settings from macOS 13)'],
  }),
  {
    title: '1, 10: kextload, approval by the exit code of kmutil',
    tool: 'kextload',
    exit: 27,
    stderr: executing,
    kind: 'approval-needed',
    headline: 'A user must approve it first',
  },
  kmutil({
    title: '10: exit code 28',
    exit: 28,
    kind: 'reboot-needed',
    headline: 'A reboot is needed',
    says: ['auxiliary kernel collection', 'Restart the guest'],
  }),
  {
    title: '1, 10: kextload, reboot',
    tool: 'kextload',
    exit: 28,
    stderr: executing,
    kind: 'reboot-needed',
    headline: 'A reboot is needed',
  },
  kmutil({
    title: '10: the auxiliary collection',
    exit: 31,
    stderr:
      'Error Domain=KMErrorDomain Code=31 "Error occurred while building a collection: \'com.other.Kext\' has no code" UserInfo={NSLocalizedDescription=…}\n',
    kind: 'collection-error',
    headline: 'The kernel collection could not be built',
    says: ["'com.other.Kext' has no code", 'another kext than this one may be to blame'],
  }),
  kmutil({
    title: '10: a superclass that the collection lacks',
    exit: 31,
    stderr:
      'Error Domain=KMErrorDomain Code=31 "Error occurred while building a collection: Cannot find symbol for metaclass pointed to by \'__ZN3Foo10superClassE\'"\n',
    kind: 'superclass-missing',
    headline: 'A superclass is missing',
    says: [
      'The superclass of Foo was not found',
      'may be that of another kext',
      'OSBundleLibraries',
    ],
  }),
  kmutil({
    title: '10: the kernel refused, as a signed number',
    stderr:
      'Error Domain=KMErrorDomain Code=71 "Kernel request failed: (libkern/kext) kext (kmod) start/stop routine failed (-603946985)"\n',
    kind: 'start-failed',
    headline: 'The kext’s start routine refused',
    code: '0xdc008017',
  }),
  kmutil({
    title: '10: the kernel refused, as a number and nothing else',
    stderr:
      'Error Domain=KMErrorDomain Code=71 "Kernel request failed: (libkern/kext) … (-603946986)"\n',
    kind: 'link-error',
    headline: 'The kext cannot be linked',
    code: '0xdc008016',
  }),
  kmutil({
    title: '10: 11.0, not loadable',
    stderr:
      'Kernel request failed: (libkern/kext) not loadable (reason unspecified) (-603946989)\n',
    kind: 'not-loadable',
    headline: 'Not loadable, and nobody says why',
    says: ['kOSKextReturnNotLoadable', 'kmutil print-diagnostics'],
    code: '0xdc008013',
  }),
  kmutil({
    title: '10: no boot kernel collection',
    stderr:
      'Error Domain=KMErrorDomain Code=71 "Could not find: Unable to get contents of boot kernel collection at /System/Library/KernelCollections/BootKernelExtensions.kc"\n',
    kind: 'collection-error',
    headline: 'The boot kernel collection was not found',
    says: ['KernelCollections'],
  }),
  kmutil({
    title: '10: another code of kmutil is not guessed at',
    exit: 1,
    stderr: 'Error Domain=KMErrorDomain Code=99 "Something new"\n',
    kind: 'unknown',
    headline: 'Not loaded',
    says: ['code 99 of KMErrorDomain', '“Something new”', 'not documented'],
  }),
  kmutil({
    title: '10: a bad path',
    exit: 1,
    stderr: 'Error Domain=NSPOSIXErrorDomain Code=2 "No such file or directory"\n',
    kind: 'not-found',
    headline: 'No such kext',
  }),
  kmutil({
    title: '10, 5: ownership',
    exit: 1,
    stderr: `Filesystem error: Invalid ownership (502:20) should be (0:0) on ${path}/Contents\n`,
    kind: 'authentication',
    headline: 'Wrong owner or permissions',
    says: [`${path}/Contents belongs to 502:20`, 'folders above the bundle'],
  }),
  kmutil({
    title: '10: a signature',
    exit: 1,
    stderr: 'Authenticating extension failed: Bad code signature\n',
    kind: 'signature',
    headline: 'The signature is not accepted',
    says: ['signed ad hoc', 'System Integrity Protection off', 'approval is still needed'],
  }),
  kmutil({
    title: '6: what every run of kmutil prints is no error',
    exit: 0,
    stderr: 'No variant specified, falling back to release\n',
    kind: 'loaded',
    headline: 'Loaded',
  }),
]

interface CodeRow {
  readonly n: number
  readonly words: string
  readonly kind: OutcomeCase['kind']
  readonly headline: string
}

/** All of section 11, as loading tells them. */
export const kextReturns: readonly CodeRow[] = [
  [0x1, 'internal error', 'internal-error', 'The kext system failed'],
  [0x2, 'allocation failure', 'no-memory', 'The kernel has no memory for it'],
  [0x3, 'resource shortage', 'no-memory', 'The kernel has no memory for it'],
  [0x4, 'not privileged', 'not-privileged', 'Root is needed'],
  [0x5, 'invalid argument', 'internal-error', 'The kext system failed'],
  [0x6, 'not found', 'not-found', 'No such kext'],
  [0x7, 'bad data (mkext/other)', 'internal-error', 'The kext system failed'],
  [0x8, 'XML (un)serialization error', 'internal-error', 'The kext system failed'],
  [0x9, 'function/version unsupported', 'unsupported', 'The kernel does not support this'],
  [0xa, 'function disabled', 'disabled', 'Loading is disabled'],
  [0xb, 'malformed kext (bundle layout/missing plist)', 'validation', 'The bundle is not valid'],
  [0xc, 'validation failure (plist/executable)', 'validation', 'The bundle is not valid'],
  [
    0xd,
    'authentication failure (file ownership/permissions)',
    'authentication',
    'Wrong owner or permissions',
  ],
  [
    0xe,
    'dependency resolution failure',
    'missing-dependency',
    'A library is missing or does not fit',
  ],
  [
    0xf,
    'requested architecture/executable not found',
    'wrong-architecture',
    'No code for this kernel',
  ],
  [0x10, 'cache error', 'internal-error', 'The kext system failed'],
  [0x11, 'operation deferred (queued to user space)', 'deferred', 'The request was put off'],
  [0x12, 'operation/kext not allowed at current boot level', 'safe-boot', 'Not in safe boot'],
  [0x13, 'not loadable (reason unspecified)', 'not-loadable', 'Not loadable, and nobody says why'],
  [0x14, 'different version/uuid already loaded', 'version-differs', 'Another version is loaded'],
  [0x15, 'dependency load failed', 'dependency-failed', 'A library could not be loaded'],
  [0x16, 'link error', 'link-error', 'The kext cannot be linked'],
  [
    0x17,
    'kext (kmod) start/stop routine failed',
    'start-failed',
    'The kext’s start routine refused',
  ],
  [
    0x18,
    'kext is in use or retained (cannot unload)',
    'in-use',
    'A kext of this identifier is in use',
  ],
  [0x19, 'kext request timed out', 'timed-out', 'No answer'],
  [0x1a, 'kext is stopping and cannot issue requests', 'stopping', 'The kext is being stopped'],
  [0x1b, 'system policy prevents loading', 'policy', 'System policy prevents loading'],
  [
    0x1c,
    'loading/mapping of a kext collection failed',
    'collection-error',
    'A kernel collection could not be loaded',
  ],
  [
    0x1d,
    'mapping of the SystemKC failed',
    'collection-error',
    'A kernel collection could not be loaded',
  ],
  [
    0x1e,
    'loading/mapping of the AuxiliaryKC failed',
    'collection-error',
    'A kernel collection could not be loaded',
  ],
  [
    0x1f,
    'loading of both Auxiliary and System KCs failed',
    'collection-error',
    'A kernel collection could not be loaded',
  ],
].map(([n, words, kind, headline]) => ({ n, words, kind, headline }) as CodeRow)

const metaClassCodes = [
  [0x1, 'class-table', 'Its classes could not be registered'],
  [0x2, 'in-use', 'A kext of this identifier is in use'],
  [0x3, 'class-table', 'Its classes could not be registered'],
  [0x4, 'no-memory', 'The kernel has no memory for it'],
  [0x5, 'no-memory', 'The kernel has no memory for it'],
  [0x6, 'no-memory', 'The kernel has no memory for it'],
  [0x7, 'class-table', 'Its classes could not be registered'],
  [0x8, 'superclass-missing', 'A superclass is missing'],
  [0x9, 'superclass-missing', 'A superclass is missing'],
  [0xa, 'duplicate-class', 'A class of this name exists already'],
  [0xb, 'class-table', 'Its classes could not be registered'],
] as const

/** By its string through kextd, by its number in hexadecimal in the kernel log, by its signed number from kmutil. */
export const codes: readonly OutcomeCase[] = [
  ...kextReturns.flatMap(({ n, words, kind, headline }): OutcomeCase[] => {
    const value = 0xdc008000 + n
    const code = `0x${value.toString(16)}`
    return [
      {
        title: `11: ${code} as words`,
        tool: 'kextload',
        exit: 71,
        stderr: failed(`(libkern/kext) ${words}`),
        kind,
        headline,
        code,
      },
      {
        title: `11: ${code} as hex in the kernel log`,
        tool: 'kextload',
        exit: 71,
        log: [`Kext ${id} failed to load (${code}).`],
        kind,
        headline,
        code,
      },
      {
        title: `11: ${code} as a signed number`,
        tool: 'kmutil',
        exit: 71,
        stderr: `Error Domain=KMErrorDomain Code=71 "Kernel request failed: (libkern/kext) … (${value - 2 ** 32})"\n`,
        kind,
        headline,
        code,
      },
    ]
  }),
  ...metaClassCodes.map(([n, kind, headline]): OutcomeCase => {
    const code = `0x${(0xdc004000 + n).toString(16)}`
    return {
      title: `11: metaclass ${code}`,
      tool: 'kextload',
      exit: 71,
      log: [`Failed to load kext ${id} (error ${code}).`],
      kind,
      headline,
      code,
    }
  }),
]
