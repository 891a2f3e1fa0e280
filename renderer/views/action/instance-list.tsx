import type {
  EntryBrief,
  InstanceReport,
  PersonalityReport,
  RegistrationVerdict,
  VerifyReport,
} from '../../../core/verify/report.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark, type Tone } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './instance-list.module.css'

export interface InstanceListProps {
  readonly report: VerifyReport
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
}

/** For each personality: the services it made and how far they came, or why there are none. */
export function InstanceList({ report, onShowEntry }: InstanceListProps) {
  const isUnload = report.kind === 'unload'
  return (
    <ul className={styles.list}>
      {report.personalities.map((personality, index) => (
        <li key={index} className={styles.personality}>
          <PersonalityHead personality={personality} />
          {personality.instances.map((instance, nth) => (
            <Instance
              key={instance.id ?? nth}
              instance={instance}
              isConcern={report.verdict !== 'good'}
              onShowEntry={onShowEntry}
            />
          ))}
          {personality.instances.length === 0 && (
            <p className={styles.none}>
              <StateMark tone={isUnload || report.verdict === 'good' ? 'idle' : 'warn'}>
                No instance
              </StateMark>
              {/* Why a driver did not start is no question when it was asked to go. */}
              {!isUnload && personality.whyNone !== null && (
                <span>{visibleText(personality.whyNone)}</span>
              )}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

function PersonalityHead({ personality }: { readonly personality: PersonalityReport }) {
  const { personality: name, ioClass, providerClass, matchCategory } = personality
  return (
    <div className={styles.head}>
      <span className={styles.name}>{visibleText(name)}</span>
      <span className={styles.keys}>
        <Mono>{ioClass ?? 'no IOClass'}</Mono> on{' '}
        <Mono>{providerClass ?? 'no IOProviderClass'}</Mono>
        {matchCategory !== null && (
          <>
            {' in category '}
            <Mono>{matchCategory}</Mono>
          </>
        )}
      </span>
    </div>
  )
}

const registrations: Readonly<Record<RegistrationVerdict, readonly [Tone, string]>> = {
  registered: ['good', 'Registered'],
  'not-registered': ['warn', 'Not registered'],
  'matching-in-progress': ['warn', 'Matching in progress'],
  terminating: ['off', 'Terminating'],
  unknown: ['idle', 'State not known'],
}

interface InstanceProps {
  readonly instance: InstanceReport
  /** The report as a whole finds something amiss. */
  readonly isConcern: boolean
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
}

function Instance({ instance, isConcern, onShowEntry }: InstanceProps) {
  const { provider, stateWords, busyCount, registration, explanation, path } = instance
  const [tone, word] = registrations[registration]
  // Two of three services never register, and many need not (facts: service-state, section 4).
  const shownTone = tone === 'warn' && !isConcern ? 'idle' : tone
  return (
    <div className={styles.instance}>
      <div className={styles.line}>
        <StateMark tone={shownTone} isChip>
          {word}
        </StateMark>
        <EntryLink entry={instance} onShowEntry={onShowEntry} />
        {instance.id !== null && <Mono isSoft>{instance.id}</Mono>}
        {onShowEntry && isKnown(instance) && (
          <span className={styles.show}>
            <LinkButton
              onClick={() => onShowEntry(instance)}
              aria-label={`Show ${visibleText(instance.name)} in the tree`}
            >
              Show in tree
            </LinkButton>
          </span>
        )}
      </div>
      <dl className={styles.facts}>
        <dt>State</dt>
        <dd>
          {stateWords.length > 0 ? <Mono>{stateWords.join(', ')}</Mono> : 'not known'}
          {busyCount !== null && <Mono>{`, busy ${busyCount}`}</Mono>}
        </dd>
        <dt>Provider</dt>
        <dd>
          {provider ? <EntryLink entry={provider} onShowEntry={onShowEntry} /> : 'not known'}
          {provider?.className && provider.className !== provider.name && (
            <>
              {' '}
              <Mono isSoft>{provider.className}</Mono>
            </>
          )}
        </dd>
        {path !== null && (
          <>
            <dt>Path</dt>
            <dd>
              <Mono isSoft>{path}</Mono>
            </dd>
          </>
        )}
      </dl>
      <p className={styles.explanation}>{visibleText(explanation)}</p>
    </div>
  )
}

/** An entry by name; a link where the tree has it. */
export function EntryLink({
  entry,
  onShowEntry,
}: {
  readonly entry: EntryBrief
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
}) {
  const name = <Mono>{entry.name === '' ? 'unnamed' : entry.name}</Mono>
  if (!onShowEntry || !isKnown(entry)) return name
  return (
    <LinkButton onClick={() => onShowEntry(entry)} title={entry.path ?? undefined}>
      {name}
    </LinkButton>
  )
}

function isKnown({ id, path }: EntryBrief): boolean {
  return id !== null || path !== null
}
