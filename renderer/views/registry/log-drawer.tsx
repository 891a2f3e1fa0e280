import { ChevronDown, ChevronUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useActions, useApp } from '../../state/app-context.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { SplitPane } from '../../widgets/split-pane.tsx'
import { LogPane } from '../log/log-pane.tsx'
import styles from './log-drawer.module.css'

export interface LogDrawerProps {
  readonly lines: readonly string[] | null
  /** What stands above it. */
  readonly children: ReactNode
}

/** The kernel log at the bottom: a line when closed, resizable when open. */
export function LogDrawer({ lines, children }: LogDrawerProps) {
  const actions = useActions()
  const { isLogOpen, logHeight } = useApp(state => state.layout)
  const Chevron = isLogOpen ? ChevronDown : ChevronUp
  const bar = (
    <button
      type="button"
      className={styles.bar}
      aria-expanded={isLogOpen}
      onClick={() => actions.setLayout({ isLogOpen: !isLogOpen })}
    >
      <Chevron {...smallIconProps} />
      Kernel log
      <span className={styles.count}>
        {lines === null ? 'not in this capture' : `${lines.length.toLocaleString('en-US')} lines`}
      </span>
    </button>
  )
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
            <>
              {bar}
              <div className={styles.log}>
                <LogPane lines={lines} />
              </div>
            </>
          ) : null
        }
      />
      {!isLogOpen && bar}
    </div>
  )
}
