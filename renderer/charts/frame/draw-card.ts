import { visibleText } from '../../widgets/visible-text.ts'
import type { ColourSlot, Ink } from './colour-scale.ts'
import type { Box } from '../picture-view.ts'
import { haloOf, labelSize, signOf, subSize, textOf, type Drawn, type MarkLook } from './drawn.ts'
import type { Mark } from './scene.ts'
import { fitText, textWidth } from './text-width.ts'

const pad = 10
const barWidth = 4

/** Also of a file: names of some thousand letters are whole in the titles of their marks. */
export const widestCard = 1600

/**
 * How wide a card must be for all its text: its label beside the sign, the second line beside the note.
 * Layouts ask it, bounded for the window and unbounded for files.
 */
export function cardWidth({
  label,
  sub,
  note,
  meter,
}: Pick<Mark, 'label' | 'sub' | 'note' | 'meter'>): number {
  const first = textWidth(visibleText(label), 'mono', labelSize)
  const second = sub === undefined ? 0 : textWidth(visibleText(sub), 'text', subSize)
  const beside = note === undefined ? 0 : textWidth(note, 'text', subSize) + 10
  const bar = meter ? meterWidth + 10 : 0
  const text = sub === undefined ? first + beside : Math.max(first, second + beside + bar)
  return Math.min(widestCard, Math.ceil(barWidth + pad + signRoom + text + pad))
}

const signRoom = 16
const meterWidth = 64

export function drawCard(mark: Mark, { slot, isSelected }: MarkLook): readonly Drawn[] {
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
export function drawKnob(mark: Mark): readonly Drawn[] {
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
