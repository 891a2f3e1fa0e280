import { describe, expect, test } from 'vitest'
import { checkLinesOf } from '../../../core/history/check-lines.ts'
import { junitXml } from '../../../core/history/junit-xml.ts'
import { tapLines } from '../../../core/history/tap-lines.ts'
import type { ActionRecord } from '../../../core/contract/action-types.ts'
import { hasPython, runPython } from '../../helpers/run-python.ts'
import { outcome, record, step, wholeRecord } from './sample-record.ts'
import { readTap } from './read-tap.ts'

const linesOf = (of: ActionRecord): readonly string[] =>
  checkLinesOf(of).map(({ group, title, status }) => `${status} ${group}: ${title}`)

describe('what can pass or fail of a record', () => {
  test('preflight, tools, expectations and leaks, each with its group', () => {
    expect(linesOf(wholeRecord)).toEqual([
      'pass preflight: Not a virtual machine',
      'pass preflight: Lint',
      'pass preflight: Libraries',
      'unknown preflight: The guest’s own check',
      'pass load: /sbin/kextload /Library/Extensions/MyKext.kext',
      'pass expectations: com.example.MyKext is loaded',
      'fail expectations: one service of class MyKext, registered',
      'unknown expectations: after the unload: no more objects of class MyKext than before the load',
      'fail leaks: nothing is left behind by loading and unloading',
      'fail leaks: no objects of class MyKext are left',
      'unknown leaks: IOMalloc allocation does not grow',
    ])
    expect(checkLinesOf(wholeRecord)[6]!.detail).toBe(
      'MyKext is !registered, !matched, active, busy 0\n/src/kextant.yaml:4',
    )
  })

  test('a stop that was not accepted, or at which it stopped all the same, fails', () => {
    const [first] = linesOf({ ...wholeRecord, accepted: [] })
    expect(first).toBe('fail preflight: Not a virtual machine')
    const steps = [step({ phase: 'preflight', status: 'failed', outcome: null, exitCode: null })]
    expect(linesOf({ ...wholeRecord, steps })[0]).toBe('fail preflight: Not a virtual machine')
  })

  test('approval and reboot are no failures, and no success', () => {
    const pending = outcome({ kind: 'approval-needed', succeeded: false, isPending: true })
    const waiting = record({ conclusion: 'waits-for-user', steps: [step({ outcome: pending })] })
    expect(linesOf(waiting)).toEqual([
      'unknown load: /sbin/kextload /Library/Extensions/MyKext.kext',
    ])
  })

  test('a step that broke off fails with its sentence', () => {
    const failure = { kind: 'connection-lost', address: 'demo:22', detail: 'reset' } as const
    const lines = checkLinesOf(
      record({ conclusion: 'connection', steps: [step({ status: 'failed', failure })] }),
    )
    expect(lines.map(({ status }) => status)).toEqual(['fail', 'unknown'])
    expect(lines[0]!.detail).toContain('demo:22')
    expect(lines[1]!.detail).toBe('The guest could not be reached any more.')
  })

  test.each([
    ['holds', 'pass'],
    ['cancelled', 'unknown'],
    ['interrupted', 'unknown'],
    ['refused', 'fail'],
    ['failed', 'fail'],
    ['does-not-hold', 'fail'],
    [null, 'unknown'],
  ] as const)(
    'a record without checks that ended with %s is one line: %s',
    (conclusion, status) => {
      expect(linesOf(record({ conclusion }))).toEqual([`${status} action: Try MyKext.kext`])
    },
  )

  test('without expectations the checks of the report count, but not the tool’s word twice', () => {
    const report: ActionRecord['report'] = {
      kind: 'unload',
      verdict: 'attention',
      headline: '',
      kext: {
        bundleIdentifier: 'com.example.MyKext',
        isLoaded: false,
        version: null,
        uuid: null,
        bundleVersion: null,
        isSameVersion: null,
        wasLoadedBefore: false,
        isAutoUnloaded: false,
      },
      checks: [
        { status: 'pass', title: 'The kext is loaded', detail: '' },
        { status: 'attention', title: 'It was loaded before', detail: 'Same tag.' },
      ],
      personalities: [],
      added: [],
      removed: [],
      classCounts: [],
      newLogLines: [],
      newLogLinesMayLack: false,
      settled: { isSettled: true, waitedMs: 0 },
    }
    expect(linesOf(record({ report, steps: [step({ outcome: outcome() })] }))).toEqual([
      'pass load: /sbin/kextload /Library/Extensions/MyKext.kext',
      'unknown verify: It was loaded before',
    ])
  })
})

