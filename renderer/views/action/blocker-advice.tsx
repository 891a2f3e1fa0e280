import type { Advice, AdviceAction } from '../../../core/unload/blocker-report.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { Button } from '../../widgets/button.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './blocker-advice.module.css'

/** What Kextant can do about a blocker at the press of a button. */
export interface BlockerCommands {
  /** Null where that is what the plan does anyway. */
  readonly onUnload: (() => void) | null
  readonly onUnloadFirst: (dependents: readonly string[]) => void
  readonly onTerminate: (className: string) => void
  readonly onCapture: () => void
}

export interface BlockerAdviceProps {
  readonly advice: readonly Advice[]
  /** The kext that is to be unloaded in the end. */
  readonly subject: string
  /** Null where it is only told. */
  readonly commands: BlockerCommands | null
  /** Why nothing can be changed now, or null. */
  readonly blocked: string | null
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
}

/** What to do, the first thing first, with a button for what Kextant can do itself. */
export function BlockerAdvice({ advice, commands, ...rest }: BlockerAdviceProps) {
  if (advice.length === 0) return null
  return (
    <ol className={styles.advice} aria-label="What to do, in this order">
      {advice.map(({ sentence, action }, index) => (
        <li key={index}>
          <span className={styles.sentence}>{visibleText(sentence)}</span>
          {action && commands && <AdviceButton action={action} commands={commands} {...rest} />}
        </li>
      ))}
    </ol>
  )
}

interface AdviceButtonProps extends Omit<BlockerAdviceProps, 'advice' | 'commands'> {
  readonly action: AdviceAction
  readonly commands: BlockerCommands
}

function AdviceButton({ action, subject, commands, blocked, onShowEntry }: AdviceButtonProps) {
  switch (action.kind) {
    case 'unload': {
      const dependents = action.bundleIdentifiers.filter(id => id !== subject)
      const { onUnload } = commands
      if (dependents.length > 0) {
        return (
          <Button whyNot={blocked} onClick={() => commands.onUnloadFirst(dependents)}>
            Unload dependents first…
          </Button>
        )
      }
      return (
        onUnload && (
          <Button whyNot={blocked} onClick={onUnload}>
            Unload it…
          </Button>
        )
      )
    }
    case 'terminate-class':
      return (
        <Button whyNot={blocked} onClick={() => commands.onTerminate(action.className)}>
          Terminate the class…
        </Button>
      )
    case 'show-entry':
      return (
        onShowEntry && (
          <Button onClick={() => onShowEntry(action.entry)}>
            {`Show ${visibleText(action.entry.name)}`}
          </Button>
        )
      )
    case 'capture':
      return <Button onClick={commands.onCapture}>Capture again</Button>
  }
}
