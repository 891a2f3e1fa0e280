import type { DraftChoice, DraftPlan, DraftRival } from '../../../core/draft/draft-plan.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { valueNotation } from '../../../core/registry/value-notation.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { propertyValueToJson, type JsonValue } from '../../../core/write/value-json.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Look } from '../look.ts'
import { classText, count, idOf, pathText, placeOf } from './entry-text.ts'

const mostRivals = 8

export interface Written {
  /** Null: nothing was written. */
  readonly folder: string | null
  readonly paths: readonly string[]
}

/** A drafted driver for people: what it is, what it selects, whom it competes with, what was written. */
export function* draftLines(
  snapshot: Snapshot,
  plan: DraftPlan,
  { folder, paths }: Written,
  { paint }: Look,
): Generator<string> {
  const { names } = plan
  const chosen = plan.choices.find(choice => choice.id === plan.chosen)!
  yield `${paint('bold', names.kextName)}  ${names.bundleIdentifier}  ${paint('cyan', `class ${names.className}`)}`
  yield `  for ${serviceText(snapshot, plan)}`
  yield ''
  yield `${paint('bold', 'Personality')}  (${chosen.id})`
  for (const [key, value] of chosen.personality.entries) yield `  ${key} = ${shown(value)}`
  yield `  ${sentence(`It selects ${chosen.title}. ${chosen.why}`)}`
  yield* alsoMatches(chosen)
  yield ''
  yield paint('bold', 'Verdict')
  yield `  ${paint(chosen.wins ? 'green' : 'red', chosen.wins ? 'wins' : 'does not win')}  ${sentence(chosen.verdict)}`
  yield* rivals(chosen.rivals, `also in ${printableInLine(chosen.category)}`)
  yield* rivals(chosen.neighbours, 'in other categories of the service')
  yield* otherKeys(plan)
  if (plan.warnings.length > 0) {
    yield ''
    yield paint('yellow', 'To know')
    for (const warning of plan.warnings) yield `  ${sentence(warning)}`
  }
  if (folder === null) return
  yield ''
  yield `${paint('bold', 'Written')} to ${printableInLine(folder)}`
  for (const path of paths) yield `  ${printableInLine(path.slice(folder.length + 1))}`
}

function serviceText(snapshot: Snapshot, { entry }: DraftPlan): string {
  const place = placeOf(snapshot, entry)
  const path = place ? pathText(snapshot, place.plane, place.node) : '(no place)'
  return [path, classText(snapshot, entry), idOf(snapshot, entry)].filter(Boolean).join('  ')
}

function* alsoMatches(choice: DraftChoice): Generator<string> {
  const { alsoMatches, alsoMatchCount, undecidedCount } = choice
  if (undecidedCount > 0) {
    const those = count(undecidedCount, 'other service')
    yield `  Of ${those} the snapshot does not tell whether it matches them.`
  }
  if (alsoMatchCount === 0) {
    yield '  It matches nothing else that is known.'
    return
  }
  yield `  It also matches ${count(alsoMatchCount, 'other service')}:`
  for (const match of alsoMatches) {
    const parts = [match.title, match.className, match.id].filter(Boolean)
    yield `    ${printableInLine(parts.join('  '))}`
  }
  const more = alsoMatchCount - alsoMatches.length
  if (more > 0) yield `    … ${count(more, 'more', 'more')}`
}

function* rivals(found: readonly DraftRival[], title: string): Generator<string> {
  if (found.length === 0) return
  yield `  ${title}:`
  for (const { name, bundleIdentifier, category, score, isRunning } of found.slice(0, mostRivals)) {
    const parts = [
      name,
      bundleIdentifier,
      score === null ? '' : `score ${score}`,
      category,
      isRunning ? 'running' : '',
    ]
    yield `    ${printableInLine(parts.filter(part => part !== '').join('  '))}`
  }
  const more = found.length - mostRivals
  if (more > 0) yield `    … ${count(more, 'more', 'more')}`
}

function* otherKeys({ choices, chosen }: DraftPlan): Generator<string> {
  const others = choices.filter(({ id }) => id !== chosen)
  if (others.length === 0) return
  yield '  other keys that select it:'
  for (const { id, title, wins, alsoMatchCount } of others) {
    const also = alsoMatchCount === 0 ? 'nothing else' : count(alsoMatchCount, 'other')
    yield `    ${id}  ${printableInLine(title)}  ${wins ? 'wins' : 'does not win'}, matches ${also}`
  }
}

function sentence(text: string): string {
  return printableInLine(text)
}

function shown(value: PropertyValue): string {
  return printableInLine(valueNotation(value))
}

/** The same for programs, whole. */
export function draftJson(snapshot: Snapshot, plan: DraftPlan, written: Written): JsonValue {
  const { entry, names, choices, chosen, wins, files, warnings } = plan
  const place = placeOf(snapshot, entry)
  return {
    service: {
      id: idOf(snapshot, entry),
      path: place && pathText(snapshot, place.plane, place.node),
      class: classText(snapshot, entry),
    },
    name: names.name,
    kextName: names.kextName,
    class: names.className,
    bundleIdentifier: names.bundleIdentifier,
    wins,
    chosen,
    choices: choices.map(choiceJson),
    files: files.map(({ name, text }) => ({ name, text })),
    warnings: [...warnings],
    folder: written.folder,
    paths: [...written.paths],
  }
}

function choiceJson(choice: DraftChoice): JsonValue {
  return {
    keys: choice.id,
    title: choice.title,
    why: choice.why,
    personality: propertyValueToJson(choice.personality),
    category: choice.category,
    probeScore: choice.probeScore,
    score: choice.score,
    wins: choice.wins,
    verdict: choice.verdict,
    rivals: choice.rivals.map(rivalJson),
    neighbours: choice.neighbours.map(rivalJson),
    alsoMatches: choice.alsoMatches.map(({ title, className, id, wins }) => ({
      name: title,
      class: className,
      id,
      wins,
    })),
    alsoMatchCount: choice.alsoMatchCount,
    undecidedCount: choice.undecidedCount,
  }
}

function rivalJson({ name, bundleIdentifier, ioClass, ...rest }: DraftRival): JsonValue {
  return { name, bundleIdentifier, class: ioClass, ...rest }
}
