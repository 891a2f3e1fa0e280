import type { Candidate } from '../matching/verdict.ts'
import { nodesOf } from '../registry/lookup.ts'
import { nodeLabel } from '../registry/paths.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import {
  draftDriver,
  type AssessedChoice,
  type DraftContext,
  type DraftOptions,
} from './draft-driver.ts'
import type { DraftChoice, DraftMatch, DraftPlan, DraftRival } from './draft-plan.ts'
import { draftSentence } from './draft-sentence.ts'

const mostRivals = 50

/**
 * A driver for a service, as a view shows it: plain data, with sentences.
 *
 * @throws FailureError as `draftDriver`
 */
export function planDriver(
  context: DraftContext,
  entry: EntryIndex,
  options: DraftOptions = {},
): DraftPlan {
  const { names, choices, chosen, files, warnings } = draftDriver(context, entry, options)
  return {
    entry,
    names,
    choices: choices.map(assessed => choiceOf(context.snapshot, assessed)),
    chosen: chosen.choice.id,
    wins: chosen.verdict.wins,
    files,
    warnings,
  }
}

function choiceOf(snapshot: Snapshot, assessed: AssessedChoice): DraftChoice {
  const { choice, probeScore, personality, verdict } = assessed
  const { item, candidate, service } = verdict
  const others = service.candidates.filter(one => one.item !== item)
  const category = assessed.category ?? 'IODefaultMatchCategory'
  const isRival = (one: Candidate) =>
    one.item.category === category && (one.standing === 'running' || mayMatch(one))
  const isNeighbour = (one: Candidate) =>
    one.item.category !== category && (one.standing === 'running' || one.standing === 'wins')
  return {
    id: choice.id,
    title: choice.title,
    why: choice.why,
    personality,
    category,
    probeScore,
    score: candidate?.result?.kind === 'matches' ? candidate.result.score : null,
    wins: verdict.wins,
    verdict: draftSentence(verdict, entry => titleOf(snapshot, entry)),
    rivals: others.filter(isRival).map(rivalOf).slice(0, mostRivals),
    neighbours: others.filter(isNeighbour).map(rivalOf).slice(0, mostRivals),
    alsoMatches: assessed.alsoMatches.map(match => matchOf(snapshot, match.entry, match.wins)),
    alsoMatchCount: assessed.alsoMatchCount,
    undecidedCount: assessed.undecidedCount,
  }
}

function mayMatch({ result }: Candidate): boolean {
  return result?.kind === 'matches' || result?.kind === 'unknown'
}

function rivalOf({ item, result, standing }: Candidate): DraftRival {
  return {
    name: item.name,
    bundleIdentifier: item.bundleIdentifier,
    ioClass: item.ioClass,
    category: item.category,
    score: result?.kind === 'matches' ? result.score : null,
    isRunning: standing === 'running',
  }
}

function matchOf(snapshot: Snapshot, entry: EntryIndex, wins: boolean): DraftMatch {
  const { entries, strings } = snapshot
  const hasId = (entries.flags[entry]! & EntryFlag.hasId) !== 0
  return {
    entry,
    title: titleOf(snapshot, entry),
    className: stringAt(strings, entries.className[entry]!),
    id: hasId ? `0x${entries.id[entry]!.toString(16)}` : null,
    wins,
  }
}

/** Name and location where it stands first. */
function titleOf(snapshot: Snapshot, entry: EntryIndex): string {
  for (const plane of snapshot.planes) {
    const node = nodesOf(snapshot, plane, entry)[0]
    if (node !== undefined) return nodeLabel(snapshot, plane, node)
  }
  return stringAt(snapshot.strings, snapshot.entries.name[entry]!)
}
