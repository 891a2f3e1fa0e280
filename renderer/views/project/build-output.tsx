import { useEffect, useRef, useState, type UIEvent } from 'react'
import type { BuildRun } from '../../../core/project/project.ts'
import { Button } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { VirtualList, virtualRowClass } from '../../widgets/virtual-list.tsx'
import { visibleLines } from '../action/step-output.ts'
import { longestLine, widestLine, type BuildLine } from './build-lines.ts'
import styles from './build-output.module.css'

const lineHeight = 18
/** So close to the end counts as the end. */
const endSlack = lineHeight

export interface BuildOutputProps {
  readonly run: BuildRun
  readonly lines: readonly BuildLine[]
  readonly selected: number | null
  readonly onSelect: (message: number) => void
}

/** What the build prints, at its end until the user scrolls up. */
export function BuildOutput({ run, lines, selected, onSelect }: BuildOutputProps) {
  const [isFollowing, setFollowing] = useState(true)
  const viewport = useRef<HTMLDivElement>(null)
  const top = useRef(0)
  // The rows come one step after the text; the end is where they end then.
  useEffect(() => {
    const element = viewport.current
    if (isFollowing && element) element.scrollTop = element.scrollHeight
  }, [isFollowing, lines.length])

  if (lines.length === 0) {
    return (
      <EmptyState title={run.status === 'running' ? 'No output yet' : 'It printed nothing'}>
        {run.status === 'running' && 'What the build prints appears here as it comes.'}
      </EmptyState>
    )
  }
  const onScroll = ({ currentTarget: element }: UIEvent<HTMLDivElement>) => {
    const { scrollTop, clientHeight, scrollHeight } = element
    if (scrollTop + clientHeight >= scrollHeight - endSlack) setFollowing(true)
    else if (scrollTop < top.current) setFollowing(false)
    top.current = scrollTop
  }
  const width = `max(100%, calc(${widestLine(lines)}ch + 40px))`
  return (
    <div className={styles.output}>
      {run.isCut && (
        <p className={styles.cut}>The beginning of the output is not kept: it is too long.</p>
      )}
      <VirtualList
        viewportRef={viewport}
        role="list"
        tabIndex={0}
        aria-label="Output of the build"
        isMono
        count={lines.length}
        height={lineHeight}
        onScroll={onScroll}
        renderRow={(index, place) => {
          const { text, message } = lines[index]!
          const shown = visibleLines(text.slice(0, longestLine))
          const severity = message === null ? null : run.messages[message]!.severity
          return (
            <div
              key={index}
              role="listitem"
              className={classNames(
                virtualRowClass,
                styles.line,
                severity && styles[severity],
                message !== null && message === selected && styles.selected,
              )}
              style={{ ...place, width }}
            >
              {message === null ? (
                shown || ' '
              ) : (
                <button type="button" tabIndex={-1} onClick={() => onSelect(message)}>
                  {shown}
                </button>
              )}
            </div>
          )
        }}
      />
      {!isFollowing && run.status === 'running' && (
        <div className={styles.follow}>
          <Button onClick={() => setFollowing(true)}>Follow the end</Button>
        </div>
      )}
    </div>
  )
}
