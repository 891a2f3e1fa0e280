import type { ReactNode } from 'react'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Field } from '../../widgets/field.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './connect-view.module.css'

export interface PickPathDialogProps {
  readonly title: string
  /** On the button: "Open". */
  readonly verb: string
  /** Of the field: "Path". */
  readonly label: string
  readonly placeholder: string
  readonly hint?: string
  /** What the field holds. */
  readonly text: string
  /** What the button is pressed for; empty where there is nothing yet. */
  readonly path: string
  readonly isBusy?: boolean
  readonly failure: Failure | null
  /** What is in the field is one thing, and typing replaces it. */
  readonly isSelectedOnFocus?: boolean
  readonly onType: (text: string) => void
  readonly onPick: (path: string) => void
  readonly onClose: () => void
  /** Where one walks to it. */
  readonly children: ReactNode
}

/** The contract's own limit. */
const longestPath = 4096

/** A path of the host's disk, typed or pasted or walked to. */
export function PickPathDialog(props: PickPathDialogProps) {
  const { title, verb, label, placeholder, hint, text, path, isBusy = false, failure } = props
  const { isSelectedOnFocus = false, onType, onPick, onClose, children } = props
  const isTooLong = path.length > longestPath
  const canPick = path !== '' && !isTooLong && !isBusy
  return (
    <Dialog
      title={title}
      isWide
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={!canPick} onClick={() => onPick(path)}>
            {isBusy ? 'Opening…' : verb}
          </Button>
        </>
      }
    >
      <div className={styles.folder}>
        <Field
          label={label}
          isMono
          placeholder={placeholder}
          value={text}
          hint={hint}
          error={isTooLong ? `A path has at most ${longestPath} characters.` : null}
          onFocus={event => isSelectedOnFocus && event.currentTarget.select()}
          onChange={event => onType(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Enter' && canPick) onPick(path)
          }}
        />
        {failure && (
          <Banner tone="bad" isInset>
            {visibleText(sentenceFor(failure))}
          </Banner>
        )}
        {children}
      </div>
    </Dialog>
  )
}