/** Text that a guest may have written, and that each of the formats has its own trouble with. */
const nasty = [
  'a & b < c > d "e" \'f\' ]]> <!-- -->',
  'bell \x07, NUL \0, escape \x1b[31mred, DEL \x7f, C1 \x85',
  'lines\nand\r\nmore\rof\ttabs',
  '# TODO not a directive \\ backslash # SKIP',
  'half a pair \ud800, none \ufffe\uffff, \u2028 \u202e',
  'ok 1 - no',
  'Bail out!',
  '',
  '😀',
]

const nastyRecord = record({
  title: nasty.join(' '),
  targetLabel: nasty[1]!,
  conclusion: 'does-not-hold',
  expectations: {
    source: { kind: 'derived', from: nasty[0]! },
    waitedMs: 0,
    results: nasty.flatMap(text =>
      (['pass', 'fail', 'unknown'] as const).map(status => ({
        title: text,
        status,
        seen: text,
        when: 'after-load' as const,
        line: null,
      })),
    ),
  },
})

const readJunit = `
import json, sys, xml.etree.ElementTree as E
root = E.fromstring(sys.stdin.buffer.read())
def case(c):
    f, s = c.find('failure'), c.find('skipped')
    return {'group': c.get('classname'), 'name': c.get('name'), 'time': c.get('time'),
            'failure': None if f is None else [f.get('message'), f.get('type'), f.text],
            'skipped': None if s is None else s.get('message')}
print(json.dumps({'root': [root.tag, root.attrib], 'suites': [
    {'attributes': s.attrib, 'properties': {p.get('name'): p.get('value') for p in s.iter('property')},
     'cases': [case(c) for c in s.iter('testcase')]} for s in root.findall('testsuite')]}))
`

interface ReadJunit {
  readonly root: readonly [string, Readonly<Record<string, string>>]
  readonly suites: readonly {
    readonly attributes: Readonly<Record<string, string>>
    readonly properties: Readonly<Record<string, string>>
    readonly cases: readonly {
      readonly group: string
      readonly name: string
      readonly time: string
      readonly failure: readonly [string, string, string | null] | null
      readonly skipped: string | null
    }[]
  }[]
}

function parseJunit(xml: string): ReadJunit {
  const printed = runPython(readJunit, new TextEncoder().encode(xml))
  return JSON.parse(new TextDecoder().decode(printed)) as ReadJunit
}

test('JUnit is written as it always was', () => {
  expect(junitXml([wholeRecord]).split('\n').slice(0, 12)).toEqual([
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="Kextant" tests="11" failures="3" errors="0" skipped="3" time="2.500">',
    '  <testsuite name="Try MyKext.kext" tests="11" failures="3" errors="0" skipped="3" time="2.500" timestamp="2024-05-06T07:08:09" hostname="Demo guest" id="a1">',
    '    <properties>',
    '      <property name="action" value="loop"/>',
    '      <property name="conclusion" value="does-not-hold"/>',
    '      <property name="expectations" value="/src/kextant.yaml"/>',
    '    </properties>',
    '    <testcase classname="preflight" name="Not a virtual machine" time="0.000">',
    '      <system-out>Accepted. A panic takes it down.</system-out>',
    '    </testcase>',
    '    <testcase classname="preflight" name="Lint" time="0.000">',
  ])
})

