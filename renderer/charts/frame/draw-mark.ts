import { visibleText } from '../../widgets/visible-text.ts'
import { signs, type ColourSlot, type Ink } from './colour-scale.ts'
import type { Box } from '../picture-view.ts'
import { drawStep } from './draw-step.ts'
import type { LinkKind, Mark } from './scene.ts'
import { fitText, textWidth, type PictureFont } from './text-width.ts'

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
const pad = 10
const barWidth = 4

export interface MarkLook {
  /** null for a mark without colour. */
  readonly slot: ColourSlot | null
  readonly isSelected: boolean
}

/** A mark in parts, in drawing order. Text of the guest is made visible here, and cut to the box. */
export function drawMark(mark: Mark, look: MarkLook): readonly Drawn[] {
  switch (mark.shape) {
    case 'card':
    case 'stack':
    case 'more':
      return [...drawCard(mark, look), ...drawKnob(mark)]
    case 'step':
      return drawStep(mark, look)
    case 'tile':
    case 'group':
      return drawTile(mark, look)
    case 'dot':
      return drawDot(mark, look)
  }
}

/**
 * How wide a card must be for all its text: its label beside the sign, the second line beside the note.
 * Layouts ask it, bounded for the window and unbounded for files.
 */
export function cardWidth({ label, sub, note, meter }: Omit<Mark, 'box'>): number {
  const first = textWidth(visibleText(label), 'mono', labelSize)
  const second = sub === undefined ? 0 : textWidth(visibleText(sub), 'text', subSize)
  const beside = note === undefined ? 0 : textWidth(note, 'text', subSize) + 10
  const bar = meter ? meterWidth + 10 : 0
  const text = sub === undefined ? first + beside : Math.max(first, second + beside + bar)
  return Math.ceil(barWidth + pad + signRoom + text + pad)
}

const signRoom = 16
const meterWidth = 64

function drawCard(mark: Mark, { slot, isSelected }: MarkLook): readonly Drawn[] {
  const { x, y, width, height } = mark.box
  const parts: Drawn[] = []
  const radius = Math.min(6, height / 3, width / 3)
  const frame = { kind: 'rect', x, y, width, height, radius } as const
  const edge: Ink = isSelected ? 'accent' : 'line-strong'
  const fill: Ink = isSelected ? 'bg-selected' : mark.shape === 'more' ? 'bg-side' : 'bg-raised'
  if (mark.isHit) parts.push(haloOf(mark.box, radius))
  if (mark.shape === 'stack') {
    parts.push({ ...frame, x: x + 4, y: y + 4, fill: 'bg-raised', stroke: 'line-strong' })
  }
  parts.push({
    ...frame,
    fill,
    stroke: edge,
    ...(isSelected ? { strokeWidth: 1.5 } : {}),
    ...(mark.shape === 'more' || mark.isDashed ? { dash: '4 3' } : {}),
  })
  // Too small for a line of text: an area of a map.
  if (height < 15 || width < 40) return parts
  let left = x + pad
  if (slot) {
    // The bar has the card's own corners at the left and none at the right.
    parts.push({
      kind: 'path',
      d: `M4,.9V${height - 0.9}A5.5,5.5 0 0 1 .5,${height - 6}V6A5.5,5.5 0 0 1 4,.9Z`,
      x,
      y,
      scale: 1,
      fill: slot.ink,
      stroke: null,
    })
    left = x + barWidth + pad
  }
  const hasSub = mark.sub !== undefined && height >= 34
  const firstLine = hasSub ? y + height / 2 - 4 : y + height / 2 + 4
  if (slot) {
    parts.push(signOf(slot, left, firstLine - 8.5, 1))
    left += signRoom
  }
  let right = x + width - pad
  const noteLine = hasSub ? firstLine + 16 : firstLine
  let subRight = right
  const noteWidth = mark.note === undefined ? 0 : textWidth(mark.note, 'text', subSize)
  if (mark.note !== undefined && noteWidth + 64 < width) {
    parts.push(textOf(mark.note, right, noteLine, 'text', subSize, 'text-soft', { isEnd: true }))
    subRight -= noteWidth + 10
  }
  if (mark.meter && hasSub) {
    subRight -= meterWidth
    parts.push(...drawMeter(mark.meter, subRight, noteLine - 7, slot))
    subRight -= 10
  }
  if (!hasSub) right = subRight
  const label = fitText(visibleText(mark.label), 'mono', labelSize, right - left)
  parts.push(
    textOf(label, left, firstLine, 'mono', labelSize, mark.shape === 'more' ? 'accent' : 'text', {
      isBold: true,
      isStruck: mark.isStruck === true,
    }),
  )
  if (hasSub) {
    const sub = fitText(visibleText(mark.sub), 'text', subSize, subRight - left)
    parts.push(textOf(sub, left, noteLine, 'text', subSize, 'text-soft'))
  }
  return parts
}

/** Around what was looked for: a band of the colour of hits with a line, so that it is told without colours too. */
export function haloOf(box: Box, radius: number): Drawn {
  const wide = inset(box, -4)
  const look = { fill: 'hit', stroke: 'text-soft', strokeWidth: 1 } as const
  return { kind: 'rect', ...wide, radius: radius + 4, ...look }
}

