import { MousePointerClick } from 'lucide-react'
import { memo, useMemo } from 'react'
import { assertNever } from '../../../core/failure.ts'
import { snapshotContext } from '../../../core/decode/snapshot-context.ts'
import { EntryFlag, type EntryIndex } from '../../../core/registry/snapshot.ts'
import { ServicePicture } from '../../charts/service-picture.tsx'
import { entryFacts, propertiesOf } from '../../registry/entry-facts.ts'
import { comparedFacts } from '../../registry/compared-facts.ts'
import { comparedProperties } from '../../registry/compared-properties.ts'
import { placeFacts } from '../../registry/place-facts.ts'
import { plainItems } from '../../registry/property-rows.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { EntryRef, InspectorTab, OpenCapture } from '../../state/app-state.ts'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { Tabs } from '../../widgets/tabs.tsx'
import { MatchingTab } from '../matching/matching-tab.tsx'
import { ComparisonNote } from './comparison-note.tsx'
import { InspectorHeader } from './inspector-header.tsx'
import styles from './inspector.module.css'
import { PropertiesTab } from './properties-tab.tsx'
import { StateTab } from './state-tab.tsx'

export interface InspectorProps {
  readonly current: OpenCapture
  readonly selected: EntryRef | null
  /** What `selected` means in this capture; null when it is not in it. */
  readonly entry: EntryIndex | null
}

/** Everything that is known of the selected entry. */
export const Inspector = memo(function Inspector({ current, selected, entry }: InspectorProps) {
  const isGone = selected !== null && entry === null
  return (
    <section id="inspector" tabIndex={-1} className={styles.inspector} aria-label="Inspector">
      {entry !== null ? (
        <EntryInspector current={current} selected={selected} entry={entry} />
      ) : isGone ? (
        <EmptyState title="Not in this capture">
          The entry you had selected is gone. Select another one in the tree.
        </EmptyState>
      ) : (
        <EmptyState icon={<MousePointerClick {...iconProps} />} title="Nothing selected">
          Select an entry in the tree to see its properties, its state and the drivers around it.
        </EmptyState>
      )}
    </section>
  )
})

function EntryInspector({
  current,
  selected,
  entry,
}: InspectorProps & { readonly entry: EntryIndex }) {
  const actions = useActions()
  const plane = useApp(state => state.plane)
  const tab = useApp(state => state.inspectorTab)
  const { snapshot } = current
  const facts = useMemo(() => entryFacts(snapshot, plane, entry), [snapshot, plane, entry])
  const place = useMemo(
    () => placeFacts(snapshot, plane, selected, entry),
    [snapshot, plane, selected, entry],
  )
  const { stateRow, propertyRow } = place
  const properties = useMemo(() => propertiesOf(snapshot, propertyRow), [snapshot, propertyRow])
  const { comparison } = current
  const compared = useMemo(
    () => (comparison ? comparedProperties(comparison, entry, properties) : null),
    [comparison, entry, properties],
  )
  const factsBefore = useMemo(
    () => (comparison ? comparedFacts(comparison, entry) : []),
    [comparison, entry],
  )
  const items = useMemo(() => compared?.items ?? plainItems(properties), [compared, properties])
  const context = useMemo(
    () => snapshotContext(snapshot, entry, propertyRow, plane),
    [snapshot, entry, propertyRow, plane],
  )
  const tabs = [
    { value: 'properties', text: 'Properties', count: properties.length },
    { value: 'state', text: 'State' },
    { value: 'matching', text: 'Matching' },
    { value: 'picture', text: 'Picture' },
  ] as const
  return (
    <>
      <InspectorHeader
        current={current}
        selected={selected}
        entry={entry}
        plane={plane}
        facts={facts}
        place={place}
        properties={properties}
      />
      {compared && <ComparisonNote compared={compared} facts={factsBefore} />}
      <Tabs label="Inspector" value={tab} tabs={tabs} onChange={actions.setInspectorTab}>
        {panel(tab)}
      </Tabs>
    </>
  )

  function panel(shown: InspectorTab) {
    switch (shown) {
      case 'properties':
        return (
          <PropertiesTab
            snapshot={snapshot}
            entry={entry}
            facts={facts}
            place={place}
            properties={properties}
            compared={compared}
            items={items}
            context={context}
          />
        )
      case 'state':
        return <StateTab snapshot={snapshot} row={stateRow} facts={facts} properties={properties} />
      case 'matching':
        return (
          <MatchingTab
            snapshot={snapshot}
            entry={entry}
            className={facts.className}
            isService={(snapshot.entries.flags[stateRow]! & EntryFlag.isService) !== 0}
          />
        )
      case 'picture':
        return (
          <ServicePicture
            snapshot={snapshot}
            plane={plane}
            entry={entry}
            onSelect={actions.showEntry}
            isLarge={false}
            onLarge={actions.setPictureLarge}
          />
        )
      default:
        return assertNever(shown)
    }
  }
}
