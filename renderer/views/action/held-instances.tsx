import type { ReactNode } from 'react'
import type { HeldInstance, Holder } from '../../../core/unload/blocker-report.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './held-instances.module.css'
import { EntryLink } from './instance-list.tsx'
import { countText } from './quantities.ts'

type ShowEntry = ((entry: EntryBrief) => void) | null

export interface HeldInstancesProps {
  readonly instances: readonly HeldInstance[]
  /** Beyond those that are listed. */
  readonly omittedCount: number
  readonly onShowEntry: ShowEntry
}

/** The services of a kext that are in the registry, each with who holds it. */
export function HeldInstances({ instances, omittedCount, onShowEntry }: HeldInstancesProps) {
  return (
    <>
      <ul className={styles.instances}>
        {instances.map((instance, index) => (
          <Instance
            key={instance.entry.id ?? index}
            instance={instance}
            onShowEntry={onShowEntry}
          />
        ))}
      </ul>
      {omittedCount > 0 && (
        <p className={styles.omitted}>
          {`and ${countText(omittedCount, 'more instance or client', 'more instances and clients')}`}
        </p>
      )}
    </>
  )
}

interface InstanceProps {
  readonly instance: HeldInstance
  readonly onShowEntry: ShowEntry
}

function Instance({ instance, onShowEntry }: InstanceProps) {
  const { entry, provider, stateWords, busyCount, retainCount, isTerminated, holders, openCount } =
    instance
  return (
    <li className={styles.instance}>
      <div className={styles.line}>
        <StateMark tone={isTerminated ? 'off' : 'accent'} isChip>
          {isTerminated ? 'Terminated, and held' : 'Live'}
        </StateMark>
        <EntryLink entry={entry} onShowEntry={onShowEntry} />
        {entry.className !== null && entry.className !== entry.name && (
          <Mono isSoft>{entry.className}</Mono>
        )}
        {entry.id !== null && <Mono isSoft>{entry.id}</Mono>}
      </div>
      {holders.length > 0 && (
        <ul className={styles.holders} aria-label={`Who holds ${visibleText(entry.name)}`}>
          {holders.map((holder, index) => (
            <HolderRow key={holder.entry.id ?? index} holder={holder} onShowEntry={onShowEntry} />
          ))}
        </ul>
      )}
      <dl className={styles.facts}>
        {provider && (
          <Fact term="Provider">
            <EntryLink entry={provider} onShowEntry={onShowEntry} />
          </Fact>
        )}
        <Fact term="State">
          {stateWords.length > 0 ? <Mono>{stateWords.join(', ')}</Mono> : 'not known'}
        </Fact>
        {busyCount !== null && <Fact term="Busy">{busyCount}</Fact>}
        {retainCount !== null && <Fact term="Retain count">{retainCount}</Fact>}
        <Fact term="Open">
          {openCount === 0 ? 'by nobody' : countText(openCount, 'user client')}
        </Fact>
      </dl>
      {entry.path !== null && (
        <p>
          <Mono isSoft>{entry.path}</Mono>
        </p>
      )}
    </li>
  )
}

const holderWords: Readonly<Record<Holder['kind'], string>> = {
  'user-client': 'user client',
  driver: 'driver',
  nub: 'nub',
}

interface HolderRowProps {
  readonly holder: Holder
  readonly onShowEntry: ShowEntry
}

function HolderRow({ holder, onShowEntry }: HolderRowProps) {
  const { entry, kind, creator, bundleIdentifier, stateWords } = holder
  return (
    <li className={styles.holder}>
      <span className={styles.kind}>{holderWords[kind]}</span>
      <span className={styles.who}>
        <EntryLink entry={entry} onShowEntry={onShowEntry} />
        {creator && (
          <span className={styles.creator}>
            {'opened by '}
            <strong>{visibleText(creator.processName)}</strong>
            {`, pid ${creator.pid}`}
          </span>
        )}
        {bundleIdentifier !== null && <Mono isSoft>{bundleIdentifier}</Mono>}
        {stateWords.length > 0 && <Mono isSoft>{stateWords.join(', ')}</Mono>}
      </span>
    </li>
  )
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