/** As many boxes as there are states where they are few; the words stand beside it. */
function drawMeter(
  { value, max }: { readonly value: number; readonly max: number },
  x: number,
  y: number,
  slot: ColourSlot | null,
): readonly Drawn[] {
  const steps = Math.max(1, Math.min(max, 8))
  const gap = 2
  const width = (meterWidth - gap * (steps - 1)) / steps
  const filled = max === 0 ? 0 : Math.round((Math.min(value, max) / max) * steps)
  return Array.from({ length: steps }, (_, n) => ({
    kind: 'rect' as const,
    x: x + n * (width + gap),
    y,
    width,
    height: 7,
    radius: 1.5,
    fill: n < filled ? (slot?.ink ?? 'accent') : null,
    stroke: n < filled ? null : ('line-strong' as const),
  }))
}

function drawTile(mark: Mark, { slot, isSelected }: MarkLook): readonly Drawn[] {
  const { x, y, width, height } = mark.box
  const isGroup = mark.shape === 'group'
  const parts: Drawn[] = [
    {
      kind: 'rect',
      // A neighbour that is drawn later would cover half of a wide line.
      ...(isSelected ? inset(mark.box, 1.25) : mark.box),
      radius: Math.min(3, width / 4, height / 4),
      fill: isGroup ? 'bg-side' : (slot?.fill ?? 'hue-none-fill'),
      stroke: isSelected ? 'accent' : isGroup ? 'line-strong' : 'bg',
      strokeWidth: isSelected ? 2.5 : 1,
    },
  ]
  if (mark.isHit) {
    const line = { fill: null, stroke: 'text', strokeWidth: 1.5 } as const
    const radius = Math.min(3, width / 4, height / 4)
    parts.push({ kind: 'rect', ...inset(mark.box, 1.75), radius, ...line })
  }
  if (width < 34 || height < 11.5) return parts
  const size = height < 16 ? subSize - 1 : subSize
  let left = x + 6
  const line = y + (isGroup || height > 34 ? 14 : height / 2 + size / 3)
  if (slot) {
    parts.push(signOf(slot, left, line - 8, 0.8))
    left += 12
  }
  let room = x + width - 6 - left
  if ((isGroup || height <= 34) && mark.note !== undefined) {
    const noteWidth = textWidth(mark.note, 'text', size) + 8
    if (room - noteWidth > 40) {
      parts.push(textOf(mark.note, x + width - 6, line, 'text', size, 'text-soft', { isEnd: true }))
      room -= noteWidth
    }
  }
  const label = fitText(visibleText(mark.label), 'mono', size, room)
  if (label !== '') {
    const isStruck = mark.isStruck === true
    parts.push(textOf(label, left, line, 'mono', size, 'text', { isBold: isGroup, isStruck }))
  }
  if (!isGroup && height > 34) {
    const second = mark.note ?? mark.sub
    const text = fitText(visibleText(second ?? ''), 'text', subSize, width - 12)
    if (text !== '') parts.push(textOf(text, x + 6, line + 15, 'text', subSize, 'text-soft'))
  }
  return parts
}

function inset({ x, y, width, height }: Box, by: number): Box {
  const [w, h] = [Math.max(0, width - 2 * by), Math.max(0, height - 2 * by)]
  return { x: x + by, y: y + by, width: w, height: h }
}

function drawDot(mark: Mark, { slot, isSelected }: Omit<MarkLook, 'hasKnobs'>): readonly Drawn[] {
  const { x, y, width, height } = mark.box
  const middle = y + height / 2
  const sign: Drawn = slot
    ? signOf(slot, x, middle - 5, 1)
    : { kind: 'path', d: signs.dot, x, y: middle - 5, scale: 1, fill: 'text-faint', stroke: null }
  const label = fitText(visibleText(mark.label), 'mono', subSize, width - 16)
  return [
    sign,
    textOf(label, x + 16, middle + 4, 'mono', subSize, isSelected ? 'accent' : 'text', {
      isBold: isSelected,
      isStruck: mark.isStruck === true,
    }),
  ]
}

/** Where the knob that folds stands: over the middle of the edge at which clients begin. */
export function knobBox({ box, fold }: Mark): Box | null {
  if (!fold) return null
  const text = fold.isOpen ? '−' : `+${fold.count}`
  const width = Math.max(18, textWidth(text, 'text', subSize) + 10)
  return fold.side === 'below'
    ? {
        x: box.x + box.width / 2 - width / 2,
        y: box.y + box.height - knobHeight / 2,
        width,
        height: knobHeight,
      }
    : {
        x: box.x + box.width - 9,
        y: box.y + box.height / 2 - knobHeight / 2,
        width,
        height: knobHeight,
      }
}

const knobHeight = 18

/** What is folded is always said; the knob that folds is shown with the pointer or the focus (`FoldKnob`). */
function drawKnob(mark: Mark): readonly Drawn[] {
  const { fold } = mark
  const box = knobBox(mark)
  if (!fold || !box || fold.isOpen) return []
  const text = `+${fold.count}`
  const middle = box.x + (box.width - textWidth(text, 'text', subSize)) / 2
  return [
    { kind: 'rect', ...box, radius: 9, fill: 'bg-raised', stroke: 'line-strong' },
    textOf(text, middle, box.y + 13, 'text', subSize, 'text-soft'),
  ]
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

export interface LinkLook {
  readonly stroke: Ink
  readonly width: number
  readonly dash: string | null
}

export function linkLook(kind: LinkKind): LinkLook {
  switch (kind) {
    case 'plain':
      return { stroke: 'line-strong', width: 1, dash: null }
    case 'way':
      return { stroke: 'accent', width: 1.5, dash: null }
    case 'further':
      return { stroke: 'text-faint', width: 1, dash: '5 3' }
    case 'broken':
      return { stroke: 'bad', width: 1.25, dash: '2 3' }
  }
}
