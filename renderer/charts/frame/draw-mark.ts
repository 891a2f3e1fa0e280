import { visibleText } from '../../widgets/visible-text.ts'
import { signs, type Ink } from './colour-scale.ts'
import { drawCard, drawKnob } from './draw-card.ts'
import { drawStep } from './draw-step.ts'
import { drawTile } from './draw-tile.ts'
import { signOf, subSize, textOf, type Drawn, type MarkLook } from './drawn.ts'
import type { LinkKind, Mark } from './scene.ts'
import { fitText } from './text-width.ts'

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

function drawDot(mark: Mark, { slot, isSelected }: MarkLook): readonly Drawn[] {
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
