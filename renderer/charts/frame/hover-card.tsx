import { useLayoutEffect, useRef } from 'react'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './picture-frame.module.css'
import type { Mark } from './scene.ts'

export interface HoverCardProps {
  readonly mark: Mark
  /** Where to stand, in pixels of the frame; it moves to the other side where there is no room. */
  readonly x: number
  readonly y: number
}

/** Full names of what is under the pointer or has the focus. The same is spoken, so it is hidden from speech. */
export function HoverCard({ mark, x, y }: HoverCardProps) {
  const card = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = card.current!
    const frame = element.parentElement!
    const { offsetWidth: width, offsetHeight: height } = element
    const left = x + 14 + width + 8 <= frame.clientWidth ? x + 14 : x - 14 - width
    const top = y + 14 + height + 8 <= frame.clientHeight ? y + 14 : y - 14 - height
    element.style.left = `${Math.max(8, left)}px`
    element.style.top = `${Math.max(8, top)}px`
  }, [mark, x, y])
  return (
    <div ref={card} className={styles.hover} aria-hidden="true">
      <div className={styles.hoverName}>{visibleText(mark.label)}</div>
      <dl className={styles.facts}>
        {mark.facts.map(([heading, value]) => (
          <Fact key={heading} heading={heading} value={visibleText(value)} />
        ))}
      </dl>
    </div>
  )
}

function Fact({ heading, value }: { readonly heading: string; readonly value: string }) {
  return (
    <>
      <dt>{heading}</dt>
      <dd>{value}</dd>
    </>
  )
}
