import type {
  BlockerReport,
  BlockerVerdict,
  CountedClass,
  Dependent,
} from '../../../core/unload/blocker-report.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { DataTable } from '../../widgets/data-table.tsx'
import { Disclosure } from '../../widgets/disclosure.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { Section } from '../../widgets/section.tsx'
import { StateMark, ToneMark, type Tone } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { BlockerAdvice, type BlockerCommands } from './blocker-advice.tsx'
import styles from './blockers-view.module.css'
import { HeldInstances } from './held-instances.tsx'
import { countText } from './quantities.ts'

export interface BlockersViewProps {
  readonly report: BlockerReport
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
  /** Null where it is only told. */
  readonly commands: BlockerCommands | null
  /** Why nothing can be changed now, or null. */
  readonly blocked: string | null
  /** The headline stands above it already. */
  readonly isTold?: boolean
}

const verdicts: Readonly<Record<BlockerVerdict, readonly [Tone, string]>> = {
  free: ['good', 'Nothing in the way'],
  referenced: ['bad', 'Other kexts are linked against it'],
  held: ['bad', 'Held: still in the registry'],
  leaked: ['bad', 'Leaked: gone from the registry, and counted'],
  'held-and-leaked': ['bad', 'Held and leaked'],
  'stop-refused': ['bad', 'Its stop function refused'],
  protected: ['bad', 'Protected'],
  'not-loaded': ['idle', 'Not loaded'],
  unknown: ['idle', 'Not known'],
}

/** What is in the way of an unload, who it is, and what to do first. */
export function BlockersView(props: BlockersViewProps) {
  const { report, onShowEntry, commands, blocked, isTold = false } = props
  const { verdict, when, headline, explanation, advice, instances, classes } = report
  const [tone, word] = verdicts[verdict]
  const title = when === 'before' ? 'Before the unload' : 'What keeps it loaded'
  return (
    <Section
      title={title}
      count={
        <StateMark tone={tone} isChip>
          {word}
        </StateMark>
      }
    >
      <div className={styles.blockers}>
        {!isTold && <p className={styles.headline}>{visibleText(headline)}</p>}
        {explanation !== '' && <p className={styles.explanation}>{visibleText(explanation)}</p>}
        <BlockerAdvice
          advice={advice}
          subject={report.bundleIdentifier}
          commands={commands}
          blocked={blocked}
          onShowEntry={onShowEntry}
        />
        <div>
          {instances.length > 0 && (
            <Disclosure isMinor title="Instances in the registry" aside={instances.length} isOpen>
              <HeldInstances
                instances={instances}
                omittedCount={report.omittedCount}
                onShowEntry={onShowEntry}
              />
            </Disclosure>
          )}
          <Kexts title="Kexts that need it" kexts={report.dependents} isInTheWay />
          {classes.length > 0 && <Classes classes={classes} />}
          <Kexts title="Kexts that it needs" kexts={report.dependencies} />
        </div>
      </div>
    </Section>
  )
}

/** Open where it is what tells a leak. */
function Classes({ classes }: { readonly classes: readonly CountedClass[] }) {
  const leaked = classes.reduce((sum, { unseen }) => sum + Math.max(0, unseen ?? 0), 0)
  return (
    <Disclosure
      isMinor
      title="Counted by the kernel"
      aside={leaked > 0 ? `${leaked} leaked` : countText(classes.length, 'class', 'classes')}
      isOpen={leaked > 0}
    >
      <DataTable
        isNumeric
        label="Objects of each class"
        columns={['Class', 'Counted', 'In the registry', 'By subclasses', 'Unseen']}
      >
        {classes.map(({ className, counted, inRegistry, fromSubclasses, unseen }) => (
          <tr key={className}>
            <th scope="row">
              <Mono>{className}</Mono>
            </th>
            <td>{counted ?? unknown}</td>
            <td>{inRegistry ?? unknown}</td>
            <td>{fromSubclasses}</td>
            <td>
              {unseen === null ? (
                unknown
              ) : unseen > 0 ? (
                <span className={styles.leak}>
                  <ToneMark tone="bad" /> {`${unseen} leaked`}
                </span>
              ) : (
                'none'
              )}
            </td>
          </tr>
        ))}
      </DataTable>
    </Disclosure>
  )
}

const unknown = <span className={styles.soft}>not known</span>

interface KextsProps {
  readonly title: string
  readonly kexts: readonly Dependent[]
  /** A loaded one has to go first. */
  readonly isInTheWay?: boolean
}

function Kexts({ title, kexts, isInTheWay = false }: KextsProps) {
  if (kexts.length === 0) return null
  return (
    <Disclosure
      isMinor
      title={title}
      aside={kexts.length}
      isOpen={isInTheWay && kexts.some(({ isLoaded }) => isLoaded)}
    >
      <ul>
        {kexts.map(({ bundleIdentifier, how, isLoaded }) => (
          <li key={bundleIdentifier} className={styles.kext}>
            <StateMark tone={!isLoaded ? 'idle' : isInTheWay ? 'warn' : 'good'}>
              {isLoaded ? 'loaded' : 'not loaded'}
            </StateMark>
            <span className={styles.who}>
              <Mono>{bundleIdentifier}</Mono>
              {how === 'declared' && <span className={styles.soft}>says so in its Info.plist</span>}
            </span>
          </li>
        ))}
      </ul>
    </Disclosure>
  )
}
