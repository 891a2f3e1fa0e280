import type { ActionRecord } from '../contract/action-types.ts'
import { escapeXml } from '../write/xml-text.ts'
import { checkLinesOf, type CheckLine } from './check-lines.ts'

/*
 * JUnit's XML as CI systems read it:
 *
 *   <testsuites> <testsuite name tests failures errors skipped time timestamp hostname>
 *     <properties> <property name value/> </properties>
 *     <testcase classname name time> [ <failure message type>text</failure> | <skipped message/> ] </testcase>
 *
 * What is not known is skipped: it is no failure, and no success either.
 */

/** JUnit XML, one suite per record. */
export function junitXml(records: readonly ActionRecord[]): string {
  const suites = records.map(record => ({ record, lines: checkLinesOf(record) }))
  const all = suites.flatMap(({ lines }) => lines)
  const time = records.reduce((sum, record) => sum + elapsedMs(record), 0)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'Kextant', ...totals(all), time: seconds(time) })}>`,
    ...suites.flatMap(({ record, lines }) => suite(record, lines)),
    '</testsuites>',
    '',
  ].join('\n')
}

function suite(record: ActionRecord, lines: readonly CheckLine[]): readonly string[] {
  const head = {
    name: record.title,
    ...totals(lines),
    time: seconds(elapsedMs(record)),
    // Without a zone, as the schema that most readers follow has it; times are UTC.
    timestamp: record.startedAt.replace(/(?:\.\d+)?Z$/, ''),
    hostname: record.targetLabel,
    id: record.id,
  }
  const properties = {
    action: record.request.kind,
    conclusion: record.conclusion ?? 'running',
    ...(record.expectations && {
      expectations:
        record.expectations.source.kind === 'file'
          ? record.expectations.source.path
          : `derived from ${record.expectations.source.from}`,
    }),
  }
  return [
    `  <testsuite${attributes(head)}>`,
    '    <properties>',
    ...Object.entries(properties).map(
      ([name, value]) => `      <property${attributes({ name, value })}/>`,
    ),
    '    </properties>',
    ...lines.flatMap(testCase),
    '  </testsuite>',
  ]
}

function testCase({ group, title, status, detail, durationMs }: CheckLine): readonly string[] {
  const head = attributes({ classname: group, name: title, time: seconds(durationMs ?? 0) })
  switch (status) {
    case 'pass':
      return detail === ''
        ? [`    <testcase${head}/>`]
        : [
            `    <testcase${head}>`,
            `      <system-out>${textOf(detail)}</system-out>`,
            '    </testcase>',
          ]
    case 'fail':
      return [
        `    <testcase${head}>`,
        `      <failure${attributes({ message: firstLine(detail), type: group })}>${textOf(detail)}</failure>`,
        '    </testcase>',
      ]
    case 'unknown':
      return [
        `    <testcase${head}>`,
        `      <skipped${attributes({ message: `unknown: ${firstLine(detail)}` })}/>`,
        '    </testcase>',
      ]
  }
}

function totals(lines: readonly CheckLine[]): Readonly<Record<string, string>> {
  const count = (status: CheckLine['status']): string =>
    String(lines.filter(line => line.status === status).length)
  return {
    tests: String(lines.length),
    failures: count('fail'),
    errors: '0',
    skipped: count('unknown'),
  }
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${attributeText(value)}"`)
    .join('')
}

/** Line ends in an attribute would be read as blanks. */
function attributeText(text: string): string {
  return textOf(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}

/** Control characters, which XML 1.0 cannot hold, stand as their pictures; half a surrogate pair as U+FFFD. */
function textOf(text: string): string {
  return escapeXml(text.replace(/\p{Surrogate}/gu, '\ufffd')).text
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!
}

function elapsedMs({ startedAt, endedAt, steps }: ActionRecord): number {
  const whole = endedAt === null ? NaN : Date.parse(endedAt) - Date.parse(startedAt)
  return Number.isFinite(whole) && whole >= 0
    ? whole
    : steps.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0)
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
