import { ArrowLeft } from 'lucide-react'
import { asWritten } from '../../../core/kext/edit-info-plist.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import type { CatalogueItem } from '../../../core/matching/catalogue-item.ts'
import type { PersonalityVerdict } from '../../../core/matching/verdict.ts'
import { countsOf, sortedMatches } from '../../matching/personality-counts.ts'
import type { PersonalityRef } from '../../matching/personality-ref.ts'
import { refOf } from '../../matching/personality-ref.ts'
import { useAnswer } from '../../matching/use-answer.ts'
import { editOf, whatIfOf } from '../../matching/what-if.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { DetailsSection } from '../kexts/details-section.tsx'
import { propertyText } from '../kexts/property-text.ts'
import { CopyPersonality } from './copy-personality.tsx'
import { KextLink } from './kext-link.tsx'
import { MatchingBroken } from './matching-broken.tsx'
import { NearMissList } from './near-miss-list.tsx'
import { OriginWords } from './origin-words.tsx'
import styles from './personality-page.module.css'
import { CountWords } from './personality-counts-line.tsx'
import { ServiceList } from './service-list.tsx'

export interface PersonalityPageProps {
  readonly snapshot: Snapshot
  readonly personality: PersonalityRef
  /** Where leaving it leads, in a word. */
  readonly back: string
}

/** One personality: the services that it runs on, wins, ties or loses, and those it nearly matches. */
export function PersonalityPage({ snapshot, personality, back }: PersonalityPageProps) {
  const actions = useActions()
  const { phase, answer } = useAnswer('personality', { kind: 'personality', ref: personality })
  return (
    <section
      ref={focusOnce}
      tabIndex={-1}
      className={styles.page}
      aria-label={`Personality ${visibleText(personality.name)}`}
    >
      <header className={styles.head}>
        <Button
          kind="quiet"
          icon={<ArrowLeft {...iconProps} />}
          onClick={() => actions.showPersonality(null)}
        >
          {back}
        </Button>
        <h2 title={visibleText(personality.name)}>{visibleText(personality.name)}</h2>
      </header>
      {phase === 'broken' ? (
        <MatchingBroken />
      ) : !answer ? null : answer.verdict === null ? (
        <EmptyState title="Not in the catalogue">
          The kernel ignores it: a personality without an IOProviderClass matches nothing. Or it is
          not in this capture any more.
        </EmptyState>
      ) : (
        <PersonalityDetails snapshot={snapshot} verdict={answer.verdict} />
      )}
    </section>
  )
}

/** What led here is gone with its view: the keyboard goes on from the top of this one. */
function focusOnce(page: HTMLElement | null): void {
  page?.focus({ preventScroll: true })
}

interface DetailsProps {
  readonly snapshot: Snapshot
  readonly verdict: PersonalityVerdict
}

function PersonalityDetails({ snapshot, verdict }: DetailsProps) {
  const { item, misses, considered } = verdict
  const { told, untold } = sortedMatches(verdict)
  return (
    <>
      <Facts item={item} snapshot={snapshot} />
      <div className={styles.counts}>
        <CountWords counts={countsOf(verdict)} />
      </div>
      <DetailsSection title="Services it matches" count={told.length}>
        {told.length > 0 ? (
          <ServiceList snapshot={snapshot} matches={told} label="Services it matches" />
        ) : (
          <p className={styles.soft}>
            {considered === 0
              ? `No service here is ${a(item.providerClass ?? 'of its class')}.`
              : `None of the ${countText(considered, 'service')} of its provider class passes all its keys.`}
          </p>
        )}
      </DetailsSection>
      {untold.length > 0 && (
        <DetailsSection title="Cannot be told" count={untold.length}>
          <ServiceList snapshot={snapshot} matches={untold} label="Cannot be told" few={3} />
        </DetailsSection>
      )}
      {misses.length > 0 && (
        <DetailsSection title="Nearest misses" count={misses.length}>
          <NearMissList snapshot={snapshot} misses={misses} />
        </DetailsSection>
      )}
      <DetailsSection title="As the kernel gets it" count={item.properties.entries.length}>
        <dl className={styles.keys}>
          {item.properties.entries.map(([key, value]) => (
            <div key={key}>
              <dt>
                <Mono isSoft>{key}</Mono>
              </dt>
              <dd>
                <Mono>{propertyText(value)}</Mono>
              </dd>
            </div>
          ))}
        </dl>
      </DetailsSection>
    </>
  )
}

function Facts({ item, snapshot }: { readonly item: CatalogueItem; readonly snapshot: Snapshot }) {
  const actions = useActions()
  const whatIf = useApp(state => state.whatIf)
  const ref = refOf(item)
  const own = whatIfOf(whatIf, ref)
  const edit = editOf(whatIf, ref)
  return (
    <div className={styles.about}>
      <dl className={styles.facts}>
        <dt>Kext</dt>
        <dd>
          <KextLink id={item.bundleIdentifier} />
        </dd>
        <dt>Makes</dt>
        <dd>{item.ioClass === null ? <NotSaid /> : <Mono>{item.ioClass}</Mono>}</dd>
        <dt>On</dt>
        <dd>{item.providerClass === null ? <NotSaid /> : <Mono>{item.providerClass}</Mono>}</dd>
        <dt>Category</dt>
        <dd>
          <Mono>{item.category}</Mono>
        </dd>
        <dt>Own score</dt>
        <dd>
          <Mono>{item.probeScore.toLocaleString('en-US')}</Mono>
        </dd>
        <dt>Origin</dt>
        <dd className={styles.origin}>
          <OriginWords item={item} snapshot={snapshot} />
        </dd>
      </dl>
      {(own || edit) && (
        <p>
          <StateMark tone="accent" isChip>
            {own ? 'what-if' : 'edited in what-if'}
          </StateMark>
        </p>
      )}
      <div className={styles.buttons}>
        <Button onClick={() => actions.editWhatIf(ref, item)}>
          {own || edit ? 'Go on editing' : 'Edit as what-if'}
        </Button>
        <CopyPersonality name={item.name} properties={asWritten(item.properties, item.publisher)} />
      </div>
    </div>
  )
}

function NotSaid() {
  return <span className={styles.soft}>not said</span>
}

const a = (className: string) => `${/^[AEIOU]/i.test(className) ? 'an' : 'a'} ${className}`
