import { SquarePen } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import type { BuildMessage, SourceExcerpt } from '../../../core/project/project.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { whyNoEditor } from '../../state/project-state.ts'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { CopyButton } from '../../widgets/copyable.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { Toolbar } from '../../widgets/toolbar.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { visibleLines } from '../action/step-output.ts'
import { blanksTo, longestLine, markedLines, type MarkedLine } from './build-lines.ts'
import { placeText, severityMark } from './build-words.ts'
import styles from './source-pane.module.css'

export interface SourcePaneProps {
  readonly root: string
  readonly message: BuildMessage
  /** Of the whole build: what else is said of these lines stands there too. */
  readonly messages: readonly BuildMessage[]
}

type Shown =
  | { readonly phase: 'ready'; readonly excerpt: SourceExcerpt }
  | { readonly phase: 'failed'; readonly failure: Failure }

/** The lines that a message is about, with the message below its line. */
export function SourcePane({ root, message, messages }: SourcePaneProps) {
  const actions = useActions()
  const whyNoEdit = useApp(state => whyNoEditor(state.host))
  const { file, line } = message
  const shown = useSource(file, line)
  return (
    <div className={styles.pane}>
      <Toolbar isSlim>
        {file === '' ? (
          <span className={styles.soft}>No place in a source</span>
        ) : (
          <>
            <Mono isClipped>{placeText(root, message)}</Mono>
            <CopyButton
              text={line === null ? file : `${file}:${line}`}
              what={line === null ? 'path' : 'path:line'}
            />
          </>
        )}
        <span className={styles.tools}>
          <Button
            kind="quiet"
            icon={<SquarePen {...iconProps} />}
            whyNot={file === '' ? 'This message names no file.' : whyNoEdit}
            onClick={() => void actions.editSource(file, line ?? 1)}
          >
            Open in editor
          </Button>
        </span>
      </Toolbar>
      {shown?.phase === 'ready' && line !== null ? (
        <Excerpt
          key={`${file}:${line}`}
          path={file}
          lines={markedLines(shown.excerpt, messages, message)}
          asked={message}
        />
      ) : (
        <div className={styles.alone}>
          <Said message={message} />
          {line === null && file !== '' && (
            <p className={styles.soft}>It names a file, and no line of it.</p>
          )}
          {file === '' && (
            <p className={styles.soft}>
              It is said of the whole: the linker and make name no line. The output has what came
              before it.
            </p>
          )}
          {shown?.phase === 'failed' && (
            <Banner tone="idle" isInset>
              {sentenceFor(shown.failure)}
            </Banner>
          )}
        </div>
      )}
    </div>
  )
}

function useSource(file: string, line: number | null): Shown | null {
  const actions = useActions()
  // A source that was mended shows as it is now.
  const changes = useApp(state => state.project.open)
  const [shown, setShown] = useState<{ readonly of: string; readonly it: Shown } | null>(null)
  const of = `${file}:${line ?? ''}`
  useEffect(() => {
    if (line === null) return
    const controller = new AbortController()
    const take = (it: Shown) => {
      if (!controller.signal.aborted) setShown({ of, it })
    }
    actions.readSource(file, line, controller.signal).then(
      excerpt => take({ phase: 'ready', excerpt }),
      (error: unknown) => take({ phase: 'failed', failure: failureOf(error) }),
    )
    return () => controller.abort()
  }, [actions, file, line, of, changes])
  return shown?.of === of ? shown.it : null
}

interface ExcerptProps {
  readonly path: string
  readonly lines: readonly MarkedLine[]
  readonly asked: BuildMessage
}

function Excerpt({ path, lines, asked }: ExcerptProps) {
  const marked = useRef<HTMLDivElement>(null)
  useEffect(() => {
    marked.current?.scrollIntoView({ block: 'center', inline: 'nearest' })
  }, [])
  return (
    <div className={styles.code} role="group" aria-label={`Source of ${path}`} tabIndex={0}>
      <div className={styles.lines}>
        {lines.map(({ number, text, isAsked, messages }) => (
          <div
            key={number}
            ref={isAsked ? marked : undefined}
            className={classNames(styles.block, isAsked && styles.asked)}
            aria-current={isAsked ? 'location' : undefined}
          >
            <div className={styles.line}>
              <span className={styles.number}>{number}</span>
              <code>{visibleLines(text.slice(0, longestLine)) || ' '}</code>
            </div>
            {messages.map((message, n) => (
              <div key={n} className={styles.line}>
                <span />
                <div className={styles.below}>
                  {message === asked && message.column !== null && (
                    <code className={styles.caret} aria-hidden="true">
                      {blanksTo(text, message.column)}^
                    </code>
                  )}
                  <Said message={message} />
                </div>
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}

function Said({ message }: { readonly message: BuildMessage }) {
  const { tone, word } = severityMark(message)
  return (
    <p className={classNames(styles.said, styles[message.severity])}>
      <StateMark tone={tone}>{word}</StateMark>
      <span>{visibleText(message.text)}</span>
    </p>
  )
}
