import type { ColourScale } from './colour-scale.ts'
import type { Mark } from './scene.ts'

/** How many of each slot are drawn; a mark that stands for several counts as many. */
export function slotCounts(colours: ColourScale, marks: readonly Mark[]): readonly number[] {
  const counts = colours.slots.map(() => 0)
  for (const { colour, weight } of marks) if (colour >= 0) counts[colour]! += weight ?? 1
  return counts
}
