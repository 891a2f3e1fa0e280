import { PlaneDraft } from '../registry/plane-draft.ts'
import type { TextSection } from '../registry/text-style.ts'
import { guessPlane } from './guess-plane.ts'
import type { OpenNodes } from './open-nodes.ts'
import { SectionDraft } from './section-draft.ts'
import { AsideKind, Slot } from './text-asides.ts'
import type { TextContext } from './text-line.ts'

/** A text of more commands than this is made to confuse: what follows counts to the last of them. */
const sectionLimit = 1000

const newline = 10

/** The sections of a text, of which `context.section` is the last, and what stands between and after their trees. */
export class TextSections {
  private readonly context: TextContext
  private readonly open: OpenNodes
  private readonly drafts: SectionDraft[]

  constructor(context: TextContext, open: OpenNodes) {
    this.context = context
    this.open = open
    this.drafts = [context.section]
  }

  /** Of every section; after `end`. */
  get planes(): readonly PlaneDraft[] {
    return this.drafts.map(section => section.plane!)
  }

  styles(): TextSection[] {
    return this.drafts.map(section => section.style())
  }

  /** The section's plane, made where it has none yet. */
  planeOf(section: SectionDraft): PlaneDraft {
    const { builder, source } = this.context
    section.plane ??= source < 0 ? new PlaneDraft(section.name) : builder.addPlane(section.name)
    return section.plane
  }

  /** What follows is another command's output. Where nothing was shown yet, it is this one's. */
  start(name: string): void {
    const { section } = this.context
    if (section.nodes === 0) {
      if (name !== '') section.name = name
      return
    }
    if (this.drafts.length >= sectionLimit) return
    this.endTree()
    this.closeGap(true)
    this.context.section = new SectionDraft(name, this.context.line.start)
    this.drafts.push(this.context.section)
  }

  /** What was held back between two nodes, or after the last, gets its place. */
  closeGap(isTreeEnd: boolean): void {
    const { asides, line, section } = this.context
    const plane = section.plane!
    if (!isTreeEnd || section.nodes === 0) {
      asides.flush(line.start, plane, plane.length, Slot.header)
      return
    }
    const isThere = asides.flushEnd(line.start, plane, section.endsMatches)
    section.endsMatches ??= isThere
  }

  /**
   * After the last line.
   * @param starts first byte of each node's line, in their order
   */
  end(bytes: Uint8Array, starts: Uint32Array): void {
    const { drafts } = this
    const { asides, builder, line } = this.context
    line.start = bytes.length
    this.endTree()
    if (this.context.section.nodes > 0) this.closeGap(true)
    else if (drafts.length > 1) drafts.pop()
    for (const section of drafts) {
      const plane = this.planeOf(section)
      if (plane.plane === '') plane.plane = guessPlane(builder, plane)
    }
    const plane = this.planes.at(-1)!
    asides.flush(bytes.length, plane, plane.length, Slot.header)
    if (this.context.source >= 0) this.keepToldMore(bytes, starts)
  }

  private endTree(): void {
    const { open } = this
    const { problems, line } = this.context
    open.closeTo(-1)
    if (open.isCut) {
      problems.note(
        'truncated',
        line.start,
        'A tree ends before all its nodes: its bars tell of more (%n times).',
      )
    }
    open.isCut = false
  }

  /**
   * An entry's row may tell more than its first place shows, where a later one told it. Such a place keeps its line,
   * and the fact that it showed no block.
   */
  private keepToldMore(bytes: Uint8Array, starts: Uint32Array): void {
    const { asides, builder } = this.context
    const { entries } = builder
    let shown = 0
    for (const plane of this.planes) {
      for (let node = 0; node < plane.length; node++) {
        const start = starts[shown++]!
        const entry = plane.entry[node]!
        if (entries.alias[entry] !== entry) continue
        const owner = entries.propertyOwner[entry]!
        if (owner >= 0 && owner !== entry) {
          asides.add(AsideKind.noBlock, start, start, plane, node, Slot.header)
        }
        if (!entries.isToldMore(entry)) continue
        const end = bytes.indexOf(newline, start)
        const next = end < 0 ? bytes.length : end + 1
        asides.instead(start, next, plane, node, Slot.header)
      }
    }
  }
}
