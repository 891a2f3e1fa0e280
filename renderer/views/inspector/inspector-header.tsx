import { useMemo } from 'react'
import { clientProcess } from '../../../core/decode/user-client.ts'
import { EntryMark } from '../../../core/diff/entry-marks.ts'
import { kextsByClass, owningKext } from '../../../core/kext/owning-kext.ts'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { stringAt } from '../../../core/registry/property-value.ts'
import { EntryFlag, type EntryIndex } from '../../../core/registry/snapshot.ts'
import { termFor } from '../../filter/filter-terms.ts'
import { busyDuration } from '../../registry/busy-time.ts'
import { entryId } from '../../registry/columns.ts'
import type { EntryFacts } from '../../registry/entry-facts.ts'
import type { PlaceFacts } from '../../registry/place-facts.ts'
import type { NamedValue } from '../../registry/property-rows.ts'
import { findNode, refOfEntry, refOfNode } from '../../registry/selection.ts'
import { stateBrief } from '../../registry/service-state.ts'
import { useActions } from '../../state/app-context.tsx'
import type { EntryRef, OpenCapture } from '../../state/app-state.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { Copyable } from '../../widgets/copyable.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { FilterForButton } from '../filter/filter-for.tsx'
import { RowMark } from '../watch/row-mark.tsx'
import { ClassSteps } from './class-steps.tsx'
import styles from './inspector.module.css'
import { Relations } from './relations.tsx'

export interface InspectorHeaderProps {
  readonly current: OpenCapture
  readonly selected: EntryRef | null
  readonly entry: EntryIndex
  readonly plane: string
  readonly facts: EntryFacts
  readonly place: PlaceFacts
  readonly properties: readonly NamedValue[]
}

/** Other places of the entry that are shown; the tree leads to the rest. */
const fewPlaces = 4

export function InspectorHeader(props: InspectorHeaderProps) {
  const { current, selected, entry, plane, facts, place, properties } = props
  const actions = useActions()
  const { snapshot } = current
  const table = planeNamed(snapshot, plane)
  const node = table && selected ? findNode(snapshot, table, selected) : -1
  const shownRef =
    table && node !== -1 ? refOfNode(snapshot, table, node) : refOfEntry(snapshot, entry, plane)
  const id = entryId(snapshot, entry)
  const state = stateBrief(snapshot.entries, place.stateRow)
  const elsewhere = facts.places.flatMap(({ plane: name, paths }) =>
    paths.filter(path => path !== shownRef.path).map(path => ({ plane: name, path })),
  )
  const showElsewhere = ({
    plane: name,
    path,
  }: {
    readonly plane: string
    readonly path: string
  }) => {
    const there = planeNamed(snapshot, name)
    const at = there ? findNode(snapshot, there, { id, path }) : -1
    if (there && at !== -1) actions.showPlace(there, at)
  }
  const showOther = (other: EntryIndex) => actions.showEntry(refOfEntry(snapshot, other, plane))
  return (
    <header className={styles.header}>
      <div className={styles.title}>
        <h2 title={visibleText(facts.name)}>{visibleText(facts.name)}</h2>
        {state && (
          <StateMark tone={state.tone} isChip>
            {state.word}
          </StateMark>
        )}
        <EntryMarks bits={current.marks?.bits[entry] ?? 0} />
      </div>
      <dl className={styles.facts}>
        <dt>Class</dt>
        <dd>
          {facts.className === null ? (
            <span className={styles.unknown}>the dump does not say</span>
          ) : (
            <ClassSteps name={facts.className} chain={facts.classChain} />
          )}
        </dd>
        <dt>Path</dt>
        <dd>{shownRef.path !== null && <Copyable text={shownRef.path} what="path" />}</dd>
        <dt>ID</dt>
        <dd className={styles.links}>
          {id === null ? (
            <span className={styles.unknown}>none in this dump</span>
          ) : (
            <Copyable text={id} what="registry entry ID" />
          )}
          <Counts current={current} row={place.stateRow} />
        </dd>
        <OpenedBy properties={properties} />
        <dt>Kext</dt>
        <dd>
          <OwningKext current={current} facts={facts} properties={properties} />
        </dd>
        <Relations
          snapshot={snapshot}
          title={facts.providers.length > 1 ? 'Providers' : 'Provider'}
          none="none: this is a root"
          relations={facts.providers}
          onShow={showOther}
        />
        <Relations
          snapshot={snapshot}
          title="Clients"
          none="none"
          relations={facts.clients}
          onShow={showOther}
        />
        {elsewhere.length > 0 && (
          <>
            <dt>Also in</dt>
            <dd className={styles.links}>
              {elsewhere.slice(0, fewPlaces).map(other => (
                <span key={other.path} className={styles.clip}>
                  <LinkButton title={visibleText(other.path)} onClick={() => showElsewhere(other)}>
                    {visibleText(other.path)}
                  </LinkButton>
                </span>
              ))}
              {elsewhere.length > fewPlaces && (
                <span className={styles.unknown}>
                  and {(elsewhere.length - fewPlaces).toLocaleString('en-US')} more
                </span>
              )}
              {place.othersDiffer.length > 0 && (
                <span className={styles.unknown}>
                  other values there: {place.othersDiffer.join(', ')}
                </span>
              )}
            </dd>
          </>
        )}
      </dl>
    </header>
  )
}

