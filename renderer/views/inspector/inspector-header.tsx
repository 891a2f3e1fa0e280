import { useMemo, useState } from 'react'
import { kextsByClass, owningKext } from '../../../core/kext/owning-kext.ts'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { stringAt } from '../../../core/registry/property-value.ts'
import type { EntryIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import { entryId } from '../../registry/columns.ts'
import { entryName, type EntryFacts } from '../../registry/entry-facts.ts'
import type { PlaceFacts } from '../../registry/place-facts.ts'
import type { NamedValue } from '../../registry/property-rows.ts'
import { findNode, refOfEntry, refOfNode } from '../../registry/selection.ts'
import { useActions } from '../../state/app-context.tsx'
import type { EntryRef, OpenCapture } from '../../state/app-state.ts'
import { stateBrief } from '../../registry/service-state.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { Copyable } from '../../widgets/copyable.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './inspector.module.css'

export interface InspectorHeaderProps {
  readonly current: OpenCapture
  readonly selected: EntryRef | null
  readonly entry: EntryIndex
  readonly plane: string
  readonly facts: EntryFacts
  readonly place: PlaceFacts
  readonly properties: readonly NamedValue[]
}

/** Links of one kind that are shown before the rest is asked for. */
const fewRelations = 4
/** And those that are shown when it is: the tree is the place for more. */
const manyRelations = 200

export function InspectorHeader({
  current,
  selected,
  entry,
  plane,
  facts,
  place,
  properties,
}: InspectorHeaderProps) {
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
  return (
    <header className={styles.header}>
      <div className={styles.title}>
        <h2 title={visibleText(facts.name)}>{visibleText(facts.name)}</h2>
        {state && (
          <StateMark tone={state.tone} isChip>
            {state.word}
          </StateMark>
        )}
      </div>
      <dl className={styles.facts}>
        <dt>Class</dt>
        <dd>
          {facts.className === null ? (
            <span className={styles.unknown}>the dump does not say</span>
          ) : (
            <ClassChain name={facts.className} chain={facts.classChain} />
          )}
        </dd>
        <dt>Path</dt>
        <dd>{shownRef.path !== null && <Copyable text={shownRef.path} what="path" />}</dd>
        <dt>ID</dt>
        <dd>
          {id === null ? (
            <span className={styles.unknown}>none in this dump</span>
          ) : (
            <Copyable text={id} what="registry entry ID" />
          )}
        </dd>
        <dt>Kext</dt>
        <dd>
          <OwningKext current={current} facts={facts} properties={properties} />
        </dd>
        <Relations
          snapshot={snapshot}
          title={facts.providers.length > 1 ? 'Providers' : 'Provider'}
          none="none: this is a root"
          relations={facts.providers}
          onShow={other => actions.showEntry(refOfEntry(snapshot, other, plane))}
        />
        <Relations
          snapshot={snapshot}
          title="Clients"
          none="none"
          relations={facts.clients}
          onShow={other => actions.showEntry(refOfEntry(snapshot, other, plane))}
        />
        {elsewhere.length > 0 && (
          <>
            <dt>Also in</dt>
            <dd className={styles.links}>
              {elsewhere.slice(0, fewRelations).map(other => (
                <span key={other.path} className={styles.clip}>
                  <LinkButton
                    title={visibleText(other.path)}
                    onClick={() => {
                      actions.setPlane(other.plane)
                      actions.showEntry({ id, path: other.path })
                    }}
                  >
                    {visibleText(other.path)}
                  </LinkButton>
                </span>
              ))}
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

function ClassChain({
  name,
  chain,
}: {
  readonly name: string
  readonly chain: readonly string[] | null
}) {
  const above = chain?.filter(item => item !== name) ?? []
  const text = [...above, name].join(' : ')
  return (
    <span className={styles.chain} title={visibleText(text)}>
      <Mono>{name}</Mono>
      {above.length > 0 && <Mono isSoft isClipped>{` : ${above.reverse().join(' : ')}`}</Mono>}
    </span>
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
    return <span className={styles.unknown}>not known: no property or personality names one</span>
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
    </span>
  )
}

interface RelationsProps {
  readonly title: string
  readonly none: string
  readonly snapshot: Snapshot
  readonly relations: readonly EntryIndex[]
  readonly onShow: (entry: EntryIndex) => void
}

function Relations({ snapshot, title, none, relations, onShow }: RelationsProps) {
  const [showsAll, setShowsAll] = useState(false)
  const shown = relations.slice(0, showsAll ? manyRelations : fewRelations)
  const more = (relations.length - shown.length).toLocaleString('en-US')
  return (
    <>
      <dt>{title}</dt>
      <dd className={styles.links}>
        {relations.length === 0 && <span className={styles.unknown}>{none}</span>}
        {shown.map(other => {
          const { name, className } = entryName(snapshot, other)
          return (
            <span key={other} className={styles.clip}>
              <LinkButton
                title={visibleText(`${name} (${className ?? 'class unknown'})`)}
                onClick={() => onShow(other)}
              >
                {visibleText(name)}
              </LinkButton>
            </span>
          )
        })}
        {relations.length > shown.length &&
          (showsAll ? (
            <span className={styles.unknown}>and {more} more in the tree</span>
          ) : (
            <LinkButton onClick={() => setShowsAll(true)}>and {more} more…</LinkButton>
          ))}
      </dd>
    </>
  )
}
