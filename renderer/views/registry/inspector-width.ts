/** Of a window: about as much as the tree has, so that from some 1500 pixels on bytes stand beside what they say. */
const share = 0.44
/** More than this leaves the tree too little, whatever was dragged. */
const most = 0.47
const rail = 66

export const leastWidth = 380
export const mostWidth = 1400

/**
 * How wide the inspector is shown.
 *
 * @param dragged as the user left it, maybe in a larger window; null: it follows the window
 */
export function inspectorWidth(windowWidth: number, dragged: number | null): number {
  const room = Math.min(mostWidth, most * (windowWidth - rail))
  return Math.round(Math.max(leastWidth, Math.min(room, dragged ?? share * windowWidth)))
}
