import { visibleText } from '../../widgets/visible-text.ts'
import { haloOf, labelSize, signOf, subSize, textOf, type Drawn, type MarkLook } from './drawn.ts'
import type { Mark } from './scene.ts'
import { fitText, textWidth } from './text-width.ts'

/** Where the lines at the right begin: the part of a step that says what it is comes first. */
export const stepSplit = 0.4
export const stepHeadings = 84
export const stepHeight = 68
const pad = 14
const pitch = 18

/**
 * A step of an explanation.
 *
 *   ┌──────────────────────────┬──────────────────────────────────┐
 *   │ DRIVER                   │ Kext         org.darwinos.MyKext │
 *   │ ● MyDriver               │ Personality  MyDriver, score 100 │
 *   │ IOService     registered │ Matched on   IOProviderClass …   │
 *   └──────────────────────────┴──────────────────────────────────┘
 */
export function drawStep(
  mark: Mark,
  { slot, isSelected }: Pick<MarkLook, 'slot' | 'isSelected'>,
): readonly Drawn[] {
  const { x, y, width, height } = mark.box
  const split = x + width * stepSplit
  const parts: Drawn[] = [
    ...(mark.isHit ? [haloOf(mark.box, 8)] : []),
    {
      kind: 'rect',
      ...mark.box,
      radius: 8,
      fill: isSelected ? 'bg-selected' : 'bg-raised',
      stroke: isSelected ? 'accent' : 'line-strong',
      ...(isSelected ? { strokeWidth: 1.5 } : {}),
    },
  ]
  if (slot) {
    parts.push({
      kind: 'path',
      d: `M4,1.6V${height - 1.6}A7.5,7.5 0 0 1 .5,${height - 8}V8A7.5,7.5 0 0 1 4,1.6Z`,
      x,
      y,
      scale: 1,
      fill: slot.ink,
      stroke: null,
    })
  }
  const left = x + pad + 6
  const room = split - left - pad
  const [first, second, third] = [y + 21, y + 21 + pitch, y + 21 + 2 * pitch]
  if (mark.over !== undefined) {
    const over = fitText(visibleText(mark.over), 'text', subSize, room)
    parts.push(textOf(over, left, first, 'text', subSize, 'text-soft'))
  }
  let nameLeft = left
  if (slot) {
    parts.push(signOf(slot, left, second - 9, 1))
    nameLeft += 16
  }
  const label = fitText(visibleText(mark.label), 'mono', labelSize + 1, split - nameLeft - pad)
  parts.push(
    textOf(label, nameLeft, second, 'mono', labelSize + 1, 'text', {
      isBold: true,
      isStruck: mark.isStruck === true,
    }),
  )
  let subRoom = room
  if (mark.note !== undefined) {
    parts.push(textOf(mark.note, split - pad, third, 'text', subSize, 'text-soft', { isEnd: true }))
    subRoom -= textWidth(mark.note, 'text', subSize) + 10
  }
  const sub = fitText(visibleText(mark.sub ?? ''), 'mono', subSize, subRoom)
  if (sub !== '') parts.push(textOf(sub, left, third, 'mono', subSize, 'text-soft'))

  parts.push({
    kind: 'rect',
    x: split,
    y: y + 10,
    width: 1,
    height: height - 20,
    radius: 0,
    fill: 'line-soft',
    stroke: null,
  })
  for (const [n, [heading, value]] of (mark.lines ?? []).slice(0, 3).entries()) {
    const line = first + n * pitch
    const at = split + pad
    parts.push(textOf(heading, at, line, 'text', subSize, 'text-faint'))
    const valueRoom = x + width - pad - at - stepHeadings
    const text = fitText(visibleText(value), 'text', subSize, valueRoom)
    parts.push(textOf(text, at + stepHeadings, line, 'text', subSize, 'text'))
  }
  return parts
}

const widestStep = 2400

/** How wide a step must be for all its text, within reason. */
export function stepWidth({ label, over, sub, note, lines }: Omit<Mark, 'box'>): number {
  const left = Math.max(
    textWidth(visibleText(over ?? ''), 'text', subSize),
    textWidth(visibleText(label), 'mono', labelSize + 1) + 16,
    textWidth(visibleText(sub ?? ''), 'mono', subSize) +
      (note === undefined ? 0 : textWidth(note, 'text', subSize) + 10),
  )
  const values = (lines ?? []).map(([, value]) => textWidth(visibleText(value), 'text', subSize))
  const right = Math.max(0, ...values) + stepHeadings
  const wanted = Math.max((left + 2 * pad + 6) / stepSplit, (right + 2 * pad) / (1 - stepSplit))
  return Math.min(widestStep, Math.ceil(wanted + 1))
}
