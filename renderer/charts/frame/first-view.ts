import { textFrom } from './paint-scene.ts'
import { fittingScale, margin, type Box, type View } from '../picture-view.ts'

/** Below these names cannot be read, or only with effort. */
const readable = 0.85
const legible = 0.72
/** What is read piece by piece is read as large as the rest of the window. */
const lifeSize = 1

/**
 * `readable`: all of it only where names are read with ease. `legible`: for a picture that is worth more as a whole.
 * `fit`: all of it, as long as names are drawn at all.
 */
export type FirstScale = 'fit' | 'legible' | 'readable'

/**
 * The whole picture where it can be read then; else at a scale that can be read: from its beginning if the
 * mark it starts at is in sight there, else around that mark.
 */
export function firstView(
  bounds: Box,
  start: Box,
  size: { readonly width: number; readonly height: number },
  scale: FirstScale,
): View {
  const whole = fittingScale(bounds, size.width, size.height)
  const least = { fit: textFrom, legible, readable }[scale]
  const room = whole < 1 ? whole : enlarged(bounds, size)
  const k = whole >= least ? room : scale === 'fit' ? legible : lifeSize
  return {
    x: along(bounds.x, bounds.width, start.x, start.width, k, size.width),
    y: along(bounds.y, bounds.height, start.y, start.height, k, size.height),
    k,
  }
}

/** A small picture in a large window is drawn larger than life, as far as it still looks like the window around it. */
function enlarged(bounds: Box, size: { readonly width: number; readonly height: number }): number {
  const most = Math.max(1, Math.min(1.5, size.width / 1500))
  const wide = (size.width - 2 * margin) / Math.max(1, bounds.width)
  const high = (size.height - 2 * margin) / Math.max(1, bounds.height)
  return Math.max(1, Math.min(most, wide, high))
}

function along(
  from: number,
  length: number,
  start: number,
  startLength: number,
  k: number,
  room: number,
): number {
  if (length * k + 2 * margin <= room + 1) return room / 2 - (from + length / 2) * k
  const atBeginning = margin - from * k
  const end = (start + startLength) * k + atBeginning
  if (end <= room - margin) return atBeginning
  // Pictures are read from their beginning: more of what leads to the mark is in sight than of what follows it.
  const here = room * 0.6 - (start + startLength / 2) * k
  const atEnd = room - margin - (from + length) * k
  return Math.max(here, atEnd)
}
