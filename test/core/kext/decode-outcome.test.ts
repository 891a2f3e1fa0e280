import { describe, expect, test } from 'vitest'
import type { Outcome, ToolRun } from '../../../core/kext/outcome.ts'
import { decodeLoad, decodeUnload } from '../../../core/kext/decode-outcome.ts'
import { instancesNamed, unresolvedSymbols } from '../../../core/kext/outcome-details.ts'

const path = '/Library/Extensions/Foo.kext'
const id = 'com.example.Foo'

function run(changes: Partial<ToolRun>): ToolRun {
  return { tool: 'kextload', exitCode: 0, stdout: '', stderr: '', kernelLog: null, ...changes }
}

/** A failure as kextload reports it through kextd: the last line of stderr is always of this form. */
const failed = (words: string): string =>
  `${path} failed to load - (libkern/kext) ${words}; check the system/kernel logs for errors or try kextutil(8).\n`

describe('loading', () => {
  test('silence and exit code 0 are success, and prove nothing about matching', () => {
    const outcome = decodeLoad(run({}))
    expect(outcome).toMatchObject({ kind: 'loaded', succeeded: true, evidence: [] })
    expect(outcome.explanation).toContain('says nothing about a driver having matched')
  })

  interface Case {
    readonly title: string
    readonly said: Partial<ToolRun>
    readonly kind: Outcome['kind']
    readonly explains?: string
    readonly code?: string
  }
  const cases: readonly Case[] = [
    {
      title: 'verbose success',
      said: {
        stderr: `Requesting load of ${path}.\n${path} loaded successfully (or already loaded).\n`,
      },
      kind: 'loaded',
    },
    {
      title: 'not root, through kextd',
      said: { exitCode: 77, stderr: failed('not privileged') },
      kind: 'not-privileged',
      code: '0xdc008004',
    },
    {
      title: 'not root, without kextd',
      said: { exitCode: 77, stderr: "Can't contact kextd; must run as root to load kexts.\n" },
      kind: 'not-privileged',
    },
    {
      title: 'wrong owner',
      said: { exitCode: 71, stderr: failed('authentication failure (file ownership/permissions)') },
      kind: 'authentication',
      code: '0xdc00800d',
    },
    {
      title: 'a library that is not there, named by the kernel',
      said: {
        exitCode: 71,
        stderr: failed('dependency resolution failure'),
        kernelLog: [`Kext ${id} - library kext com.example.Lib not found.`],
      },
      kind: 'missing-dependency',
      explains: 'The library com.example.Lib was not found.',
    },
    {
      title: 'a library in the wrong version',
      said: {
        exitCode: 71,
        stderr: failed('dependency resolution failure'),
        kernelLog: [
          `Kext ${id} - library kext com.example.Lib not compatible with requested version 2.0.`,
        ],
      },
      kind: 'missing-dependency',
      explains: 'does not serve the requested version 2.0.',
    },
    {
      title: 'an invalid bundle',
      said: { exitCode: 71, stderr: failed('validation failure (plist/executable)') },
      kind: 'validation',
    },
    {
      title: 'no code for this architecture',
      said: { exitCode: 71, stderr: failed('requested architecture/executable not found') },
      kind: 'wrong-architecture',
    },
    {
      title: 'unresolved symbols',
      said: {
        exitCode: 71,
        stderr: failed('link error'),
        kernelLog: [
          `kxld[${id}]: The following symbols are unresolved for this kext:`,
          `kxld[${id}]: \t_missing_function`,
          '\t__ZN5Other4initEv',
          `Can't load kext ${id} - link failed.`,
        ],
      },
      kind: 'link-error',
      explains: '2 symbols: _missing_function, __ZN5Other4initEv.',
      code: '0xdc008016',
    },
    {
      title: 'a class that exists already',
      said: {
        exitCode: 71,
        stderr: failed('kext (kmod) start/stop routine failed'),
        kernelLog: [
          `OSMetaClass: Kext ${id} class Foo is a duplicate;kext com.example.Bar already has a class by that name.`,
        ],
      },
      kind: 'duplicate-class',
      explains: 'com.example.Bar has a class Foo already',
    },
    {
      title: 'a start routine that refuses',
      said: {
        exitCode: 71,
        stderr: failed('kext (kmod) start/stop routine failed'),
        kernelLog: [
          `[    9.000001]: Kext ${id} did not start (return code 0x5).`,
          `[    9.000002]: Kext ${id} failed to load (0xdc008017).`,
        ],
      },
      kind: 'start-failed',
      explains: '0x5 (KERN_FAILURE)',
      code: '0xdc008017',
    },
    {
      title: 'another version in the kernel',
      said: {
        exitCode: 71,
        stderr: failed('different version/uuid already loaded'),
        kernelLog: [`Refusing new kext ${id}, v1.1: already have loaded v1.0.`],
      },
      kind: 'version-differs',
      explains: 'Version 1.0 of com.example.Foo is loaded, so 1.1 cannot be.',
    },
    {
      title: 'system policy',
      said: { exitCode: 27, stderr: failed('system policy prevents loading') },
      kind: 'policy',
    },
    {
      title: 'an invalid signature behind the policy',
      said: {
        exitCode: 27,
        stderr: `${failed('system policy prevents loading')}Kext with invalid signature (-67062) denied: ${path}\n`,
      },
      kind: 'signature',
    },
    {
      title: 'staging',
      said: { exitCode: 71, stderr: `${path} could not be staged, failing.\n` },
      kind: 'staging-failed',
    },
    {
      title: 'no such kext',
      said: { exitCode: 71, stderr: `Error: Kext ${path} - not found/unable to create.\n` },
      kind: 'not-found',
    },
    {
      title: 'safe boot',
      said: { exitCode: 71, kernelLog: [`Can't load kext ${id} - not loadable during safe boot.`] },
      kind: 'safe-boot',
    },
    {
      title: 'the exclude list',
      said: { exitCode: 71, kernelLog: [`Kext ${id} is in exclude list, not loadable`] },
      kind: 'excluded',
    },
    {
      title: 'wrong arguments',
      said: { exitCode: 64, stderr: 'No kernel extensions specified; …\nusage: kextload\n' },
      kind: 'usage',
    },
    { title: 'a tool that was stopped', said: { exitCode: null }, kind: 'timed-out' },
    {
      title: 'a failure without a word',
      said: { exitCode: 71 },
      kind: 'unknown',
      explains: 'exit code 71',
    },
    {
      title: '10.5: loaded before',
      said: { stderr: `kextload: extension ${path} is already loaded\n` },
      kind: 'already-loaded',
    },
    {
      title: '10.5: link error',
      said: { exitCode: 1, stderr: `kextload: link/load failed for extension ${path}\n` },
      kind: 'link-error',
    },
    {
      title: 'kextutil: a dry run that passes',
      said: {
        tool: 'kextutil',
        stdout: `${path} appears to be loadable (including linkage for on-disk libraries).\n`,
      },
      kind: 'loadable',
    },
    {
      title: 'kextutil: its report of missing libraries',
      said: {
        tool: 'kextutil',
        exitCode: 4,
        stderr:
          'Dependency Resolution Failures: \n    No kexts found for these libraries: \n        com.example.A\n        com.example.B\n',
      },
      kind: 'missing-dependency',
      explains: 'these libraries: com.example.A, com.example.B.',
    },
    {
      title: 'kextutil: only its exit code',
      said: { tool: 'kextutil', exitCode: 34 },
      kind: 'start-failed',
    },
    {
      title: 'kextutil -n on macOS 11, which checks nothing and exits with 0',
      said: { tool: 'kextutil', stderr: 'kextutil: -n is not a supported kmutil mode\n' },
      kind: 'handed-over',
    },
    {
      title: 'kmutil: approval',
      said: {
        tool: 'kmutil',
        exitCode: 27,
        stderr: `Extension with identifiers ${id} not approved to load. Please approve using System Settings.\n`,
      },
      kind: 'approval-needed',
    },
    { title: 'kmutil: reboot', said: { tool: 'kmutil', exitCode: 28 }, kind: 'reboot-needed' },
    {
      title: 'kextload on macOS 11: reboot',
      said: {
        exitCode: 28,
        stderr: 'Executing: /usr/bin/kmutil load -p /Library/Extensions/Foo.kext\n',
      },
      kind: 'reboot-needed',
    },
    {
      title: 'kmutil: a code in decimal',
      said: {
        tool: 'kmutil',
        exitCode: 71,
        stderr:
          'Error Domain=KMErrorDomain Code=71 "Kernel request failed: (libkern/kext) kext (kmod) start/stop routine failed (-603946985)"\n',
      },
      kind: 'start-failed',
      code: '0xdc008017',
    },
    {
      title: 'kmutil: the owner of a file',
      said: {
        tool: 'kmutil',
        exitCode: 1,
        stderr: `Filesystem error: Invalid ownership (502:20) should be (0:0) on ${path}\n`,
      },
      kind: 'authentication',
    },
    {
      title: 'kmutil: the collection',
      said: {
        tool: 'kmutil',
        exitCode: 31,
        stderr:
          'Error Domain=KMErrorDomain Code=31 "Error occurred while building a collection: …"\n',
      },
      kind: 'collection-error',
    },
    {
      title: 'kmutil: no such path',
      said: {
        tool: 'kmutil',
        exitCode: 1,
        stderr: 'Error Domain=NSPOSIXErrorDomain Code=2 "No such file or directory"\n',
      },
      kind: 'not-found',
    },
  ]

  test.each(cases)('$title: $kind', ({ said, kind, explains, code }) => {
    const outcome = decodeLoad(run(said))
    expect(outcome.kind).toBe(kind)
    expect(outcome.explanation).toContain(explains ?? '')
    if (code !== undefined) expect(outcome.code?.hex).toBe(code)
    const printed = `${said.stderr ?? ''}${said.stdout ?? ''}${(said.kernelLog ?? []).join('\n')}`
    expect(outcome.evidence.every(line => printed.includes(line))).toBe(true)
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome)
  })

  test('a failure of another kext in the kernel log does not stand in for the tool’s own words', () => {
    const outcome = decodeLoad(
      run({
        exitCode: 71,
        stderr: failed('authentication failure (file ownership/permissions)'),
        kernelLog: ['kxld[com.other]: The following symbols are unresolved for this kext:'],
      }),
    )
    expect(outcome.kind).toBe('authentication')
  })

  test('a failure of another kext in the kernel log does not undo a success', () => {
    const log = ['Failed to load kext com.other (error 0xdc008017).']
    expect(decodeLoad(run({ kernelLog: log })).kind).toBe('loaded')
  })

  test('a megabyte of nonsense is unknown, soon, and quoted in part', () => {
    const outcome = decodeLoad(run({ exitCode: 1, stderr: 'failed to \n'.repeat(100_000) }))
    expect(outcome.kind).toBe('unknown')
    expect(outcome.evidence.length).toBeLessThanOrEqual(20)
  })
})

