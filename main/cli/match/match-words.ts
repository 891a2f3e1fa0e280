import type { CatalogueItem, PersonalityOrigin } from '../../../core/matching/catalogue-item.ts'
import type { KeyCheck, Standing } from '../../../core/matching/verdict.ts'
import type { EntryIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import { printableInLine } from '../../app/printable.ts'
import { classText, idOf, labelText, pathText, placeOf, unnamed } from '../format/entry-text.ts'
import { valueLines } from '../format/value-text.ts'
import type { Hue, Look } from '../look.ts'

// Small parts of what is said of matching, ready for a terminal.

export const standingWords: Readonly<Record<Standing, string>> = {
  running: 'runs',
  wins: 'wins',
  loses: 'loses',
  fails: 'fails',
  'not-considered': 'not considered',
  unknown: 'unknown',
}

const standingHues: Readonly<Record<Standing, Hue>> = {
  running: 'green',
  wins: 'cyan',
  loses: 'yellow',
  fails: 'dim',
  'not-considered': 'dim',
  unknown: 'red',
}

/** The longest word and a blank; `not considered` is rare and may stick out. */
const standingWidth = 8

export function standingText(standing: Standing, { paint }: Look): string {
  return paint(standingHues[standing], standingWords[standing].padEnd(standingWidth))
}

/** The width of a column. There may be more rows than a call takes arguments. */
export function longest<T>(rows: readonly T[], text: (row: T) => string): number {
  return rows.reduce((width, row) => Math.max(width, text(row).length), 0)
}

/** `en0  IOEthernetInterface  0x100000301` */
export function entryText(snapshot: Snapshot, entry: EntryIndex, { paint }: Look): string {
  const id = idOf(snapshot, entry)
  const end = id === null ? '' : `  ${paint('dim', id)}`
  return `${labelOf(snapshot, entry)}  ${paint('cyan', classText(snapshot, entry))}${end}`
}

export function labelOf(snapshot: Snapshot, entry: EntryIndex): string {
  const place = placeOf(snapshot, entry)
  return place ? labelText(snapshot, place.plane, place.node) : unnamed
}

/** Its first path; its ID where the dump shows it nowhere. */
export function pathOf(snapshot: Snapshot, entry: EntryIndex): string {
  const place = placeOf(snapshot, entry)
  return place ? pathText(snapshot, place.plane, place.node) : (idOf(snapshot, entry) ?? unnamed)
}

/** `HelloNub of org.kextant.HelloNub` */
export function itemText({ name, bundleIdentifier }: CatalogueItem): string {
  const bundle = printableInLine(bundleIdentifier) || '(no bundle identifier)'
  return `${printableInLine(name)} of ${bundle}`
}

export function originText(snapshot: Snapshot, origin: PersonalityOrigin): string {
  switch (origin.kind) {
    case 'installed':
      return printableInLine(`${origin.kextPath}, “${origin.name}”`)
    case 'boot-cache':
      return `the boot-time cache, ${printableInLine(origin.path)}`
    case 'instance':
      return `a running driver, ${pathOf(snapshot, origin.entry)}`
    case 'what-if':
      return `what if: ${printableInLine(origin.kextPath === null ? origin.name : `${origin.kextPath}, “${origin.name}”`)}`
  }
}

const outcomeMarks = { holds: '✓', fails: '✗', unknown: '?' } as const
const outcomeHues = { holds: 'green', fails: 'red', unknown: 'yellow' } as const

/** A key with both sides and what is said of it. */
export function* checkLines(check: KeyCheck, { paint }: Look): Generator<string> {
  const { key, outcome, wanted, found, note } = check
  yield `${paint(outcomeHues[outcome], outcomeMarks[outcome])} ${printableInLine(key)}${note === null ? '' : `  ${printableInLine(note)}`}`
  for (const line of valueLines('wanted', wanted, { isWhole: true })) yield `    ${line}`
  if (found === null) yield `    found  ${paint('dim', 'nothing by that name')}`
  else for (const line of valueLines('found ', found, { isWhole: true })) yield `    ${line}`
}

/** The same in one line, for a list. */
export function checkInLine({ key, wanted, found }: KeyCheck): string {
  const [first = '', ...more] = valueLines(key, wanted, { isWhole: false })
  const has = found === null ? 'it has none' : `it has ${inLine(found)}`
  return `${first}${more.length > 0 ? ' …' : ''}; ${has}`
}

function inLine(value: KeyCheck['wanted']): string {
  const [first = '', ...more] = valueLines('', value, { isWhole: false })
  return `${first.replace(/^\s*=\s*/, '')}${more.length > 0 ? ' …' : ''}`
}
