import { describe, expect, test } from 'vitest'
import type { ToolRun } from '../../../core/kext/outcome.ts'
import {
  categoryNames,
  readDiagnostics,
  type DiagnosticCategory,
} from '../../../core/kext/read-diagnostics.ts'
import { readGuestCheck } from '../../../core/preflight/read-guest-check.ts'
import { Random } from '../../helpers/random.ts'

const path = '/tmp/Foo.kext'

function run(changes: Partial<ToolRun>): ToolRun {
  return { tool: 'kextutil', exitCode: 0, stdout: '', stderr: '', kernelLog: null, ...changes }
}

const items = (changes: Partial<ToolRun>): string[] =>
  readGuestCheck(run(changes)).items.map(({ status, title }) => `${status}: ${title}`)

describe('kextutil -n -t', () => {
  test('the report of the facts, to the letter', () => {
    const stdout = `Defaulting to kernel file '/System/Library/Kernels/kernel'
Diagnostics for /tmp/Foo.kext:
Authentication Failures: 
    File owner/permissions are incorrect (must be root:wheel, nonwritable by group/other): 
        /tmp/Foo.kext
        /tmp/Foo.kext/Contents

Dependency Resolution Failures: 
    No kexts found for these libraries: 
        com.example.lib

`
    const check = readGuestCheck(run({ exitCode: 4, stdout }))
    expect(check).toMatchObject({ tool: 'kextutil', verdict: 'not-loadable', text: stdout })
    expect(check.categories).toEqual([
      {
        name: 'Authentication Failures',
        diagnostics: [
          {
            text: 'File owner/permissions are incorrect (must be root:wheel, nonwritable by group/other)',
            values: ['/tmp/Foo.kext', '/tmp/Foo.kext/Contents'],
          },
        ],
      },
      {
        name: 'Dependency Resolution Failures',
        diagnostics: [{ text: 'No kexts found for these libraries', values: ['com.example.lib'] }],
      },
    ])
    expect(check.items).toMatchObject([
      {
        status: 'stop',
        title: 'Wrong owner or permissions',
        detail: expect.stringContaining('/tmp/Foo.kext, /tmp/Foo.kext/Contents') as string,
      },
      {
        status: 'stop',
        title: 'A library is missing',
        detail: expect.stringContaining('com.example.lib') as string,
      },
    ])
  })

  test('loadable, with warnings', () => {
    const stdout = `Diagnostics for ${path}:\nWarnings: \n    Personality has no CFBundleIdentifier: Foo\n    Kext is not signed\n\n${path} appears to be loadable (including linkage for on-disk libraries).\n`
    expect(items({ stdout })).toEqual([
      'warning: A personality has no CFBundleIdentifier',
      'warning: It is not signed',
      'pass: The guest finds it loadable',
    ])
  })

  test('safe boot does not matter to a guest that is not in it', () => {
    const report = "Boot Level Restrictions: \n    Kext isn't loadable during safe boot.\n\n"
    const loadable = `${path} appears to be loadable (including linkage for on-disk libraries).\n`
    expect(items({ stdout: report + loadable })).toEqual([
      'note: Not in safe boot',
      'pass: The guest finds it loadable',
    ])
    expect(items({ stdout: report, exitCode: 5 })).toEqual([
      'note: Not in safe boot',
      'stop: Not in safe boot',
    ])
  })

  test.each([
    ['the exit code names it', 2, '', 'not-loadable', 'stop: No code for this kernel'],
    [
      'a link error',
      6,
      `Failed to load ${path} - (libkern/kext) link error.\n`,
      'not-loadable',
      'stop: The kext cannot be linked',
    ],
    [
      'nothing there',
      1,
      'No kernel extensions found.\n',
      'not-checked',
      'unknown: kextutil could not check it',
    ],
    [
      'wrong arguments',
      64,
      'usage: kextutil\n',
      'not-checked',
      'unknown: kextutil could not check it',
    ],
    [
      'not root',
      77,
      'You must be running as root to load kexts or send personalities into the kernel.\n',
      'not-checked',
      'unknown: kextutil could not check it',
    ],
    ['stopped', null, '', 'not-checked', 'unknown: kextutil could not check it'],
    ['silence', 0, '', 'not-checked', 'unknown: kextutil has not said whether it is loadable'],
    [
      'the shim of macOS 11',
      0,
      'kextutil: -n is not a supported kmutil mode\n',
      'not-checked',
      'unknown: The guest has checked nothing',
    ],
  ] as const)('%s', (_title, exitCode, stderr, verdict, item) => {
    expect(readGuestCheck(run({ exitCode, stderr })).verdict).toBe(verdict)
    expect(items({ exitCode, stderr })).toEqual([item])
  })

  test('a diagnostic that is not known is told as it was printed', () => {
    const stdout = 'Validation Failures: \n    Something new: \n        here\n'
    expect(readGuestCheck(run({ exitCode: 4, stdout })).items).toEqual([
      { status: 'stop', title: 'Something new', detail: 'here.' },
    ])
  })
})

