import { Check, ChevronDown, FlaskConical } from 'lucide-react'
import { useAnswer } from '../../matching/use-answer.ts'
import { whatIfSummary, type WhatIfPersonality } from '../../matching/what-if.ts'
import { resultCounts, resultWords } from '../../matching/what-if-words.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuHeading, MenuItem, MenuSeparator } from '../../widgets/menu.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './what-if-bar.module.css'

/** Over the window while what-if is on: what is shown is not what the guest has. */
export function WhatIfBar() {
  const items = useApp(state => state.whatIf)
  const hasCapture = useApp(state => state.current !== null)
  return items.length > 0 && hasCapture ? <Bar items={items} /> : null
}

function Bar({ items }: { readonly items: readonly WhatIfPersonality[] }) {
  const actions = useActions()
  const edited = useApp(state => state.editedWhatIf)
  const { answer } = useAnswer('what-if', { kind: 'what-if', id: null })
  const counts = answer && resultCounts(answer.results)
  return (
    <section className={styles.bar} aria-label="What-if">
      <FlaskConical {...iconProps} />
      <p className={styles.text} role="status">
        <b>What-if: {whatIfSummary(items)}</b> – the guest is not touched.
        {counts && <span className={styles.counts}>{resultWords(counts)}</span>}
      </p>
      <Menu
        align="end"
        trigger={
          <Button>
            <span className={styles.trigger}>
              Personalities <ChevronDown {...smallIconProps} />
            </span>
          </Button>
        }
      >
        <MenuHeading>Open in the editor</MenuHeading>
        {items.slice(0, mostListed).map(item => {
          const result = answer?.results.find(({ id }) => id === item.id)
          return (
            <MenuItem key={item.id} onSelect={() => actions.openWhatIf(item.id)}>
              {visibleText(item.name)}
              {result && <span className={styles.hint}>{resultWords(resultCounts([result]))}</span>}
            </MenuItem>
          )
        })}
        {items.length > mostListed && (
          <MenuItem isDisabled onSelect={() => undefined}>
            {`and ${items.length - mostListed} more`}
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem onSelect={() => actions.askForWhatIf(true)}>Add a bundle…</MenuItem>
      </Menu>
      {edited !== null && (
        <Button icon={<Check {...iconProps} />} onClick={() => actions.openWhatIf(null)}>
          Done editing
        </Button>
      )}
      <Button onClick={actions.clearWhatIf}>Turn off</Button>
    </section>
  )
}

/** The menu scrolls; no kext that is known has as many. */
const mostListed = 300
