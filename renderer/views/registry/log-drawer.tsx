import { ChevronDown, ChevronUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useCommand } from '../../commands/use-command.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { momentsOf } from '../../state/timeline-state.ts'
import { smallIconProps } from '../../widgets/icons.ts'
import { SplitPane } from '../../widgets/split-pane.tsx'
import { Tooltip } from '../../widgets/tooltip.tsx'
import { countText } from '../action/quantities.ts'
import { LogPane } from '../log/log-pane.tsx'
import styles from './log-drawer.module.css'

export interface LogDrawerProps {
  readonly lines: readonly string[] | null
  /** What stands above it. */
  readonly children: ReactNode
}

/** The kernel log at the bottom, resizable; what opens it is on the line of the time strip, where there is one. */
export function LogDrawer({ lines, children }: LogDrawerProps) {
  const actions = useActions()
  const { isLogOpen, logHeight } = useApp(state => state.layout)
  const hasStrip = useApp(state => momentsOf(state.timeline).length > 0)
  return (
    <div className={styles.area}>
      <SplitPane
        direction="column"
        what="kernel log"
        size={logHeight}
        min={100}
        max={600}
        onResize={height => actions.setLayout({ logHeight: height })}
        first={children}
        second={
          isLogOpen ? (
            <div className={styles.log}>
              <LogPane lines={lines} />
            </div>
          ) : null
        }
      />
      {!hasStrip && (
        <div className={styles.line}>
          <LogSwitch lines={lines} />
        </div>
      )}
    </div>
  )
}

/** Opens and closes the kernel log. */
export function LogSwitch({ lines }: Pick<LogDrawerProps, 'lines'>) {
  const actions = useActions()
  const { isLogOpen } = useApp(state => state.layout)
  const { hint } = useCommand('view.log')
  const Chevron = isLogOpen ? ChevronDown : ChevronUp
  return (
    <Tooltip text={hint}>
      <button
        type="button"
        className={styles.switch}
        aria-expanded={isLogOpen}
        onClick={() => actions.setLayout({ isLogOpen: !isLogOpen })}
      >
        <Chevron {...smallIconProps} />
        Kernel log
        <span className={styles.count}>
          {lines === null ? 'not in this capture' : countText(lines.length, 'line')}
        </span>
      </button>
    </Tooltip>
  )
}
