import { EntryMark } from '../../core/diff/entry-marks.ts'
import { nodeLabel, nodePath } from '../../core/registry/paths.ts'
import { EntryFlag, type NodeIndex, type PlaneTable } from '../../core/registry/snapshot.ts'
import { entryId, textAt } from '../registry/columns.ts'
import { stateBrief } from '../registry/service-state.ts'
import type { OpenCapture } from '../state/app-state.ts'
import { kextOfEntry } from './frame/entry-kexts.ts'

/** What a picture says of a node: its lines, its note, its hover card. Full and as the guest wrote it. */
export interface NodeWords {
  readonly name: string
  readonly className: string
  readonly state: string | null
  /** What the eye should catch: `gone`, `!matched`, `busy 2`. */
  readonly note: string | null
  readonly facts: readonly (readonly [string, string])[]
}

export function nodeWords(current: OpenCapture, plane: PlaneTable, node: NodeIndex): NodeWords {
  const { snapshot, marks } = current
  const { entries, strings } = snapshot
  const entry = plane.entry[node]!
  const name = nodeLabel(snapshot, plane, node)
  const className = textAt(strings, entries.className[entry]!) ?? 'class not known'
  const brief = stateBrief(entries, entry)
  const busy = entries.flags[entry]! & EntryFlag.hasBusyCount ? entries.busyCount[entry]! : 0
  const kext = kextOfEntry(current, entry)
  const id = entryId(snapshot, entry)
  const change = markWord(marks?.bits[entry] ?? 0)
  const said = [
    change,
    brief && brief.word !== 'registered' && brief.word !== '!registered' ? brief.word : null,
    busy > 0 ? `busy ${busy}` : null,
  ].filter(word => word !== null)
  return {
    name,
    className,
    state: brief?.word ?? null,
    note: said.length > 0 ? said.join(', ') : null,
    facts: [
      ['Class', className],
      ...(brief ? [['State', brief.words] as const] : []),
      ...(busy > 0 ? [['Busy', String(busy)] as const] : []),
      ...(change ? [['Diff', change] as const] : []),
      ...(kext ? [['Kext', kext] as const] : []),
      ...(id === null ? [] : [['ID', id] as const]),
      ['Path', nodePath(snapshot, plane, node)],
    ],
  }
}

function markWord(bits: number): string | null {
  if (bits & EntryMark.gone) return 'gone'
  if (bits & EntryMark.new) return 'new'
  if (bits & EntryMark.moved) return 'moved'
  return bits & EntryMark.changed ? 'changed' : null
}
