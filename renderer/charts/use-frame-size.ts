import { useLayoutEffect, useState, type RefObject } from 'react'

export interface FrameSize {
  readonly width: number
  readonly height: number
}

/**
 * The size of an element as it is laid out, in whole pixels; null before that.
 * @param isThere whether the element is drawn at all
 */
export function useFrameSize(
  frame: RefObject<HTMLElement | null>,
  isThere: boolean,
): FrameSize | null {
  const [size, setSize] = useState<FrameSize | null>(null)
  useLayoutEffect(() => {
    const element = frame.current
    if (!element) return
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element
      setSize(before =>
        before?.width === width && before.height === height ? before : { width, height },
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [frame, isThere])
  return size
}
