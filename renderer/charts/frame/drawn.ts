import { signs, type ColourSlot, type Ink } from './colour-scale.ts'
import type { Box } from '../picture-view.ts'
import type { PictureFont } from './text-width.ts'

/** What SVG and a canvas both can draw. */
export type Drawn =
  | {
      readonly kind: 'rect'
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
      readonly radius: number
      readonly fill: Ink | null
      readonly stroke: Ink | null
      readonly strokeWidth?: number
      readonly dash?: string
    }
  | {
      readonly kind: 'path'
      /** Moved by x and y, then scaled. */
      readonly d: string
      readonly x: number
      readonly y: number
      readonly scale: number
      readonly fill: Ink | null
      readonly stroke: Ink | null
      readonly strokeWidth?: number
      readonly dash?: string
    }
  | {
      readonly kind: 'text'
      /** Where it begins or, with `isEnd`, ends; the baseline. */
      readonly x: number
      readonly y: number
      readonly text: string
      readonly font: PictureFont
      readonly size: number
      readonly isBold: boolean
      readonly isEnd?: boolean
      readonly isStruck?: boolean
      readonly ink: Ink
    }

export const labelSize = 12
export const subSize = 11

export interface MarkLook {
  /** null for a mark without colour. */
  readonly slot: ColourSlot | null
  readonly isSelected: boolean
}

export function signOf(slot: ColourSlot, x: number, y: number, scale: number): Drawn {
  return { kind: 'path', d: signs[slot.sign], x, y, scale, fill: slot.ink, stroke: null }
}

export function textOf(
  text: string,
  x: number,
  y: number,
  font: PictureFont,
  size: number,
  ink: Ink,
  more: { readonly isBold?: boolean; readonly isEnd?: boolean; readonly isStruck?: boolean } = {},
): Drawn {
  return { kind: 'text', x, y, text, font, size, ink, isBold: false, ...more }
}

/** Around what was looked for: a band of the colour of hits with a line, so that it is told without colours too. */
export function haloOf(box: Box, radius: number): Drawn {
  const wide = inset(box, -4)
  const look = { fill: 'hit', stroke: 'text-soft', strokeWidth: 1 } as const
  return { kind: 'rect', ...wide, radius: radius + 4, ...look }
}

export function inset({ x, y, width, height }: Box, by: number): Box {
  const [w, h] = [Math.max(0, width - 2 * by), Math.max(0, height - 2 * by)]
  return { x: x + by, y: y + by, width: w, height: h }
}
