import { commandIds, commandRow, type CommandId } from '../../../core/commands/commands.ts'
import type { RecentFile } from '../../../core/contract/preferences.ts'
import { createSearch, findNow } from '../../../core/query/search.ts'
import { nextBit } from '../../../core/registry/bit-set.ts'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { refOfNode } from '../../registry/selection.ts'
import { textAt } from '../../registry/columns.ts'
import type { EntryRef, OpenCapture } from '../../state/app-state.ts'
import { nameIn } from '../../widgets/host-path.ts'

/** One line of the palette. */
export type PaletteItem =
  | {
      readonly kind: 'command'
      readonly id: CommandId
      readonly title: string
      readonly aside: string
    }
  | {
      readonly kind: 'entry'
      readonly ref: EntryRef
      readonly title: string
      readonly aside: string
    }
  | { readonly kind: 'file'; readonly path: string; readonly title: string; readonly aside: string }

const mostEntries = 12
const mostFiles = 4

/**
 * What fits the words that were typed: commands first, then entries of the plane by name or class, then files. Each
 * word has to begin a word of the title, or stand in it.
 */
export function paletteItems(
  text: string,
  {
    current,
    plane,
    recentFiles,
  }: {
    readonly current: OpenCapture | null
    readonly plane: string
    readonly recentFiles: readonly RecentFile[]
  },
): readonly PaletteItem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const commands = commandIds
    .map(id => ({
      kind: 'command' as const,
      id,
      title: commandRow(id).title,
      aside: commandRow(id).menu,
    }))
    .map(item => ({ item, score: scoreOf(`${item.title} ${item.aside}`, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item)
  const files = recentFiles
    .filter(({ path }) => words.length > 0 && scoreOf(nameIn(path), words) > 0)
    .slice(0, mostFiles)
    .map(({ path, what }) => ({ kind: 'file' as const, path, title: nameIn(path), aside: what }))
  return [
    ...commands,
    ...(words.length > 0 && current ? entriesOf(current, plane, text) : []),
    ...files,
  ]
}

/** 0 where a word is missing; words that begin a word of the title count more. */
export function scoreOf(title: string, words: readonly string[]): number {
  const folded = title.toLowerCase()
  let score = 1
  for (const word of words) {
    const at = folded.indexOf(word)
    if (at < 0) return 0
    score += at === 0 ? 3 : folded[at - 1] === ' ' ? 2 : 0.5
  }
  return score
}

function entriesOf({ snapshot }: OpenCapture, planeName: string, text: string): PaletteItem[] {
  const plane = planeNamed(snapshot, planeName)
  if (!plane) return []
  const found = findNow(createSearch(snapshot, null), text, 'names')
  const nodes = found.nodes[snapshot.planes.indexOf(plane)]!
  const items: PaletteItem[] = []
  for (
    let n = nextBit(nodes, 0);
    n !== -1 && items.length < mostEntries;
    n = nextBit(nodes, n + 1)
  ) {
    const className = textAt(snapshot.strings, snapshot.entries.className[plane.entry[n]!]!)
    items.push({
      kind: 'entry',
      ref: refOfNode(snapshot, plane, n),
      title: nodeLabel(snapshot, plane, n),
      aside: className ?? '',
    })
  }
  return items
}
