import { useLayoutEffect, useState, type RefObject } from 'react'

/** Of an element, kept up to date. */
export function useWidth(element: RefObject<HTMLElement | null>, atFirst: number): number {
  const [width, setWidth] = useState(atFirst)
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => {
      const now = element.current?.clientWidth ?? 0
      if (now > 0) setWidth(now)
    })
    observer.observe(element.current!)
    return () => observer.disconnect()
  }, [element])
  return width
}
