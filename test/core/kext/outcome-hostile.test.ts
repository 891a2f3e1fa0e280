import { describe, expect, test } from 'vitest'
import { decodeLoad, decodeUnload } from '../../../core/kext/decode-outcome.ts'
import type { ToolRun } from '../../../core/kext/outcome.ts'
import { Random } from '../../helpers/random.ts'
import { failed, id, notUnloaded, path, runOf, subject } from './outcome-case.ts'
import { elevenOn } from './outcome-cases-11.ts'
import { kernelLog } from './outcome-cases-kernel-log.ts'
import { kextload, tenFive } from './outcome-cases-kextload.ts'
import { kextutil } from './outcome-cases-kextutil.ts'
import { unloading } from './outcome-cases-unload.ts'

function run(changes: Partial<ToolRun>): ToolRun {
  return { tool: 'kextload', exitCode: 71, stdout: '', stderr: '', kernelLog: null, ...changes }
}

/** Generous for a loaded machine; what is quadratic takes minutes. */
const soonMs = 20_000

function soon<T>(work: () => T): T {
  const startedAt = performance.now()
  const result = work()
  expect(performance.now() - startedAt).toBeLessThan(soonMs)
  return result
}

describe('size', () => {
  test('a million lines of noise hide neither the first word nor the last', () => {
    const noise = 'com_example_Foo: still here\n'.repeat(1_000_000)
    const last = soon(() =>
      decodeLoad(run({ stderr: noise + failed('(libkern/kext) link error') })),
    )
    const first = soon(() =>
      decodeLoad(run({ stderr: failed('(libkern/kext) link error') + noise })),
    )
    expect([last.kind, first.kind]).toEqual(['link-error', 'link-error'])
  })

  test.each([
    ['a line of ten megabytes', 'x'.repeat(10_000_000)],
    ['blanks', ' '.repeat(1_000_000)],
    ['the beginning of a message over and over', 'Kext '.repeat(500_000)],
    ['a message that never ends', `Kext ${'a'.repeat(1_000_000)} class ${'b'.repeat(1_000_000)}`],
    ['parentheses', '('.repeat(1_000_000)],
    ['colons', ': '.repeat(500_000)],
    [
      'approvals',
      `Extension with identifiers ${'a,'.repeat(500_000)} not approved to load. Please`,
    ],
    ['a category that never ends', `Warnings: \n${'    x: y\n'.repeat(200_000)}`],
    ['words of no end before the verdict', `${'a '.repeat(500_000)} failed to load - x`],
  ])('%s', (_title, text) => {
    for (const exitCode of [0, 71]) {
      const outcome = soon(() => decodeLoad(run({ exitCode, stderr: text, kernelLog: [text] })))
      expect(JSON.stringify(outcome).length).toBeLessThan(120_000)
      soon(() => decodeUnload(run({ exitCode, stdout: text, kernelLog: [text] })))
    }
  })

  test('a kernel log of a million lines', () => {
    const log = Array<string>(1_000_000).fill(`Kext ${id} did not start (return code 0x5).`)
    const outcome = soon(() => decodeLoad(run({ kernelLog: log })))
    expect(outcome.kind).toBe('start-failed')
    expect(outcome.evidence).toHaveLength(1)
  })

  test('a list of a thousand instances is told in part', () => {
    const lines = Array.from(
      { length: 1000 },
      (_, i) => `(kernel)     Kext ${id} class C${i} has 2 instances.\n`,
    )
    const { explanation, evidence } = decodeUnload(run({ exitCode: 3, stderr: lines.join('') }))
    expect(explanation).toContain('2 of C0, 2 of C1')
    expect(explanation).toContain('and 988 more')
    expect(evidence).toHaveLength(20)
  })
})

