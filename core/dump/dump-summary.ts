import type { LoadedKext } from '../kext/kext.ts'
import { placeLimit, type DumpFormat, type DumpProblem } from '../registry/snapshot.ts'
import type { Engine } from './engine.ts'
import type { PlaneDraft } from '../registry/plane-draft.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'

export interface DumpOptions {
  /** The plane, where somebody knows it; else the text's heading or a guess. */
  readonly plane?: string
  readonly label: string
  /** How long the dump will be, where somebody knows; a hint that spares memory. */
  readonly expectedBytes?: number | undefined
  /** Reads archives faster (`ArchiveOptions`). */
  readonly engine?: Engine | undefined
}

/** What one dump gave. */
export interface DumpSummary {
  readonly format: DumpFormat
  /** The planes it showed: one, or several where a text file holds several. */
  readonly planes: readonly string[]
  readonly nodes: number
  /** Drafts with an ID counted once each; without IDs every node is an entry. */
  readonly entries: number
  readonly problems: readonly DumpProblem[]
  /** The list of loaded kexts, where the file is or holds one. */
  readonly kexts?: readonly LoadedKext[]
  /** Where the file is not UTF-8: `UTF-16`. Places count the bytes of its UTF-8 form. */
  readonly encoding?: string
}

/** Reads one dump into a builder. After `finish` a reader is used up. */
export interface DumpReader {
  push(chunk: Uint8Array): void
  /**
   * The same for a dump that is in memory whole, as the only `push`: the buffer is used as it is, not
   * copied, and must not change afterwards.
   */
  pushWhole(bytes: Uint8Array): void
  finish(): DumpSummary
}

/**
 * Counts what went wrong by kind and cause, and tells each cause once, with all its places: a dump clipped at
 * the terminal's width has a thousand clipped lines and one problem.
 */
export class ProblemTally {
  private readonly label: string
  private readonly causes = new Map<
    string,
    { kind: DumpProblem['kind']; places: number[]; count: number }
  >()

  constructor(label: string) {
    this.label = label
  }

  /** @param cause a sentence; `%n` in it stands for how often it happened, `{value is|values are}` for what fits that */
  note(kind: DumpProblem['kind'], byteOffset: number, cause: string): void {
    const known = this.causes.get(cause)
    if (!known) this.causes.set(cause, { kind, places: [byteOffset], count: 1 })
    else if (known.count++ < placeLimit) known.places.push(byteOffset)
  }

  report(builder: SnapshotBuilder): readonly DumpProblem[] {
    const problems = [...this.causes].map(([cause, { kind, places, count }]) => ({
      source: this.label,
      kind,
      byteOffset: places[0]!,
      message: counted(cause, count),
      ...(count > 1 && { places }),
      ...(count > placeLimit && { morePlaces: count - placeLimit }),
    }))
    for (const problem of problems) builder.addProblem(problem)
    return problems
  }
}

/** `(%n times)` says nothing where it is once; of `{one|several}` the one that fits is taken. */
function counted(cause: string, count: number): string {
  const text = count === 1 ? cause.replace(' (%n times)', '') : cause
  return text
    .replace('%n', String(count))
    .replaceAll(/\{([^{|}]*)\|([^{|}]*)\}/g, (_, one: string, several: string) =>
      count === 1 ? one : several,
    )
}

/** What is said of nodes that are known by nothing but their place. */
export function withoutIdText(count: number, why = ''): string {
  return count === 1
    ? `1 node has no registry entry ID${why}; it counts as an entry of its own.`
    : `${count} nodes have no registry entry ID${why}; each counts as an entry of its own.`
}

/** How many entries the nodes of these planes show. To be asked after the last of them is finished. */
export function distinctEntries(builder: SnapshotBuilder, planes: readonly PlaneDraft[]): number {
  const { alias, length } = builder.entries
  const isSeen = new Uint8Array(length)
  let count = 0
  for (const plane of planes) {
    for (let node = 0; node < plane.length; node++) {
      const entry = alias[plane.entry[node]!]!
      if (isSeen[entry] === 0) count++
      isSeen[entry] = 1
    }
  }
  return count
}
