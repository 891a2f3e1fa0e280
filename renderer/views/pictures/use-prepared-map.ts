import { useEffect, useRef } from 'react'
import { classMap } from '../../charts/class-map.ts'
import { colourScale } from '../../charts/frame/colour-by.ts'
import { whenIdle } from '../../registry/when-idle.ts'
import type { OpenCapture } from '../../state/app-state.ts'
import { initialRegistryMap } from '../../state/more-pictures-state.ts'

/** The picture that was asked for comes first. */
const afterMs = 1500

/**
 * Sums up what the map begins with, once for each visit to the pictures and in idle time: of 100 000 entries it is half of
 * what the map's first sight costs.
 */
export function usePreparedMap(current: OpenCapture): void {
  const isPrepared = useRef(false)
  useEffect(() => {
    if (isPrepared.current) return
    const soon = (work: () => void) => {
      stop = whenIdle(work, Infinity)
    }
    let stop = (): void => clearTimeout(timer)
    const timer = setTimeout(
      () =>
        soon(() => {
          classMap(current.snapshot, initialRegistryMap.size)
          soon(() => {
            colourScale(current, 'family')
            isPrepared.current = true
          })
        }),
      afterMs,
    )
    return () => stop()
  }, [current])
}