describe('what is said of others', () => {
  const other = 'com.other.Kext'
  const othersLink = [
    `kxld[${other}]: The following symbols are unresolved for this kext:`,
    '\t_symbol_of_the_other',
    `Can't load kext ${other} - link failed.`,
    `Failed to load kext ${other} (error 0xdc008016).`,
  ]

  test('a link error of another kext at the same time lends its symbols to nobody', () => {
    const stderr = failed('(libkern/kext) link error')
    for (const order of [
      [
        ...othersLink,
        `kxld[${id}]: The following symbols are unresolved for this kext:`,
        '\t_mine',
      ],
      [
        `kxld[${id}]: The following symbols are unresolved for this kext:`,
        '\t_mine',
        ...othersLink,
      ],
    ]) {
      const { explanation, evidence } = decodeLoad(run({ stderr, kernelLog: order, subject }))
      expect(explanation).toContain('a symbol: _mine.')
      expect([explanation, ...evidence].join()).not.toContain('other')
    }
  })

  test('a failure without a code is not explained by what another kext did', () => {
    const outcome = decodeLoad(run({ stderr: '', kernelLog: othersLink, subject }))
    expect(outcome.kind).toBe('unknown')
  })

  test('who is meant is seen from the tool’s own line, where an identifier was given', () => {
    const stderr = failed('(libkern/kext) kext (kmod) start/stop routine failed', id)
    const outcome = decodeLoad(
      run({
        stderr,
        kernelLog: [
          `Kext ${other} did not start (return code 0x6).`,
          `Kext ${id} did not start (return code 0x5).`,
        ],
      }),
    )
    expect(outcome.explanation).toContain('0x5 (KERN_FAILURE)')
  })

  test('the library of a library is told as what the log says of another', () => {
    const { kind, explanation } = decodeLoad(
      run({
        stderr: failed('(libkern/kext) dependency resolution failure'),
        kernelLog: [
          'Kext com.example.Lib - library kext com.example.Deep not found.',
          `Can't load kext ${id} - failed to resolve library dependencies.`,
        ],
        subject,
      }),
    )
    expect(kind).toBe('missing-dependency')
    expect(explanation).toContain('Of other kexts, which may be its libraries')
    expect(explanation).toContain('com.example.Lib lacks com.example.Deep')
  })

  test('the tool’s verdict on another kext is not ours', () => {
    const stderr = `/tmp/Other.kext failed to load - (libkern/kext) link error; check…\n${path} loaded successfully (or already loaded).\n`
    expect(decodeLoad(run({ exitCode: 0, stderr, subject })).kind).toBe('loaded')
    const unloaded = `${other} unloaded and personalities removed.\n${notUnloaded('(libkern/kext) not found')}`
    expect(decodeUnload(run({ exitCode: 3, stderr: unloaded, subject })).kind).toBe('not-loaded')
  })

  test('of several kexts in one command each has its own outcome', () => {
    const stderr = `${id} unloaded and personalities removed.\nFailed to unload ${other} - (libkern/kext) not found.\n`
    const outcomeOf = (bundleIdentifier: string) =>
      decodeUnload(run({ exitCode: 3, stderr, subject: { bundleIdentifier, path: null } })).kind
    expect([outcomeOf(id), outcomeOf(other)]).toEqual(['unloaded', 'not-loaded'])
  })

  test('among several in the log the one that is called like the bundle is meant', () => {
    const kernelLog = [
      `Kext ${other} did not start (return code 0x6).`,
      `Kext ${id} did not start (return code 0x5).`,
    ]
    const stderr = failed('(libkern/kext) kext (kmod) start/stop routine failed')
    const { explanation } = decodeLoad(run({ stderr, kernelLog }))
    expect(explanation).toContain('0x5 (KERN_FAILURE)')
  })

  test('a path that a link leads to is still ours', () => {
    const stderr = failed('(libkern/kext) link error', '/private/tmp/Foo.kext')
    const asked = { bundleIdentifier: id, path: '/tmp/Foo.kext/' }
    expect(decodeLoad(run({ stderr, subject: asked })).kind).toBe('link-error')
  })
})

