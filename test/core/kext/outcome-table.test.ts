import { describe, expect, test } from 'vitest'
import { decodeLoad, decodeUnload } from '../../../core/kext/decode-outcome.ts'
import type { Outcome } from '../../../core/kext/outcome.ts'
import { failed, id, notUnloaded, runOf, subject, type OutcomeCase } from './outcome-case.ts'
import { codes, elevenOn } from './outcome-cases-11.ts'
import { kernelLog } from './outcome-cases-kernel-log.ts'
import { kextload, tenFive } from './outcome-cases-kextload.ts'
import { kextutil } from './outcome-cases-kextutil.ts'
import { unloading } from './outcome-cases-unload.ts'

const good: readonly Outcome['kind'][] = [
  'loaded',
  'unloaded',
  'already-loaded',
  'loadable',
  'services-terminated',
  'personalities-sent',
]

/** What is promised of each: the words out of the text, the lines beside it, nothing that a sentence may not have. */
function check(given: OutcomeCase, outcome: Outcome): void {
  const { kind, headline } = outcome
  expect({ kind, headline }).toEqual({ kind: given.kind, headline: given.headline })
  const told = [outcome.explanation, ...outcome.advice].join(' ')
  for (const each of given.says ?? []) expect(told).toContain(each)
  for (const each of given.never ?? []) expect(told).not.toContain(each)
  if (given.code !== undefined) expect(outcome.code?.hex).toBe(given.code)

  expect(outcome.succeeded).toBe(good.includes(kind))
  expect(outcome.isPending).toBe(kind === 'approval-needed' || kind === 'reboot-needed')
  for (const each of [outcome.explanation, ...outcome.advice]) expect(each).toMatch(/\S\.$/)
  expect(`${headline} ${told}`).not.toMatch(/!|\{\}|undefined|null|\s{2}|\.\.$/)
  if (!outcome.succeeded) expect(outcome.advice.length).toBeGreaterThan(0)
  const { stdout = '', stderr = '', log = [] } = given
  const printed = [stderr, stdout, ...log].join('\n')
  for (const line of outcome.evidence) expect(printed).toContain(line)
  if (!outcome.succeeded && printed.trim() !== '') expect(outcome.evidence).not.toEqual([])
  expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome)
}

describe('loading', () => {
  const cases = [...tenFive, ...kextload, ...kextutil, ...kernelLog, ...elevenOn, ...codes]
  test.each(cases)('$title', given => {
    check(given, decodeLoad(runOf(given)))
  })
  // Who is asked for changes nothing where all lines are about it.
  test.each(cases)('$title, for a kext that is known', given => {
    check(given, decodeLoad({ ...runOf(given), subject }))
  })
})

describe('unloading', () => {
  test.each(unloading)('$title', given => {
    check(given, decodeUnload(runOf(given)))
  })
})

test('no case stands for two', () => {
  const titles = [...tenFive, ...kextload, ...kextutil, ...kernelLog, ...elevenOn, ...codes].map(
    ({ title }) => title,
  )
  expect(new Set(titles).size).toBe(titles.length)
})

test('approval names one that waits and is not the one that was asked for', () => {
  const given = elevenOn.find(({ title }) => title.includes('of others only'))!
  const outcome = decodeLoad({ ...runOf(given), subject })
  expect(outcome.explanation).toContain('com.example.Foo is not in it')
  expect(outcome.pending).toEqual(['com.other.Kext'])
})

// Facts: kexts, section 11. 0xe00002cb and 0xe00002dc are no codes.
const ioReturns = Array.from({ length: 0x2f0 - 0x2bc + 1 }, (_, i) => 0xe00002bc + i)
  .filter(code => code !== 0xe00002cb && code !== 0xe00002dc)
  .map(code => [`0x${code.toString(16)}`, 'kIOReturn'] as const)
const kernReturns = Array.from(
  { length: 56 },
  (_, i) => [`0x${(i + 1).toString(16)}`, 'KERN_'] as const,
)

test.each([...ioReturns, ...kernReturns])(
  'a start or stop routine that returns %s is told with its name %s…',
  (hex, name) => {
    const words = '(libkern/kext) kext (kmod) start/stop routine failed'
    const run = { tool: 'kextload', exitCode: 71, stdout: '' } as const
    const started = decodeLoad({
      ...run,
      stderr: failed(words),
      kernelLog: [`Kext ${id} did not start (return code ${hex}).`],
    })
    expect(started.kind).toBe('start-failed')
    expect(started.explanation).toContain(`start routine returned ${hex} (${name}`)
    const stopped = decodeUnload({
      ...run,
      tool: 'kextunload',
      exitCode: 3,
      stderr: `(kernel) Kext ${id} did not stop (return code ${hex}).\n${notUnloaded(words)}`,
      kernelLog: null,
    })
    expect(stopped.kind).toBe('stop-failed')
    expect(stopped.explanation).toContain(`stop routine returned ${hex} (${name}`)
  },
)