describe('unloading', () => {
  const inUse = `Failed to unload ${id} - (libkern/kext) kext is in use or retained (cannot unload).\n`

  test.each([
    ['silence', {}, 'unloaded'],
    ['verbose success', { stderr: `${id} unloaded and personalities removed.\n` }, 'unloaded'],
    [
      'personalities only',
      { stderr: `${id}: services terminated and personalities removed (kext not unloaded).\n` },
      'services-terminated',
    ],
    [
      'not root',
      {
        exitCode: 77,
        stderr:
          'You must be running as root to unload kexts, terminate services, or remove driver personalities.\n',
      },
      'not-privileged',
    ],
    [
      'not loaded',
      {
        exitCode: 3,
        stderr: `(kernel) Kext ${id} not found for unload request.\nFailed to unload ${id} - (libkern/kext) not found.\n`,
      },
      'not-loaded',
    ],
    [
      'instances',
      {
        exitCode: 3,
        stderr: `(kernel) Can't unload kext ${id}; classes have instances:\n(kernel)     Kext ${id} class Foo has 1 instance.\n${inUse}`,
      },
      'in-use',
    ],
    [
      'other kexts',
      {
        exitCode: 3,
        stderr: `(kernel) Can't unload kext ${id}; outstanding references 2.\n${inUse}`,
      },
      'referenced',
    ],
    ['in use, without a reason', { exitCode: 3, stderr: inUse }, 'in-use'],
    [
      'a stop routine that refuses',
      {
        exitCode: 3,
        stderr: `(kernel) Kext ${id} did not stop (return code 0x5).\n(kernel) Kext ${id} can't unload - module stop returned 0xdc008017.\nFailed to unload ${id} - (libkern/kext) kext (kmod) start/stop routine failed.\n`,
      },
      'stop-failed',
    ],
    [
      'Apple’s own',
      {
        exitCode: 3,
        stderr: `Failed to unload com.apple.x - (libkern/kext) function/version unsupported.\n`,
        kernelLog: ['disallowing kextunload terminate for bundleID com.apple.x'],
      },
      'terminate-disallowed',
    ],
    ['a bad path', { exitCode: 1, stderr: "Can't create /tmp/No.kext.\n" }, 'not-found'],
    ['kmutil, not loaded', { tool: 'kmutil', exitCode: 3 }, 'not-loaded'],
    ['kextunload’s 3 without a word', { tool: 'kextunload', exitCode: 3 }, 'unknown'],
  ] as const)('%s', (_title, said, kind) => {
    const outcome = decodeUnload(run({ tool: 'kextunload', ...said }))
    expect(outcome.kind).toBe(kind)
    expect(outcome.succeeded).toBe(kind === 'unloaded' || kind === 'services-terminated')
  })

  test('the instances the kernel counts are named with their number', () => {
    const lines = [
      `(kernel)     Kext ${id} class Foo has 1 instance.`,
      `(kernel)     Kext ${id} class FooUserClient has 12 instances.`,
    ]
    expect(instancesNamed(lines)).toEqual([
      { className: 'Foo', count: 1 },
      { className: 'FooUserClient', count: 12 },
    ])
    const outcome = decodeUnload(
      run({ tool: 'kextunload', exitCode: 3, stderr: `${lines.join('\n')}\n${inUse}` }),
    )
    expect(outcome.explanation).toContain('1 of Foo, 12 of FooUserClient')
  })
})

test('unresolved symbols end where the indentation ends', () => {
  expect(
    unresolvedSymbols([
      'The following symbols are unresolved for this kext:',
      '\t_a',
      '\t_b',
      'x',
      '\t_c',
    ]),
  ).toEqual(['_a', '_b'])
})