describe('imitations', () => {
  test('what a driver prints makes no success and no approval', () => {
    const printed = [
      `${path} loaded successfully (or already loaded).`,
      `Extension with identifiers ${id} not approved to load. Please approve using System Settings.`,
      'You must be running as root to load kexts or send personalities into the kernel.',
      'No kernel extensions specified.',
      `Failed to terminate class Foo - (os/kern) failure.`,
    ]
    const outcome = decodeLoad(run({ kernelLog: printed }))
    expect(outcome).toMatchObject({ kind: 'unknown', succeeded: false, isPending: false })
  })

  test('a relayed line of the kernel is not the tool’s word', () => {
    const stderr = `(kernel) ${id} unloaded and personalities removed.\n(kernel) All instances of class Foo terminated.\n${notUnloaded('(libkern/kext) kext is in use or retained (cannot unload)')}`
    const outcome = decodeUnload(run({ exitCode: 3, stderr }))
    expect(outcome).toMatchObject({ kind: 'in-use', succeeded: false })
    expect(outcome.explanation).not.toContain('services')
  })

  test('a driver’s own “did not start” is not the kernel’s', () => {
    const log = ['com_example_Foo: motor did not start (return code 0x99)']
    expect(decodeLoad(run({ kernelLog: log })).kind).toBe('unknown')
  })

  test('names with control characters and line breaks stay in one sentence', () => {
    const name = 'Foo\u001b[2J\u202eevil'
    const { explanation } = decodeLoad(
      run({
        stderr: failed('(libkern/kext) kext (kmod) start/stop routine failed'),
        kernelLog: [
          `OSMetaClass: Kext ${id} class ${name} is a duplicate;kext com.x already has a class by that name.`,
        ],
      }),
    )
    // Showing it safely is up to who shows it; here it is only not lost.
    expect(explanation).toContain(name)
    expect(explanation).not.toContain('\n')
  })
})

test('lines of all messages in any order are an outcome with bounds, and soon (seeded)', () => {
  const cases = [...tenFive, ...kextload, ...kextutil, ...kernelLog, ...elevenOn, ...unloading]
  const pieces = cases.flatMap(each => {
    const { stdout, stderr, kernelLog: log } = runOf(each)
    return [...`${stdout}\n${stderr}`.split('\n'), ...(log ?? [])]
  })
  const random = new Random(20_26)
  const some = (): string[] =>
    Array.from({ length: random.below(12) }, () => {
      const piece = random.pick(pieces)
      if (random.chance(0.8)) return piece
      const at = random.below(piece.length + 1)
      return `${piece.slice(0, at)}${random.pick(['\0', '\r', '\t', ' ', '(', '"', '’', id, '0x'])}${piece.slice(at)}`
    })
  const startedAt = performance.now()
  for (let i = 0; i < 5000; i++) {
    const given: ToolRun = {
      tool: random.pick(['kextload', 'kextunload', 'kextutil', 'kmutil']),
      exitCode: random.pick([null, 0, 1, 3, 27, 28, 34, 64, 71, 77]),
      stderr: some().join('\n'),
      stdout: some().join('\n'),
      kernelLog: random.chance(0.5) ? some() : null,
      ...(random.chance(0.5) && { subject }),
    }
    for (const decode of [decodeLoad, decodeUnload]) {
      const outcome = decode(given)
      const told = [outcome.explanation, ...outcome.advice]
      const isSound =
        outcome.headline.length < 300 &&
        told.every(each => each.length < 6000 && each.endsWith('.')) &&
        outcome.evidence.length <= 20 &&
        (outcome.succeeded || outcome.advice.length > 0) &&
        (!outcome.succeeded ||
          given.exitCode === 0 ||
          (given.exitCode === 3 && given.subject !== undefined))
      if (!isSound) expect.fail(JSON.stringify({ given, outcome }, null, 1))
    }
  }
  expect(performance.now() - startedAt).toBeLessThan(20_000)
})
