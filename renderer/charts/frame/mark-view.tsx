import { memo } from 'react'
import type { ColourSlot, Ink } from './colour-scale.ts'
import { drawMark, linkLook } from './draw-mark.ts'
import type { Drawn } from './drawn.ts'
import styles from './picture-frame.module.css'
import type { Link, Mark } from './scene.ts'

export interface MarkViewProps {
  readonly mark: Mark
  readonly slot: ColourSlot | null
  readonly isSelected: boolean
  readonly isDim: boolean
}

/** One mark as SVG in the page. Pointers and keys are the frame's: the canvas has no elements to ask. */
export const MarkView = memo(function MarkView({ mark, slot, isSelected, isDim }: MarkViewProps) {
  const isFilled = mark.shape === 'tile' || mark.shape === 'group'
  return (
    <g data-mark={mark.key} className={isDim ? styles.dim : undefined}>
      <g className={isFilled ? undefined : styles.near}>
        {drawMark(mark, { slot, isSelected }).map((part, n) => (
          <Part key={n} part={part} />
        ))}
      </g>
      {!isFilled && (
        <rect
          {...mark.box}
          rx={4}
          className={styles.far}
          fill={inkOf(isSelected ? 'accent' : (slot?.ink ?? 'line-strong'))}
          {...(mark.isHit ? { stroke: inkOf('text'), strokeWidth: 5 } : {})}
        />
      )}
    </g>
  )
})

export const LinkView = memo(function LinkView(props: {
  readonly link: Link
  readonly isWay: boolean
}) {
  const { link, isWay } = props
  const { stroke, width, dash } = linkLook(isWay ? 'way' : link.kind)
  return (
    <path
      d={link.path}
      fill="none"
      className={styles.link}
      stroke={inkOf(stroke)}
      strokeWidth={width}
      strokeDasharray={dash ?? undefined}
      markerEnd={link.hasArrow ? `url(#arrow-${isWay ? 'way' : link.kind})` : undefined}
    />
  )
})

function Part({ part }: { readonly part: Drawn }) {
  if (part.kind === 'text') {
    return (
      <text
        x={part.x}
        y={part.y}
        fill={inkOf(part.ink)}
        className={part.font === 'mono' ? styles.mono : styles.plain}
        fontSize={part.size}
        fontWeight={part.isBold ? 600 : undefined}
        textAnchor={part.isEnd ? 'end' : undefined}
        textDecoration={part.isStruck ? 'line-through' : undefined}
      >
        {part.text}
      </text>
    )
  }
  const paint = {
    fill: part.fill === null ? 'none' : inkOf(part.fill),
    stroke: part.stroke === null ? undefined : inkOf(part.stroke),
    strokeWidth: part.strokeWidth,
    strokeDasharray: part.dash,
  }
  if (part.kind === 'path') {
    const { x, y, scale } = part
    return <path d={part.d} transform={`translate(${x},${y}) scale(${scale})`} {...paint} />
  }
  const { x, y, width, height, radius } = part
  return <rect x={x} y={y} width={width} height={height} rx={radius} {...paint} />
}

export function inkOf(ink: Ink): string {
  return `var(--${ink})`
}

export const arrowKinds = ['plain', 'way', 'further', 'broken'] as const

export function ArrowHeads() {
  return (
    <defs>
      {arrowKinds.map(kind => (
        <marker
          key={kind}
          id={`arrow-${kind}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0,.5 7.5,4 0,7.5Z" fill={inkOf(linkLook(kind).stroke)} />
        </marker>
      ))}
    </defs>
  )
}