describe.skipIf(!hasPython)('JUnit, read by another parser', () => {
  test('has a suite for each record, with counts and times', () => {
    const { root, suites } = parseJunit(junitXml([wholeRecord, record()]))
    expect(root).toEqual([
      'testsuites',
      { name: 'Kextant', tests: '12', failures: '3', errors: '0', skipped: '3', time: '5.000' },
    ])
    expect(suites.map(({ cases }) => cases.length)).toEqual([11, 1])
    expect(suites[0]!.cases[4]).toEqual({
      group: 'load',
      name: '/sbin/kextload /Library/Extensions/MyKext.kext',
      time: '1.234',
      failure: null,
      skipped: null,
    })
    expect(suites[0]!.cases[6]!.failure).toEqual([
      'MyKext is !registered, !matched, active, busy 0',
      'expectations',
      'MyKext is !registered, !matched, active, busy 0\n/src/kextant.yaml:4',
    ])
    expect(suites[0]!.cases[7]!.skipped).toBe('unknown: this guest does not count objects')
  })

  test('is well-formed whatever a guest has written', () => {
    const { suites } = parseJunit(junitXml([nastyRecord]))
    const { cases } = suites[0]!
    expect(cases).toHaveLength(27)
    expect(cases[0]!.name).toBe(nasty[0])
    expect(cases[1]!.failure?.[2]).toBe(nasty[0])
    expect(cases[3]!.name).toContain('bell ␇, NUL ␀, escape ␛[31mred')
    expect(cases[6]!.name).toBe(nasty[2])
    expect(cases[12]!.name).toBe('half a pair \ufffd, none \ufffd\ufffd, \u2028 \u202e')
    expect(cases[24]!.name).toBe('😀')
  })
})

describe('TAP', () => {
  test('is written as it always was', () => {
    expect(tapLines([wholeRecord]).slice(0, 8)).toEqual([
      'TAP version 14',
      '1..11',
      '# Try MyKext.kext, Demo guest, 2024-05-06T07:08:09.500Z',
      'ok 1 - preflight: Not a virtual machine',
      '  ---',
      '  seen: "Accepted. A panic takes it down."',
      '  ...',
      'ok 2 - preflight: Lint',
    ])
    expect(tapLines([wholeRecord])).toContain(
      'not ok 8 - expectations: after the unload: no more objects of class MyKext than before the load # TODO unknown: this guest does not count objects',
    )
  })

  test('is read by another reader with all its checks, numbers and what was seen', () => {
    const { plan, checks } = readTap(tapLines([wholeRecord, record()]))
    expect(plan).toBe(12)
    expect(checks.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(checks.filter(({ isOk, todo }) => !isOk && todo === null)).toHaveLength(3)
    expect(checks.filter(({ todo }) => todo !== null)).toHaveLength(3)
    expect(checks[6]).toEqual({
      number: 7,
      isOk: false,
      description: 'expectations: one service of class MyKext, registered',
      todo: null,
      block: { seen: 'MyKext is !registered, !matched, active, busy 0\n/src/kextant.yaml:4' },
    })
    expect(checks[4]!.block).toMatchObject({ duration_ms: 1234 })
  })

  test('keeps its form whatever a guest has written', () => {
    const lines = tapLines([nastyRecord])
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u)
    const { plan, checks } = readTap(lines)
    expect(plan).toBe(27)
    expect(
      checks.map(({ isOk, todo }) => (todo !== null ? 'unknown' : isOk ? 'pass' : 'fail')),
    ).toEqual(nasty.flatMap(() => ['pass', 'fail', 'unknown']))
    expect(checks[9]!.description).toBe(`expectations: ${nasty[3]}`)
    expect(checks[7]!.block).toEqual({ seen: nasty[2] })
    expect(checks[24]!.description).toBe('expectations: 😀')
  })

  test('says so where there is nothing', () => {
    expect(tapLines([])).toEqual(['TAP version 14', '1..0 # SKIP nothing was asked'])
  })
})
