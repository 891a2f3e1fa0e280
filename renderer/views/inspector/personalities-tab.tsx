import { useState } from 'react'
import { stringAt } from '../../../core/registry/property-value.ts'
import type { EntryPersonality } from '../../registry/entry-personalities.ts'
import { useActions } from '../../state/app-context.tsx'
import { valueLine } from '../../registry/format-value.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import styles from './inspector.module.css'

export interface PersonalitiesTabProps {
  readonly className: string | null
  /** Null where the capture does not know the installed kexts. */
  readonly personalities: readonly EntryPersonality[] | null
}

export function PersonalitiesTab({ className, personalities }: PersonalitiesTabProps) {
  if (personalities === null) {
    return (
      <EmptyState title="Installed kexts are not known">
        This capture holds no Info.plists, so the personalities cannot be told. A capture of a
        connected guest reads them.
      </EmptyState>
    )
  }
  if (personalities.length === 0) {
    return (
      <EmptyState title="No personality names this class">
        No installed kext has a personality with the class {className ?? 'of this entry'}. Nubs and
        helper objects are made by a driver’s code, not by matching.
      </EmptyState>
    )
  }
  return (
    <ul>
      {personalities.map(item => (
        <PersonalityCard key={`${item.kextPath} ${item.personality.name}`} item={item} />
      ))}
    </ul>
  )
}

function PersonalityCard({ item }: { readonly item: EntryPersonality }) {
  const actions = useActions()
  const [isOpen, setOpen] = useState(false)
  const { personality, producedIt } = item
  const resource = stringAt(personality.properties, 'IOResourceMatch')
  const facts: readonly (readonly [string, string | null])[] = [
    ['IOClass', personality.ioClass],
    ['IOProviderClass', personality.providerClass],
    ['IOMatchCategory', personality.matchCategory],
    ['IOProbeScore', personality.probeScore === null ? null : String(personality.probeScore)],
    ['IOResourceMatch', resource ?? null],
  ]
  return (
    <li className={styles.card}>
      <div className={styles.cardTitle}>
        <Mono>{personality.name}</Mono>
        <StateMark tone={producedIt ? 'good' : 'idle'} isChip>
          {producedIt ? 'produced this instance' : 'names this class'}
        </StateMark>
      </div>
      <dl className={styles.numbers}>
        <dt>Kext</dt>
        <dd>
          <LinkButton onClick={() => actions.showKext(personality.publisher)}>
            <Mono>{personality.publisher}</Mono>
          </LinkButton>
        </dd>
        {facts.map(
          ([key, value]) => value !== null && <FactLine key={key} name={key} value={value} />,
        )}
        {isOpen &&
          personality.properties.entries.map(([key, value]) => (
            <FactLine key={`all ${key}`} name={key} value={valueLine(value)} />
          ))}
      </dl>
      <LinkButton onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Show less' : `Show all ${personality.properties.entries.length} keys`}
      </LinkButton>
    </li>
  )
}

function FactLine({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt title={name}>{name}</dt>
      <dd>
        <Mono>{value}</Mono>
      </dd>
    </>
  )
}
