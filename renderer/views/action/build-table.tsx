import type { Build, BuildComparison } from '../../../core/kext/compare-builds.ts'
import { DataTable } from '../../widgets/data-table.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark, type Tone } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { dayAndTime } from '../shell/times.ts'
import styles from './build-table.module.css'

const verdictTones: Readonly<Record<BuildComparison['verdict'], readonly [Tone, string]>> = {
  same: ['good', 'one and the same'],
  'file-differs': ['warn', 'the guest’s file is another build'],
  'loaded-differs': ['warn', 'the kernel runs another build'],
  'both-differ': ['warn', 'three places, not one build'],
  'not-loaded': ['idle', 'not loaded'],
  'not-installed': ['idle', 'not in the guest'],
  unknown: ['idle', 'not known'],
}

/** What a comparison came to, in a few words. */
export const buildWords = ({ verdict }: BuildComparison) => verdictTones[verdict][1]

/**
 * Host's build, guest's file and loaded image, one below the other, so that what differs stands in a column. Where all
 * are one and the same the sentence says all of it.
 */
export function BuildTable({
  comparison,
  hasWords = true,
}: {
  readonly comparison: BuildComparison
  /** False where sentence and advice stand above it. */
  readonly hasWords?: boolean
}) {
  const { host, file, loaded, verdict, sentence, advice } = comparison
  const [tone, word] = verdictTones[verdict]
  const uuids = new Set([host, file, loaded].flatMap(build => build?.uuid ?? []))
  const rows = [
    ['Host’s build', host],
    ['Guest’s file', file],
    ['Loaded image', loaded],
  ] as const
  return (
    <div className={styles.builds}>
      <p>
        <StateMark tone={tone}>{word}</StateMark>
      </p>
      {hasWords && (
        <p className={styles.words}>
          {visibleText(sentence)} {visibleText(advice)}
        </p>
      )}
      {verdict !== 'same' && (
        <div className={styles.table}>
          <DataTable label="Builds" columns={['Where', 'Version', 'UUID', 'Built']}>
            {rows.map(([where, build]) => (
              <tr key={where}>
                <th scope="row">{where}</th>
                {build === null ? (
                  <td colSpan={3} className={styles.none}>
                    not there, or not known
                  </td>
                ) : (
                  <BuildCells build={build} hasOthers={uuids.size > 1} newest={host} />
                )}
              </tr>
            ))}
          </DataTable>
        </div>
      )}
    </div>
  )
}

interface BuildCellsProps {
  readonly build: Build
  readonly hasOthers: boolean
  /** What the others are held against. */
  readonly newest: Build | null
}

function BuildCells({ build, hasOthers, newest }: BuildCellsProps) {
  const { version, uuid, builtAt } = build
  const differs = hasOthers && newest !== null && newest !== build && newest.uuid !== uuid
  return (
    <>
      <td>{version === null ? '–' : <Mono>{version}</Mono>}</td>
      <td>
        {uuid === null ? (
          '–'
        ) : (
          <span className={styles.uuid}>
            <Mono isClipped>{uuid}</Mono>
            {differs && <StateMark tone="warn">differs</StateMark>}
          </span>
        )}
      </td>
      <td>{builtAt === null ? '–' : dayAndTime(builtAt)}</td>
    </>
  )
}
