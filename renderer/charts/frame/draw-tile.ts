import { visibleText } from '../../widgets/visible-text.ts'
import { inset, signOf, subSize, textOf, type Drawn, type MarkLook } from './drawn.ts'
import type { Mark } from './scene.ts'
import { fitText, textWidth, wrapText } from './text-width.ts'

const pad = 6
const signRoom = 12
const pitch = 13
const mostLines = 4
/** Below this no text has room. */
const smallest = { width: 34, height: 11.5 } as const
/** From this height on its number has a line of its own. */
const tall = 34

/** An area of a map: its name in as many lines as there is room for, and its number. */
export function drawTile(mark: Mark, look: MarkLook): readonly Drawn[] {
  const { x, y, width, height } = mark.box
  const parts = [...drawArea(mark, look)]
  if (width < smallest.width || height < smallest.height) {
    if (look.slot && !mark.hasNoSign && width >= 14 && height >= 14) {
      parts.push(signOf(look.slot, x + width / 2 - 4, y + height / 2 - 4, 0.8))
    }
    return parts
  }
  const hasSign = look.slot !== null && !(mark.hasNoSign && isSilent(mark))
  const { lines, size, line, left, isBeside } = tileText(mark, hasSign)
  if (look.slot && hasSign) parts.push(signOf(look.slot, x + pad, line - 8, 0.8))
  const isBold = mark.shape === 'group'
  for (const [n, text] of lines.entries()) {
    const isStruck = mark.isStruck === true
    const at = n === 0 ? left : x + pad
    parts.push(textOf(text, at, line + n * pitch, 'mono', size, 'text', { isBold, isStruck }))
  }
  if (isBeside) {
    const at = x + width - pad
    parts.push(textOf(mark.note!, at, line, 'text', size, 'text-soft', { isEnd: true }))
  } else if (mark.shape !== 'group' && height > tall) {
    const second = fitText(visibleText(mark.note ?? mark.sub ?? ''), 'text', subSize, width - 12)
    const at = line + (lines.length === 0 ? 0 : (lines.length - 1) * pitch + 15)
    // Beside the sign, where there is no name.
    const from = lines.length === 0 ? left : x + pad
    const room = x + width - 4 - from
    const isFitting = second !== '' && textWidth(second, 'text', subSize) <= room
    if (isFitting && at < y + height - 3) {
      parts.push(textOf(second, from, at, 'text', subSize, 'text-soft'))
    }
  }
  return parts
}

/** Whether neither its name nor its number is drawn. */
function isSilent(mark: Mark): boolean {
  return tileText(mark, true).lines.length === 0 && mark.note === undefined
}

/** Whether the name of a tile is drawn whole. */
export function hasWholeName(mark: Mark, hasSign: boolean): boolean {
  const { width, height } = mark.box
  if (width < smallest.width || height < smallest.height) return false
  if (mark.hasNoName) return true
  return tileText(mark, hasSign).lines.join('') === visibleText(mark.label)
}

function tileText(mark: Mark, hasSign: boolean) {
  const { x, y, width, height } = mark.box
  const isGroup = mark.shape === 'group'
  const isTall = !isGroup && height > tall
  const size = height < 16 ? subSize - 1 : subSize
  const line = y + (isGroup || isTall ? 14 : height / 2 + size / 3)
  const left = x + pad + (hasSign ? signRoom : 0)
  const label = mark.hasNoName ? '' : visibleText(mark.label)
  if (isTall) {
    // The last line is the number's.
    const most = Math.max(1, Math.min(mostLines, Math.floor((height - 12) / pitch) - 1))
    const lines = label === '' ? [] : wrapText(label, 'mono', size, x + width - pad - left, most)
    return { lines, size, line, left, isBeside: false }
  }
  const noteWidth = mark.note === undefined ? 0 : textWidth(mark.note, 'text', size) + 8
  const room = x + width - pad - left
  const isBeside = mark.note !== undefined && room - noteWidth > 40
  const lines =
    label === '' ? [] : wrapText(label, 'mono', size, room - (isBeside ? noteWidth : 0), 1)
  return { lines, size, line, left, isBeside }
}

function drawArea(mark: Mark, { slot, isSelected }: MarkLook): readonly Drawn[] {
  const { width, height } = mark.box
  const isGroup = mark.shape === 'group'
  const radius = Math.min(3, width / 4, height / 4)
  const parts: Drawn[] = [
    {
      kind: 'rect',
      // A neighbour that is drawn later would cover half of a wide line.
      ...(isSelected ? inset(mark.box, 1.25) : mark.box),
      radius,
      fill: isGroup ? 'bg-side' : (slot?.fill ?? 'hue-none-fill'),
      stroke: isSelected ? 'accent' : isGroup ? 'line-strong' : 'bg',
      strokeWidth: isSelected ? 2.5 : 1,
    },
  ]
  if (mark.isHit) {
    const line = { fill: null, stroke: 'text', strokeWidth: 1.5 } as const
    parts.push({ kind: 'rect', ...inset(mark.box, 1.75), radius, ...line })
  }
  return parts
}
