import type { Command } from 'commander'
import { kextsByClass } from '../../core/kext/owning-kext.ts'
import type { EntryMarks } from '../../core/diff/entry-marks.ts'
import { compileFilter, type CompiledFilter } from '../../core/query/filter/compile-filter.ts'
import type { Filter, FilterProblem } from '../../core/query/filter/filter-tree.ts'
import { createKextOf } from '../../core/query/filter/kext-of-entry.ts'
import { parseFilter } from '../../core/query/filter/parse-filter.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { printableInLine } from '../app/printable.ts'
import type { TakenCapture } from '../service/capture-guest.ts'
import { exitCodes } from './exit-codes.ts'

/** Reads a filter, or ends the command: the problem, with the place in the text, and exit code 64. */
export function readFilter(command: Command, text: string): Filter {
  const parsed = parseFilter(text)
  if (parsed.ok) return parsed.filter
  command.error(`error: ${problemLines(text, parsed.problem).join('\n')}`, {
    exitCode: exitCodes.usage,
  })
}

/** On either side of the place: the rest of a long filter is left out. */
const context = 60

/**
 * The problem, and a caret below the character that it is about:
 *
 *   “regist” is no state. Is registered meant?
 *     state:regist
 *           ^^^^^^
 *     expected: registered
 */
export function problemLines(
  text: string,
  { span, message, expected }: FilterProblem,
): readonly string[] {
  const from = Math.max(0, span.start - context)
  const to = Math.min(text.length, Math.max(span.end, span.start + 1) + context)
  const shown = (start: number, end: number) =>
    printableInLine(text.slice(start, end).replace(/\s/g, ' '))
  const before = `${from > 0 ? '…' : ''}${shown(from, span.start)}`
  const about = shown(span.start, Math.min(span.end, to))
  const after = `${shown(Math.min(span.end, to), to)}${to < text.length ? '…' : ''}`
  const carets = '^'.repeat(Math.max(1, Math.min(Array.from(about).length, context)))
  return [
    printableInLine(message),
    `  ${before}${about}${after}`,
    `  ${' '.repeat(Array.from(before).length)}${carets}`,
    ...(expected.length > 0 ? [`  expected: ${expected.join(', ')}`] : []),
  ]
}

/** A filter ready to be asked of a capture, or of its tables with those of another merged in. */
export function filterFor(
  filter: Filter,
  { capture, snapshot }: Pick<TakenCapture, 'capture' | 'snapshot'>,
  scope: 'names' | 'everything',
  merged: { readonly snapshot: Snapshot; readonly marks: EntryMarks } | null = null,
): CompiledFilter {
  const of = merged?.snapshot ?? snapshot
  return compileFilter(filter, {
    snapshot: of,
    scope,
    values: null,
    marks: merged?.marks ?? null,
    kextOf: createKextOf(of, kextsByClass(capture.installed ?? [])),
  })
}
