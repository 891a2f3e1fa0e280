import { PencilRuler } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { ServiceVerdict } from '../../../core/matching/verdict.ts'
import type { EntryIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import {
  candidateFilters,
  candidateGroups,
  filterCounts,
  type CandidateFilter,
} from '../../matching/candidate-groups.ts'
import { replacedKeys } from '../../matching/replaced-keys.ts'
import { useAnswer } from '../../matching/use-answer.ts'
import { refOfEntry } from '../../registry/selection.ts'
import { useActions } from '../../state/app-context.tsx'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { Mono } from '../../widgets/mono.tsx'
import { Segmented } from '../../widgets/segmented.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { CandidateGroups } from './candidate-groups.tsx'
import { InstanceSection } from './instance-section.tsx'
import { MatchingBroken } from './matching-broken.tsx'
import styles from './matching.module.css'

export interface MatchingTabProps {
  readonly snapshot: Snapshot
  readonly entry: EntryIndex
  readonly className: string | null
  /** Only an IOService takes part in matching. */
  readonly isService: boolean
}

/** Of the selected entry: which personality made it, and which drivers match on it, in the kernel's order. */
export function MatchingTab({ snapshot, entry, className, isService }: MatchingTabProps) {
  const { phase, answer, whatIf } = useAnswer('service', { kind: 'service', entry })
  const replaced = useMemo(() => replacedKeys(whatIf), [whatIf])
  if (phase === 'broken') return <MatchingBroken />
  if (!isService && answer && answer.verdict.candidates.length === 0 && !answer.instance) {
    return (
      <EmptyState title="Not a service">
        Drivers match on an IOService only. This entry is a plain registry entry.
      </EmptyState>
    )
  }
  if (!answer) {
    return phase === 'opening' ? <EmptyState title="Reading the personalities…" /> : null
  }
  return (
    <div className={styles.tab}>
      {answer.instance && <InstanceSection snapshot={snapshot} verdict={answer.instance} />}
      <Services
        key={entry}
        snapshot={snapshot}
        verdict={answer.verdict}
        failing={answer.failing}
        className={className}
        replaced={replaced}
        isWhatIfOn={whatIf.length > 0}
      />
      <Caveats caveats={[...answer.verdict.caveats, ...answer.notes]} />
    </div>
  )
}

const filterWords: Readonly<Record<CandidateFilter, string>> = {
  matched: 'Matched',
  near: 'Near misses',
  unknown: 'Not known',
  all: 'All',
}

interface ServicesProps {
  readonly snapshot: Snapshot
  readonly verdict: ServiceVerdict
  readonly failing: ReadonlyMap<number, number>
  readonly className: string | null
  readonly replaced: ReadonlySet<string>
  readonly isWhatIfOn: boolean
}

function Services(props: ServicesProps) {
  const { snapshot, verdict, failing, className, replaced, isWhatIfOn } = props
  const actions = useActions()
  const counts = useMemo(() => filterCounts(verdict, failing), [verdict, failing])
  const [chosen, setFilter] = useState<CandidateFilter | null>(null)
  const filter = chosen ?? (counts.matched > 0 ? 'matched' : counts.near > 0 ? 'near' : 'all')
  const groups = useMemo(
    () => candidateGroups(verdict, { filter, failing, replaced }),
    [verdict, filter, failing, replaced],
  )
  const draft = (
    <Button
      icon={<PencilRuler {...smallIconProps} />}
      onClick={() => actions.draftDriver(refOfEntry(snapshot, verdict.entry, 'IOService'))}
    >
      New driver…
    </Button>
  )
  return (
    <section className={styles.services} aria-label="Drivers that match on it">
      {verdict.candidates.length > 0 && (
        <div className={styles.tools}>
          <Segmented
            label="Which personalities"
            value={filter}
            options={candidateFilters
              .filter(value => value !== 'unknown' || counts.unknown > 0)
              .map(value => ({ value, text: filterWords[value], count: counts[value] }))}
            onChange={setFilter}
          />
          {draft}
        </div>
      )}
      {verdict.isRegistered === false && verdict.candidates.length > 0 && (
        <div className={styles.lead}>
          <Banner tone="idle" isInset>
            This service is not registered: the kernel matches no driver on it until it calls
            registerService(). Below is what its keys say.
          </Banner>
        </div>
      )}
      {verdict.candidates.length === 0 ? (
        <EmptyState title="No personality asks for this class" actions={draft}>
          None of the personalities at hand names <Mono>{className ?? 'its class'}</Mono> or one of
          its superclasses as IOProviderClass.
        </EmptyState>
      ) : groups.length === 0 ? (
        <EmptyState title="None of these">
          {filter === 'matched'
            ? `Of ${countText(counts.all, 'personality', 'personalities')} for its classes, none matches.`
            : `Of ${countText(counts.all, 'personality', 'personalities')} for its classes, none is one key away.`}
        </EmptyState>
      ) : (
        <CandidateGroups snapshot={snapshot} groups={groups} isWhatIfOn={isWhatIfOn} />
      )}
    </section>
  )
}

function Caveats({ caveats }: { readonly caveats: readonly string[] }) {
  if (caveats.length === 0) return null
  return (
    <section className={styles.section} aria-label="What cannot be told">
      <h3>What cannot be told</h3>
      <ul className={styles.notes}>
        {caveats.map((caveat, index) => (
          <li key={index}>{visibleText(caveat)}</li>
        ))}
      </ul>
    </section>
  )
}
