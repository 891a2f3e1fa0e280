import type { ActionRecord } from '../contract/action-types.ts'
import { checkLinesOf, type CheckLine } from './check-lines.ts'

/*
 * TAP version 14: a plan, then one line for each check, with what was seen as a YAML block below it. `#` begins a
 * directive, so it and the backslash are escaped; texts in the block are JSON strings, which YAML reads too.
 */

/** TAP version 14. What is not known is `not ok … # TODO unknown: reason`. */
export function tapLines(records: readonly ActionRecord[]): readonly string[] {
  const checks = records.map(record => ({ record, lines: checkLinesOf(record) }))
  const count = checks.reduce((sum, { lines }) => sum + lines.length, 0)
  if (count === 0) return ['TAP version 14', '1..0 # SKIP nothing was asked']
  const written: string[] = []
  let number = 0
  for (const { record, lines } of checks) {
    written.push(
      `# ${onOneLine(record.title)}, ${onOneLine(record.targetLabel)}, ${record.startedAt}`,
    )
    for (const line of lines) written.push(...checkLines(++number, line))
  }
  return ['TAP version 14', `1..${count}`, ...written]
}

function checkLines(
  number: number,
  { group, title, status, detail, durationMs }: CheckLine,
): readonly string[] {
  const description = escaped(`${group}: ${title}`)
  const reason = escaped(detail.split('\n', 1)[0]!)
  const head =
    status === 'pass'
      ? `ok ${number} - ${description}`
      : status === 'fail'
        ? `not ok ${number} - ${description}`
        : `not ok ${number} - ${description} # TODO unknown: ${reason}`
  const facts = [
    ...(detail === '' ? [] : [`  seen: ${quoted(detail)}`]),
    ...(durationMs === null ? [] : [`  duration_ms: ${Math.round(durationMs)}`]),
  ]
  return facts.length === 0 ? [head] : [head, '  ---', ...facts, '  ...']
}

function escaped(text: string): string {
  return onOneLine(text).replace(/[\\#]/g, '\\$&')
}

/** Control characters and separators of lines would end a line, or move the cursor of a terminal. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]+/gu, ' ').trim()
}

/** JSON leaves some characters as they are that are no good in a terminal or in YAML. */
function quoted(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    character =>
      [...character]
        .map(each => {
          const code = each.codePointAt(0)!
          return code > 0xffff
            ? `\\U${code.toString(16).padStart(8, '0')}`
            : `\\u${code.toString(16).padStart(4, '0')}`
        })
        .join(''),
  )
}
