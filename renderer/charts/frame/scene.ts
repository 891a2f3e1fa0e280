import type { EntryIndex } from '../../../core/registry/snapshot.ts'
import type { Box } from '../picture-view.ts'

/**
 * A picture as data: what a layout returns, and all that is known to whatever draws it. The window's SVG, the
 * canvas that takes over for many marks, both exports and the table are made from it, so they show the same.
 *
 *   layout (pure) → Scene → draw-mark.ts → SVG in the page | canvas | SVG file | PNG file
 *                         → SceneTable → virtual table
 */
export interface Scene {
  /** What it shows, as a heading: `Service tree`. */
  readonly title: string
  /** In reading order: Home, End and the table follow it. Later ones lie over earlier ones. */
  readonly marks: readonly Mark[]
  /** Lie below the marks. */
  readonly links: readonly Link[]
  readonly bounds: Box
  /** What is not drawn and how to see it, a sentence each. */
  readonly leftOut: readonly string[]
  readonly table: SceneTable
  /** In a file: names without room in their marks, which have a number instead, counted from 1. */
  readonly names?: readonly string[]
  /** How many of each colour there are, where marks lie in others; counted from the marks without it. */
  readonly counts?: readonly number[]
  /** Spoken as a tree: marks have levels. Else as a list. */
  readonly isTree?: boolean
  /** Of a tree whose clients lie at the right of their provider: Left leads to the provider, Right to its first client. */
  readonly growsRight?: true
}

export type MarkShape =
  /** A box with a bar and a sign of its colour, two lines of text. */
  | 'card'
  /** A card that stands for several. */
  | 'stack'
  /** A wide card that explains: its part over its name, `lines` at the right. */
  | 'step'
  /** Stands for what is not drawn; dashed, no colour. */
  | 'more'
  /** An area filled with its colour, with text where there is room. */
  | 'tile'
  /** A tile with a line for its name above others that lie in it. */
  | 'group'
  /** A dot with its text at the right. */
  | 'dot'

/** What a mark stands for. */
export type MarkRef =
  | { readonly kind: 'entry'; readonly entry: EntryIndex }
  | { readonly kind: 'kext'; readonly bundleIdentifier: string }
  /** Nothing that can be selected; opening it is up to the picture. */
  | { readonly kind: 'other' }

export interface Mark {
  /** Of this mark in its picture, also after the next capture where that can be. */
  readonly key: string
  readonly shape: MarkShape
  /** In pixels at scale 1. */
  readonly box: Box
  /** -> slots of the colour scale; `noColour` for none. */
  readonly colour: number
  /** The full name; whoever draws it cuts it to the box. Text of a guest, as it is. */
  readonly label: string
  readonly sub?: string
  /** A few letters at the right edge: `×12`, a state. */
  readonly note?: string
  /** Of a `step`: what it is here, over its name. */
  readonly over?: string
  /** Of a `step`: heading and value, beside its name. */
  readonly lines?: readonly (readonly [heading: string, value: string])[]
  /** Of a `tile`: what it lies in says its colour; where it has no text it needs no sign. */
  readonly hasNoSign?: true
  /** Of a `tile`: what it lies in bears its name, which is not drawn again. */
  readonly hasNoName?: true
  /** Not there, or not now: its outline is dashed. */
  readonly isDashed?: true
  /** A small bar with its words: of 3 states the second. */
  readonly meter?: { readonly value: number; readonly max: number }
  /** What it says aloud: name, class, state and place in one sentence. Also the hover card's last resort. */
  readonly sentence: string
  /** Lines of the hover card: heading and value. Full names. */
  readonly facts: readonly (readonly [heading: string, value: string])[]
  readonly ref: MarkRef
  /** How many it counts as in the legend; 1 unless given. */
  readonly weight?: number
  /** It can be folded: the knob at its edge. */
  readonly fold?: {
    readonly isOpen: boolean
    /** What is folded away. */
    readonly count: number
    readonly side: 'right' | 'below'
  }
  /** Neither what is looked for nor on the way to it: drawn faint. */
  readonly isDim?: boolean
  /** What is looked for: outlined. */
  readonly isHit?: boolean
  /** No longer there: struck through. */
  readonly isStruck?: boolean
  /** The tree's level, from 1. */
  readonly level?: number
}

export const noColour = -1

export type LinkKind =
  | 'plain'
  /** On the way to what is selected. */
  | 'way'
  /** To a further provider; dashed. */
  | 'further'
  /** Something is wrong with it; red and dashed. */
  | 'broken'

export interface Link {
  readonly key: string
  /** Keys of marks. */
  readonly from: string
  readonly to: string
  /** As SVG path data: `M0,0L10,10`. */
  readonly path: string
  readonly kind: LinkKind
  readonly hasArrow?: boolean
  /** Crosses much of the picture: the window draws it while one of its ends is selected or pointed at. */
  readonly isQuiet?: boolean
}

/** The same as words. */
export interface SceneTable {
  readonly columns: readonly TableColumn[]
  readonly rows: readonly TableRow[]
}

export interface TableColumn {
  readonly title: string
  /** A CSS grid track. */
  readonly track: string
  readonly isNumeric?: boolean
}

export interface TableRow {
  /** Key of the mark it says the same as; of its own where that mark stands for several. */
  readonly key: string
  /** Where the mark stands for several: its key, and which of them this is. */
  readonly of?: { readonly mark: string; readonly ref: MarkRef }
  /** One for each column. */
  readonly cells: readonly string[]
}

/** Around all of them; a box without size where there is none. */
export function boundsOf(marks: readonly { readonly box: Box }[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { box } of marks) {
    left = Math.min(left, box.x)
    top = Math.min(top, box.y)
    right = Math.max(right, box.x + box.width)
    bottom = Math.max(bottom, box.y + box.height)
  }
  return left === Infinity
    ? { x: 0, y: 0, width: 0, height: 0 }
    : { x: left, y: top, width: right - left, height: bottom - top }
}

export function isTouching(a: Box, b: Box): boolean {
  return (
    a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height
  )
}

/** Keys of the links that lead to a mark, in a tree: its own, its provider's, and so on. */
export function wayTo({ links, isTree }: Scene, key: string | null): ReadonlySet<string> {
  const way = new Set<string>()
  if (!isTree || key === null) return way
  const leadsTo = new Map<string, Link>()
  for (const link of links) if (link.kind === 'plain') leadsTo.set(link.to, link)
  for (let link = leadsTo.get(key); link && !way.has(link.key); link = leadsTo.get(link.from)) {
    way.add(link.key)
  }
  return way
}