const markBits = [EntryMark.new, EntryMark.gone, EntryMark.changed, EntryMark.moved] as const

/** As the tree's rows say it, but all of them: what is gone may have changed before. */
function EntryMarks({ bits }: { readonly bits: number }) {
  return markBits.filter(bit => (bits & bit) !== 0).map(bit => <RowMark key={bit} bits={bit} />)
}

/** What the kernel counts of it, where the dump tells. */
function Counts({ current, row }: { readonly current: OpenCapture; readonly row: number }) {
  const { entries } = current.snapshot
  const flags = entries.flags[row]!
  const busy = flags & EntryFlag.hasBusyTime ? busyDuration(entries, row) : null
  return (
    <>
      {(flags & EntryFlag.hasRetainCount) !== 0 && (
        <span className={styles.fact}>
          <span className={styles.unknown}>retain</span> {entries.retainCount[row]}
        </span>
      )}
      {(flags & EntryFlag.hasBusyCount) !== 0 && (
        <span className={styles.fact}>
          <span className={styles.unknown}>busy</span> {entries.busyCount[row]}
        </span>
      )}
      {busy && (
        <span className={styles.fact} title={`${busy.exact} in all`}>
          <span className={styles.unknown}>busy for</span> {busy.text}
        </span>
      )}
    </>
  )
}

/** The process behind a user client. */
function OpenedBy({ properties }: Pick<InspectorHeaderProps, 'properties'>) {
  const creator = stringAt({ kind: 'dictionary', entries: properties }, 'IOUserClientCreator')
  const process = creator === undefined ? null : clientProcess(creator)
  if (!process) return null
  return (
    <>
      <dt>Opened by</dt>
      <dd className={styles.links}>
        <span>{visibleText(process.name) || 'a process without a name'}</span>
        <span className={styles.unknown}>pid {process.pid}</span>
        <FilterForButton
          terms={[termFor.property('IOUserClientCreator', { kind: 'string', text: creator! })]}
          what="this process"
        />
      </dd>
    </>
  )
}

function OwningKext({
  current,
  facts,
  properties,
}: Pick<InspectorHeaderProps, 'current' | 'facts' | 'properties'>) {
  const actions = useActions()
  const { installed, kexts } = current.capture
  const byClass = useMemo(() => kextsByClass(installed ?? []), [installed])
  const owner = owningKext(
    {
      bundleIdentifier:
        stringAt({ kind: 'dictionary', entries: properties }, 'CFBundleIdentifier') ?? null,
      className: facts.className,
    },
    byClass,
  )
  if (owner.kind === 'unknown') {
    return <span className={styles.unknown}>no property or personality names it</span>
  }
  const identifiers = owner.kind === 'ambiguous' ? owner.candidates : [owner.bundleIdentifier]
  const isKnown = (id: string) =>
    [...(kexts ?? []), ...(installed ?? [])].some(kext => kext.bundleIdentifier === id)
  return (
    <span className={styles.links}>
      {identifiers.map(id =>
        isKnown(id) ? (
          <LinkButton key={id} onClick={() => actions.showKext(id)}>
            <Mono>{id}</Mono>
          </LinkButton>
        ) : (
          <Mono key={id}>{id}</Mono>
        ),
      )}
      {owner.kind === 'personality' && <span className={styles.unknown}>by its class</span>}
      {owner.kind === 'ambiguous' && <span className={styles.unknown}>one of these</span>}
      <FilterForButton terms={identifiers.slice(0, 4).map(termFor.kext)} what="this kext" />
    </span>
  )
}
