import { ChevronRight, File, Folder, FolderUp, LoaderCircle, Package } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { FolderListing, LocalBundle } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import type { BundleChoice, Loadable } from '../../state/action-flow.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button, IconButton } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { Mono } from '../../widgets/mono.tsx'
import { Tabs } from '../../widgets/tabs.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from './quantities.ts'
import styles from './bundle-chooser.module.css'

export interface BundleChooserProps {
  readonly choice: BundleChoice
  /** The bundle being read. */
  readonly inspecting: string | null
  readonly failure: Failure | null
  readonly onPick: (path: string) => void
  /** null is the home folder. */
  readonly onBrowse: (path: string | null) => void
  readonly onRetrySamples: () => void
}

type Source = 'folder' | 'samples'

/** Where the kext comes from: a folder of this machine, or the samples that came with Kextant. */
export function BundleChooser(props: BundleChooserProps) {
  const { choice, inspecting, failure, onPick, onBrowse, onRetrySamples } = props
  const [source, setSource] = useState<Source>('samples')
  const tabs = [
    { value: 'samples', text: 'Samples' },
    { value: 'folder', text: 'On this machine' },
  ] as const
  return (
    <div className={styles.chooser}>
      {failure && (
        <div className={styles.failure}>
          <Banner tone="bad" isInset>
            {sentenceFor(failure)}
          </Banner>
        </div>
      )}
      <Tabs
        label="Where the kext comes from"
        value={source}
        tabs={tabs}
        onChange={next => {
          setSource(next)
          if (next === 'folder' && choice.folder.phase === 'idle') onBrowse(null)
        }}
      >
        {source === 'samples' ? (
          <Loaded of={choice.samples} what="the samples" onRetry={onRetrySamples}>
            {samples => <Samples samples={samples} inspecting={inspecting} onPick={onPick} />}
          </Loaded>
        ) : (
          <Loaded of={choice.folder} what="the folder" onRetry={() => onBrowse(null)}>
            {listing => (
              <FolderPage
                listing={listing}
                inspecting={inspecting}
                onPick={onPick}
                onBrowse={onBrowse}
              />
            )}
          </Loaded>
        )}
      </Tabs>
    </div>
  )
}

interface LoadedProps<T> {
  readonly of: Loadable<T>
  readonly what: string
  readonly onRetry: () => void
  readonly children: (value: T) => ReactNode
}

function Loaded<T>({ of, what, onRetry, children }: LoadedProps<T>) {
  switch (of.phase) {
    case 'ready':
      return children(of.value)
    case 'failed':
      return (
        <EmptyState
          title={`Cannot read ${what}`}
          actions={<Button onClick={onRetry}>Try again</Button>}
        >
          {sentenceFor(of.failure)}
        </EmptyState>
      )
    case 'idle':
    case 'loading':
      return <EmptyState title={`Reading ${what}…`} />
  }
}

interface SamplesProps {
  readonly samples: readonly LocalBundle[]
  readonly inspecting: string | null
  readonly onPick: (path: string) => void
}

function Samples({ samples, inspecting, onPick }: SamplesProps) {
  if (samples.length === 0) {
    return (
      <EmptyState icon={<Package size={20} strokeWidth={1.5} />} title="No samples here">
        This installation came without sample kexts. Pick a bundle from a folder of this machine.
      </EmptyState>
    )
  }
  return (
    <ul className={styles.samples}>
      {samples.map(({ path, name, kext, note }) => (
        <li key={path}>
          <button
            type="button"
            className={styles.sample}
            disabled={inspecting !== null}
            onClick={() => onPick(path)}
          >
            <Package {...iconProps} />
            <span className={styles.text}>
              <span className={styles.line}>
                <span className={styles.name}>{visibleText(name)}</span>
                <Mono isSoft>{kext.version}</Mono>
                <span className={styles.aside}>
                  {kext.personalities.length === 0
                    ? 'no personalities'
                    : countText(kext.personalities.length, 'personality', 'personalities')}
                </span>
              </span>
              <Mono isSoft isClipped>
                {kext.bundleIdentifier}
              </Mono>
              {note !== null && <span className={styles.note}>{visibleText(note.trim())}</span>}
            </span>
            {inspecting === path ? (
              <LoaderCircle {...iconProps} aria-hidden={false} aria-label="Reading" />
            ) : (
              <ChevronRight {...iconProps} />
            )}
          </button>
        </li>
      ))}
    </ul>
  )
}

interface FolderPageProps {
  readonly listing: FolderListing
  readonly inspecting: string | null
  readonly onPick: (path: string) => void
  readonly onBrowse: (path: string) => void
}

const icons = { folder: Folder, kext: Package, file: File }

function FolderPage({ listing, inspecting, onPick, onBrowse }: FolderPageProps) {
  const { path, parent, items } = listing
  return (
    <div className={styles.folder}>
      <div className={styles.place}>
        <IconButton
          label="Parent folder"
          icon={<FolderUp {...iconProps} />}
          disabled={parent === null}
          onClick={() => parent !== null && onBrowse(parent)}
        />
        <PathField key={path} path={path} onGo={onBrowse} />
      </div>
      {items.length === 0 && <EmptyState title="This folder is empty" />}
      <ul className={styles.items} aria-label="Contents">
        {items.map(item => {
          const Icon = icons[item.kind]
          return (
            <li key={item.path}>
              <button
                type="button"
                className={styles.item}
                disabled={item.kind === 'file' || inspecting !== null}
                onClick={() => (item.kind === 'kext' ? onPick(item.path) : onBrowse(item.path))}
              >
                <Icon {...iconProps} />
                <span className={styles.itemName}>{visibleText(item.name)}</span>
                {item.kind === 'kext' && <span className={styles.aside}>kext bundle</span>}
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function PathField({
  path,
  onGo,
}: {
  readonly path: string
  readonly onGo: (path: string) => void
}) {
  const [text, setText] = useState(path)
  return (
    <form
      className={styles.path}
      onSubmit={event => {
        event.preventDefault()
        if (text.trim() !== '') onGo(text.trim())
      }}
    >
      <input
        aria-label="Folder"
        className={styles.input}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={event => setText(event.currentTarget.value)}
      />
      <Button type="submit" disabled={text.trim() === '' || text === path}>
        Go
      </Button>
    </form>
  )
}
