import type { EntryIndex } from '../../../core/registry/snapshot.ts'
import type { ColourBy } from '../../state/pictures-state.ts'

/** A colour of `tokens.css`, by its name there without the dashes. */
export type Ink =
  | 'text'
  | 'text-soft'
  | 'text-faint'
  | 'bg'
  | 'bg-side'
  | 'bg-raised'
  | 'bg-selected'
  | 'line-soft'
  | 'line-strong'
  | 'accent'
  | 'focus'
  | 'good'
  | 'good-soft'
  | 'warn'
  | 'warn-soft'
  | 'bad'
  | 'bad-soft'
  | 'idle'
  | 'idle-soft'
  | 'hit'
  | `hue-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 'other' | 'none'}${'' | '-fill'}`
  | `age-${1 | 2 | 3 | 4 | 5}${'' | '-fill'}`

/** Signs in a box of ten by ten, so that a colour is known without seeing it. */
export const signs = {
  disc: 'M1 5a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  ring: 'M1 5a4 4 0 1 0 8 0a4 4 0 1 0-8 0ZM2.6 5a2.4 2.4 0 1 1 4.8 0a2.4 2.4 0 1 1-4.8 0Z',
  square: 'M1.4 1.4h7.2v7.2H1.4Z',
  triangle: 'M5 .9 9.6 9H.4Z',
  wedge: 'M.4 1h9.2L5 9.1Z',
  diamond: 'M5 0 10 5 5 10 0 5Z',
  plus: 'M3.6.6h2.8v3h3v2.8h-3v3H3.6v-3h-3V3.6h3Z',
  cross: 'M2.2.8 5 3.6 7.8.8l1.4 1.4L6.4 5l2.8 2.8-1.4 1.4L5 6.4 2.2 9.2.8 7.8 3.6 5 .8 2.2Z',
  bars: 'M1 1h2v8H1ZM4 1h2v8H4ZM7 1h2v8H7Z',
  lines: 'M1 1h8v2H1ZM1 4h8v2H1ZM1 7h8v2H1Z',
  hexagon: 'M2.7 1h4.6L9.7 5 7.3 9H2.7L.3 5Z',
  half: 'M1 5a4 4 0 0 1 8 0Z',
  dot: 'M3.2 5a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0Z',
  step1: 'M1 7h8v2H1Z',
  step2: 'M1 5.4h8V9H1Z',
  step3: 'M1 3.8h8V9H1Z',
  step4: 'M1 2.2h8V9H1Z',
  step5: 'M1 .6h8V9H1Z',
} as const
export type Sign = keyof typeof signs

/** One colour of a picture and what it says. */
export interface ColourSlot {
  readonly text: string
  /** For lines and signs. */
  readonly ink: Ink
  /** For areas under text. */
  readonly fill: Ink
  readonly sign: Sign
}

/** What the colours say. Made for a whole snapshot, so that unfolding a part of it changes none. */
export interface ColourScale {
  readonly by: ColourBy
  /** Heading of the legend: `Kext`. */
  readonly title: string
  readonly slots: readonly ColourSlot[]
  /** Index of the slot, or `noColour`. */
  readonly ofEntry: (entry: EntryIndex) => number
  readonly ofKext: (bundleIdentifier: string) => number
  /** Something to know of it: that there are no IDs to tell an age by. */
  readonly note?: string
}

const hueSigns: readonly Sign[] = [
  'disc',
  'square',
  'triangle',
  'diamond',
  'plus',
  'wedge',
  'hexagon',
  'bars',
  'half',
  'lines',
]
export const hueCount = hueSigns.length

export function hueSlot(n: number, text: string): ColourSlot {
  const hue = `hue-${(n + 1) as 1}` as const
  return { text, ink: hue, fill: `${hue}-fill`, sign: hueSigns[n]! }
}
export const otherSlot = (text: string): ColourSlot => ({
  text,
  ink: 'hue-other',
  fill: 'hue-other-fill',
  sign: 'dot',
})
export const noneSlot = (text: string): ColourSlot => ({
  text,
  ink: 'hue-none',
  fill: 'hue-none-fill',
  sign: 'ring',
})
