import { ArrowDown, ArrowUp, X } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { BuildRun } from '../../../core/project/project.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { IconButton } from '../../widgets/button.tsx'
import { CopyButton } from '../../widgets/copyable.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { Mono } from '../../widgets/mono.tsx'
import { Segmented } from '../../widgets/segmented.tsx'
import { Spoken } from '../../widgets/spoken.tsx'
import { SplitPane } from '../../widgets/split-pane.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { durationText } from '../action/quantities.ts'
import { useNow } from '../shell/use-now.ts'
import { buildLines } from './build-lines.ts'
import { BuildMessages } from './build-messages.tsx'
import { BuildOutput } from './build-output.tsx'
import styles from './build-pane.module.css'
import { buildMark, buildSentence, messageCounts, nextMessage } from './build-words.ts'
import { SourcePane } from './source-pane.tsx'

/** A build: its output as it comes, what it complains of, and each of that in its source line. */
export function BuildPane({ run }: { readonly run: BuildRun }) {
  const actions = useActions()
  const [chosen, setChosen] = useState<{ readonly of: string; readonly message: number } | null>(
    null,
  )
  const [shows, setShows] = useState<'output' | 'source'>('output')
  const [listWidth, setListWidth] = useState(400)
  const lines = useMemo(() => buildLines(run), [run])

  const { messages } = run
  const selected = chosen?.of === run.id ? (messages[chosen.message] ? chosen.message : null) : null
  const select = (message: number) => {
    setChosen({ of: run.id, message })
    setShows('source')
  }
  // Another build has other messages; a failed one leads to its first error, unless the user chose one.
  const [seen, setSeen] = useState({ id: run.id, status: run.status })
  if (seen.id !== run.id || seen.status !== run.status) {
    setSeen({ id: run.id, status: run.status })
    if (seen.id !== run.id) setShows('output')
    const firstError = messages.findIndex(({ severity }) => severity === 'error')
    if (run.status === 'failed' && selected === null && firstError !== -1) select(firstError)
  }

  const isNews = useApp(state => state.project.isBuildNews)
  useEffect(() => {
    if (isNews) actions.readBuild()
  }, [actions, isNews])

  const list = useRef<HTMLDivElement>(null)
  const go = (step: 1 | -1) => {
    const next = nextMessage(messages, selected, step)
    if (next === null) return
    select(next)
    list.current?.focus({ preventScroll: true })
  }
  const goLatest = useRef(go)
  useEffect(() => {
    goLatest.current = go
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'F8' || event.ctrlKey || event.metaKey || event.altKey) return
      if (document.querySelector('[role="dialog"]')) return
      event.preventDefault()
      goLatest.current(event.shiftKey ? -1 : 1)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])

  const asked = selected === null ? null : messages[selected]!
  return (
    <section className={styles.pane} aria-label="Build">
      <header className={styles.bar}>
        <Summary run={run} />
        <span className={styles.tools}>
          {messages.length > 0 && (
            <>
              <Segmented
                label="What the pane shows"
                value={asked ? shows : 'output'}
                options={[
                  { value: 'output', text: 'Output' },
                  { value: 'source', text: 'Source' },
                ]}
                onChange={next => {
                  if (next === 'source' && selected === null) go(1)
                  else setShows(next)
                }}
              />
              <IconButton
                label="Previous message (Shift+F8)"
                icon={<ArrowUp {...smallIconProps} />}
                onClick={() => go(-1)}
              />
              <IconButton
                label="Next message (F8)"
                icon={<ArrowDown {...smallIconProps} />}
                onClick={() => go(1)}
              />
            </>
          )}
          <CopyButton text={run.output} what="the output" />
          <IconButton
            label="Close the build pane"
            icon={<X {...smallIconProps} />}
            onClick={() => actions.showBuild(false)}
          />
        </span>
      </header>
      <SplitPane
        direction="row"
        what="list of messages"
        size={listWidth}
        min={260}
        max={720}
        onResize={setListWidth}
        first={
          asked && shows === 'source' ? (
            <SourcePane root={run.root} message={asked} messages={messages} />
          ) : (
            <BuildOutput
              key={run.id}
              run={run}
              lines={lines}
              selected={selected}
              onSelect={select}
            />
          )
        }
        second={
          messages.length > 0 ? (
            <BuildMessages
              listRef={list}
              root={run.root}
              messages={messages}
              selected={selected}
              onSelect={select}
            />
          ) : null
        }
      />
      <Spoken role="status">{run.status === 'running' ? '' : buildSentence(run)}</Spoken>
    </section>
  )
}

function Summary({ run }: { readonly run: BuildRun }) {
  const { tone, word } = buildMark(run)
  const counts = messageCounts(run)
  return (
    <div className={styles.summary}>
      <StateMark tone={tone} isChip>
        {word}
      </StateMark>
      {counts !== '' && <span className={styles.counts}>{counts}</span>}
      <Mono isClipped isSoft>
        {run.command.join(' ')}
      </Mono>
      <span className={styles.faint}>
        {run.durationMs === null ? <Elapsed since={run.startedAt} /> : durationText(run.durationMs)}
        {run.exitCode !== null && run.exitCode !== 0 && ` · exit ${run.exitCode}`}
      </span>
    </div>
  )
}

function Elapsed({ since }: { readonly since: string }) {
  const now = useNow(1000)
  return <>{`${Math.max(0, Math.round((now - Date.parse(since)) / 1000))} s`}</>
}