describe('kmutil print-diagnostics', () => {
  const kmutil = (exitCode: number, stderr: string) =>
    readGuestCheck(run({ tool: 'kmutil', exitCode, stderr }))

  test.each([
    [
      `Filesystem error: Invalid ownership (502:20) should be (0:0) on ${path}\n`,
      'Wrong owner or permissions',
      '502:20',
    ],
    [
      'Authenticating extension failed: Bad code signature\n',
      'The signature is not accepted',
      'ad hoc',
    ],
    [
      'Extension with identifiers com.x.A not approved to load. Please approve using System Settings.\n',
      'A user must approve it first',
      'com.x.A',
    ],
    [
      'Error Domain=KMErrorDomain Code=31 "Error occurred while building a collection: x"\n',
      'The kernel collection could not be built',
      'another kext',
    ],
  ])('%s', (stderr, title, detail) => {
    const check = kmutil(1, stderr)
    expect(check).toMatchObject({ tool: 'kmutil', verdict: 'not-loadable' })
    expect(check.items).toMatchObject([
      { status: 'stop', title, detail: expect.stringContaining(detail) as string },
    ])
  })

  const copy = '/tmp/kextant-1/Foo.kext'
  const ofCopy = (stderr: string) =>
    readGuestCheck(run({ tool: 'kmutil', exitCode: 1, stderr }), copy).verdict
  const owner = (path: string) =>
    `Filesystem error: Invalid ownership (502:20) should be (0:0) on ${path}\n`

  test('of a copy, what is said of the folders above it is no word on the bundle', () => {
    expect(ofCopy(owner('/private/tmp/kextant-1'))).toBe('not-checked')
    expect(ofCopy(owner('/tmp'))).toBe('not-checked')
    expect(ofCopy(owner(`${copy}/Contents`))).toBe('not-loadable')
    expect(ofCopy(owner('/tmp') + owner(copy))).toBe('not-loadable')
    expect(kmutil(1, owner('/tmp')).verdict).toBe('not-loadable')
    const { items } = readGuestCheck(
      run({ tool: 'kmutil', exitCode: 1, stderr: owner('/tmp/kextant-1') }),
      copy,
    )
    expect(items.map(({ title }) => title)).toEqual(['kmutil speaks only of where the copy lies'])
  })

  test('what it prints without an error that is known decides nothing', () => {
    const check = readGuestCheck(run({ tool: 'kmutil', stdout: 'Foo.kext: all good\n' }))
    expect(check).toMatchObject({ verdict: 'not-checked', text: 'Foo.kext: all good\n' })
    expect(check.items).toMatchObject([
      { status: 'unknown', title: 'kmutil print-diagnostics has not said whether it is loadable' },
    ])
  })

  test('a path that is not there says nothing of the bundle', () => {
    const check = kmutil(1, 'Error Domain=NSPOSIXErrorDomain Code=2 "No such file or directory"\n')
    expect(check.verdict).toBe('not-checked')
  })

  test('a report in the layout of kextutil is read', () => {
    const check = kmutil(1, 'Validation Failures: \n    Compatible version must be lower\n')
    expect(check.verdict).toBe('not-loadable')
  })
})

