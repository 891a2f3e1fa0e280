import type { ColourScale } from './frame/colour-scale.ts'
import { hasWholeName } from './frame/draw-tile.ts'
import { boundsOf, type Mark, type Scene } from './frame/scene.ts'

/** A number in an area needs so much room, in pixels. */
const numberRoom = 44
const scales = { least: 2, most: 2.5 } as const

/**
 * The map as it goes into a file, where nothing can be pointed at: its areas are larger, and a name that does not fit into
 * its area stands below the picture, with a number in its place.
 */
export function mapForFile(scene: Scene, colours: ColourScale): Scene {
  const narrowest = Math.min(...scene.marks.map(({ box }) => box.width))
  const scale = Math.max(scales.least, Math.min(scales.most, numberRoom / Math.max(1, narrowest)))
  const names: string[] = []
  const marks = scene.marks.map((mark): Mark => {
    const { x, y, width, height } = mark.box
    const larger = {
      ...mark,
      box: { x: x * scale, y: y * scale, width: width * scale, height: height * scale },
    }
    // Cards for others say how many they are; what they are is known to the table.
    if (mark.shape === 'more' || hasWholeName(larger, colours.slots[mark.colour] !== undefined))
      return larger
    const identifier = mark.facts.find(([heading]) => heading === 'Identifier')?.[1]
    names.push([identifier ?? mark.label, mark.note].filter(Boolean).join(' · '))
    const { note: _, ...rest } = larger
    return { ...rest, label: String(names.length) }
  })
  return { ...scene, marks, bounds: boundsOf(marks), ...(names.length > 0 ? { names } : {}) }
}
