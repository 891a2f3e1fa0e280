import { grouped } from '../number-words.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { signs, type ColourScale } from './colour-scale.ts'
import type { Drawn } from './drawn.ts'
import type { PictureAbout } from './picture-about.ts'
import type { Scene } from './scene.ts'
import { slotCounts } from './slot-counts.ts'
import { fitText, textWidth, wrapText } from './text-width.ts'

/** What surrounds a picture in a file: its title above, the legend and what is left out below. */
export interface PictureSheet {
  readonly width: number
  readonly height: number
  /** What is added to the picture's own coordinates. */
  readonly moveX: number
  readonly moveY: number
  readonly lines: readonly SheetLine[]
  readonly swatches: readonly {
    readonly slot: number
    readonly x: number
    readonly y: number
    readonly text: string
  }[]
}

export interface SheetLine {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly size: number
  readonly isBold: boolean
  readonly isSoft: boolean
}

const edge = 24
const headHeight = 52
const legendRow = 22
const noteRow = 18
const nameRow = 16
const mostLines = 12

/** Of lines below a small picture; what is longer is broken. */
const widestLine = 1200

/** As wide as the picture, at least wide enough for its heading and, within reason, for the lines below it. */
export function sheetOf(scene: Scene, colours: ColourScale, about: PictureAbout): PictureSheet {
  const { bounds } = scene
  const names = (scene.names ?? []).map((name, n) => `${n + 1}  ${visibleText(name)}`)
  const longest = Math.max(
    textWidth(visibleText(about.source), 'text', 12),
    ...names.map(name => textWidth(name, 'text', 11)),
  )
  const width = Math.ceil(Math.max(bounds.width, 592, Math.min(longest, widestLine)) + 2 * edge)
  const room = width - 2 * edge
  const lines: SheetLine[] = [
    { text: about.title, x: edge, y: edge + 10, size: 17, isBold: true, isSoft: false },
    { text: about.source, x: edge, y: edge + 30, size: 12, isBold: false, isSoft: true },
  ]
  let y = edge + headHeight + bounds.height + 36
  const swatches: { slot: number; x: number; y: number; text: string }[] = []
  const counts = scene.counts ?? slotCounts(colours, scene.marks)
  lines.push({ text: colours.title, x: edge, y, size: 12, isBold: false, isSoft: true })
  let x = edge + textWidth(colours.title, 'text', 12) + 16
  for (const [slot, { text }] of colours.slots.entries()) {
    if (counts[slot] === 0) continue
    const count = ` ${grouped(counts[slot]!)}`
    const name = fitText(visibleText(text), 'text', 12, room - 24 - textWidth(count, 'text', 12))
    const said = `${name}${count}`
    const wide = textWidth(said, 'text', 12) + 24
    if (x + wide > width - edge && x > edge) {
      x = edge
      y += legendRow
    }
    swatches.push({ slot, x, y, text: said })
    x += wide + 16
  }
  if (names.length > 0) {
    const broken = names.map(name => wrapText(name, 'text', 11, room, mostLines))
    const column = Math.max(...broken.flat().map(line => textWidth(line, 'text', 11))) + 28
    const columns = Math.max(1, Math.floor((room + 28) / column))
    const rows = broken.flat()
    const perColumn = Math.ceil(rows.length / columns)
    y += 14
    for (const [n, text] of rows.entries()) {
      const left = edge + Math.floor(n / perColumn) * column
      const line = y + ((n % perColumn) + 1) * nameRow
      lines.push({ text, x: left, y: line, size: 11, isBold: false, isSoft: false })
    }
    y += perColumn * nameRow + 8
  }
  for (const note of scene.leftOut) {
    y += 4
    for (const text of wrapText(visibleText(note), 'text', 12, room, mostLines)) {
      y += noteRow
      lines.push({ text, x: edge, y, size: 12, isBold: false, isSoft: true })
    }
  }
  return {
    width,
    height: Math.ceil(y + edge),
    moveX: edge - bounds.x + Math.max(0, (width - 2 * edge - bounds.width) / 2),
    moveY: edge + headHeight - bounds.y,
    lines: lines.map(line => ({
      ...line,
      text: fitText(visibleText(line.text), 'text', line.size, room),
    })),
    swatches,
  }
}

/** The texts and the legend of a sheet, for whoever draws the file. */
export function drawSheet(sheet: PictureSheet, colours: ColourScale): readonly Drawn[] {
  const lines = sheet.lines.map((line): Drawn => {
    const { x, y, size, isBold, isSoft } = line
    const ink = isSoft ? 'text-soft' : 'text'
    return { kind: 'text', x, y, text: line.text, font: 'text', size, isBold, ink }
  })
  const legend = sheet.swatches.flatMap(({ slot, x, y, text }): Drawn[] => {
    const { fill, ink, sign } = colours.slots[slot]!
    const said = { text, font: 'text', size: 12, isBold: false } as const
    return [
      { kind: 'rect', x, y: y - 11, width: 17, height: 14, radius: 3, fill, stroke: null },
      { kind: 'path', d: signs[sign], x: x + 3.5, y: y - 9, scale: 1, fill: ink, stroke: null },
      { kind: 'text', x: x + 23, y, ink: 'text', ...said },
    ]
  })
  return [...lines, ...legend]
}