/** The layout of facts: kexts, section 9, written by other hands than those that read it. */
function write(categories: readonly DiagnosticCategory[]): string {
  return categories
    .map(({ name, diagnostics }) => {
      const lines = diagnostics.flatMap(({ text, values }) => {
        if (values.length === 0) return [`    ${text}`]
        const [only] = values
        const isShort = values.length === 1 && text.length + only!.length <= 72
        if (isShort) return [`    ${text}: ${only!}`]
        return [`    ${text}: `, ...values.map(value => `        ${value}`)]
      })
      return [`${name}: `, ...lines, ''].map(line => `${line}\n`).join('')
    })
    .join('')
}

const letters = 'abcXYZ019./-_()’“*→'

function word(random: Random): string {
  return Array.from({ length: 1 + random.below(40) }, () => random.pick([...letters])).join('')
}

test('what is written in the layout is read as it was (seeded)', () => {
  const random = new Random(9)
  for (let round = 0; round < 1000; round++) {
    const categories = Array.from({ length: random.below(5) }, () => ({
      name: random.pick(categoryNames),
      diagnostics: Array.from({ length: 1 + random.below(4) }, () => ({
        text: Array.from({ length: 1 + random.below(5) }, () => word(random)).join(' '),
        values: Array.from({ length: random.below(4) }, () => `${word(random)} ${word(random)}`),
      })),
    }))
    const noise = random.chance(0.5) ? `Diagnostics for ${path}:\n` : ''
    const text = `${noise}${write(categories)}`
    expect(readDiagnostics(text.split('\n')), text).toEqual(categories)
  }
})

test('nonsense of the same pieces is read with bounds, and soon (seeded)', () => {
  const random = new Random(10)
  const pieces = [
    ...categoryNames.map(name => `${name}: `),
    'Warnings:',
    '    ',
    '        ',
    '\t',
    ': ',
    '\n',
    '\n\n',
    'appears to be loadable',
    'Diagnostics for x:',
    '\0',
    '\r\n',
    '    File not found: ',
    "    Kext isn't loadable during safe boot.",
    'x'.repeat(5000),
  ]
  for (let round = 0; round < 2000; round++) {
    const text = Array.from({ length: random.below(60) }, () => random.pick(pieces)).join('')
    const check = readGuestCheck(
      run({
        tool: random.pick(['kextutil', 'kmutil']),
        exitCode: random.pick([null, 0, 1, 4, 5, 6, 27, 64]),
        stdout: text,
      }),
    )
    expect(check.items.length).toBeGreaterThan(0)
    expect(check.items.length).toBeLessThanOrEqual(110)
    if (check.verdict === 'loadable') expect(text).toContain('appears to be loadable')
    expect(JSON.parse(JSON.stringify(check))).toEqual(check)
  }
})

test('a diagnostic of four thousand letters has a title that fits', () => {
  const stdout = `Validation Failures: \n    ${'x'.repeat(4000)}: \n        ${'y'.repeat(4000)}\n`
  const [item] = readGuestCheck(run({ exitCode: 4, stdout })).items
  expect(item!.title.length + item!.detail.length).toBeLessThan(500)
})

test('a report without an end is cut', () => {
  const startedAt = performance.now()
  const stdout = `Warnings: \n${'    Kext is not signed: \n        value\n'.repeat(500_000)}`
  const check = readGuestCheck(run({ exitCode: 4, stdout }))
  expect(performance.now() - startedAt).toBeLessThan(20_000)
  expect(check.items.length).toBeLessThanOrEqual(110)
  expect(check.text.length).toBeLessThanOrEqual(200_010)
})
