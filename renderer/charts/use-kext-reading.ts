import { useEffect, useState } from 'react'
import { whenIdle, type IdleTime } from '../registry/when-idle.ts'
import type { OpenCapture } from '../state/app-state.ts'
import { colourScale, hasScale } from './frame/colour-by.ts'
import { kextReading } from './frame/entry-kexts.ts'

/** Of more entries than this the kexts take so long that the window would stand still. */
const manyEntries = 300_000
const sliceMs = 12
const shownEveryMs = 100

/**
 * Reads the kexts of a capture's entries while nothing else is to do, so that they are there, counted, once they are asked for. Where
 * there are very many and they are asked for now, they are read in slices, with a share that tells how far it is.
 *
 * @param isWanted what is to be drawn needs them
 * @returns from 0 to 1 while what is wanted cannot be drawn yet; null else
 */
export function useKextReading(current: OpenCapture, isWanted: boolean): number | null {
  const reading = kextReading(current)
  const isLong = isWanted && current.snapshot.entries.length > manyEntries && !reading.isDone
  const [, tell] = useState(0)
  useEffect(() => {
    if (hasScale(current, 'kext')) return
    if (!isLong) return inIdleTime(current)
    let shown = performance.now()
    let timer = setTimeout(function slice() {
      const end = performance.now() + sliceMs
      reading.readWhile(() => performance.now() < end)
      const now = performance.now()
      if (reading.isDone || now - shown > shownEveryMs) {
        shown = now
        tell(count => count + 1)
      }
      if (!reading.isDone) timer = setTimeout(slice)
    })
    return () => clearTimeout(timer)
  }, [current, reading, isLong])
  return isLong ? reading.share : null
}

/** The picture comes first. */
const idleAfterMs = 500

/** Reads some of it whenever the page has nothing better to do, and at last counts them. */
function inIdleTime(current: OpenCapture): () => void {
  const reading = kextReading(current)
  let stop = (): void => clearTimeout(timer)
  const goOn = (time: IdleTime) => {
    if (reading.isDone) return void colourScale(current, 'kext')
    reading.readWhile(() => time.timeRemaining() > 2)
    stop = whenIdle(goOn, Infinity)
  }
  const timer = setTimeout(() => (stop = whenIdle(goOn, Infinity)), idleAfterMs)
  return () => stop()
}
