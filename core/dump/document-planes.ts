import type { PlaneDraft } from '../registry/plane-draft.ts'
import { noString } from '../registry/snapshot.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { indexOfText } from '../registry/xml-characters.ts'
import { guessPlane } from './guess-plane.ts'
import { nextLess, Tag, tagAt } from './archive-tags.ts'
import { commandPlane, headingOf } from './text-lines.ts'

/** A file of more documents than this is made to confuse: what follows counts to the last of them. */
const documentLimit = 1000

interface DocumentPlane {
  readonly draft: PlaneDraft
  /** A line before it tells that another command printed it. */
  readonly isAnnounced: boolean
}

/**
 * The planes of the documents that follow each other in one file, as when several `ioreg -a -p PLANE` write to it. Each
 * registry has a plane of its own: a heading or the echo of its command tells which, or else it is guessed. What
 * is no whole registry, and was not announced either, belongs to the plane before.
 */
export class DocumentPlanes {
  private readonly builder: SnapshotBuilder
  private readonly documents: DocumentPlane[]

  /** @param name of the first document's plane; `''`: to be guessed */
  constructor(builder: SnapshotBuilder, name: string) {
    this.builder = builder
    this.documents = [{ draft: builder.addPlane(name), isAnnounced: false }]
  }

  get drafts(): readonly PlaneDraft[] {
    return this.documents.map(({ draft }) => draft)
  }

  /**
   * A document begins.
   * @param from where what stands before it begins; it ends at `to`
   * @param isList an array of matches (`ioreg -r`), not one tree
   * @returns the plane of its nodes
   */
  begin(bytes: Uint8Array, from: number, to: number, isList: boolean): PlaneDraft {
    const told = planeTold(bytes, from, to)
    const { draft } = this.documents.at(-1)!
    if (draft.length === 0) {
      if (told) draft.plane = told
      return draft
    }
    const isOfItsOwn = told !== null || !isList
    if (!isOfItsOwn || this.documents.length >= documentLimit) return draft
    const next = this.builder.addPlane(told ?? '')
    this.documents.push({ draft: next, isAnnounced: told !== null })
    return next
  }

  /** After the last node: every plane gets its name. */
  finish(): void {
    let before = ''
    for (const { draft, isAnnounced } of this.documents) {
      if (draft.plane === '') {
        const isOwn = before === '' || isAnnounced || this.isRegistry(draft)
        draft.plane = isOwn ? guessPlane(this.builder, draft) : before
      }
      before = draft.plane
    }
  }

  private isRegistry({ name, length }: PlaneDraft): boolean {
    const root = length > 0 ? name[0]! : noString
    return (
      root !== noString && new TextDecoder().decode(this.builder.strings.bytesOf(root)) === 'Root'
    )
  }
}

/**
 * The plane that the lines in `[from, to)` tell; `''` where a command does not name one; null where there is no command
 * and no heading. Of several the last that names one counts, as in a text.
 */
function planeTold(bytes: Uint8Array, from: number, to: number): string | null {
  let told: string | null = null
  let command = indexOfText(bytes, 'ioreg', from, to)
  for (let start = from; start < to;) {
    const newline = bytes.indexOf(10, start)
    const next = newline < 0 || newline >= to ? to : newline + 1
    let end = newline < 0 || newline >= to ? to : newline
    if (end > start && bytes[end - 1] === 13) end--
    let plane = headingOf(bytes, start, end)
    if (command >= start && command < next) {
      plane ??= commandPlane(bytes, start, end)
      command = indexOfText(bytes, 'ioreg', next, to)
    }
    if (plane !== null && (plane !== '' || told === null)) told = plane
    start = next
  }
  return told
}

/** Where the first element that is a dictionary or an array begins. */
export function firstDocument(bytes: Uint8Array): number {
  for (let at = nextLess(bytes, 0); at >= 0; at = nextLess(bytes, at + 1)) {
    const tag = tagAt(bytes, at + 1)
    if (tag === Tag.dict || tag === Tag.array) return at
  }
  return bytes.length
}
