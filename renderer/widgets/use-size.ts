import { useLayoutEffect, useState, type RefObject } from 'react'

export interface Size {
  readonly width: number
  readonly height: number
}

const unknown: Size = { width: 0, height: 0 }

/** The room of an element in pixels, as it is laid out; 0 before that is known. */
export function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState(unknown)
  useLayoutEffect(() => {
    const observed = element.current
    if (!observed) return
    const look = () => {
      const { clientWidth: width, clientHeight: height } = observed
      setSize(before =>
        before.width === width && before.height === height ? before : { width, height },
      )
    }
    look()
    const observer = new ResizeObserver(look)
    observer.observe(observed)
    return () => observer.disconnect()
  }, [element])
  return size
}
