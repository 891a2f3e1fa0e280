import { useSyncExternalStore } from 'react'

/** What stands around a picture in its window: the rail beside it, the bars above and below it. */
const around = { width: 66, height: 225 }
/** A window that is dragged larger does not turn a picture over at each pixel. */
const step = 1.15

export interface PictureRoom {
  readonly width: number
  readonly height: number
}

/** What a window leaves to a picture, in steps: about as many pixels, never more. */
export function pictureRoom(width: number, height: number): PictureRoom {
  return { width: stepped(width - around.width), height: stepped(height - around.height) }
}

function stepped(length: number): number {
  const steps = Math.log(Math.max(240, length)) / Math.log(step)
  return Math.floor(step ** Math.floor(steps + 1e-9))
}

let last: PictureRoom = { width: 0, height: 0 }

/** The same object for the same room. */
export function roomOfWindow(): PictureRoom {
  const room = pictureRoom(window.innerWidth, window.innerHeight)
  if (room.width !== last.width || room.height !== last.height) last = room
  return last
}

export function usePictureRoom(): PictureRoom {
  return useSyncExternalStore(follow, roomOfWindow)
}

function follow(tell: () => void): () => void {
  window.addEventListener('resize', tell)
  return () => window.removeEventListener('resize', tell)
}
