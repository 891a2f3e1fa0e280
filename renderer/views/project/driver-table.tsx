import { useRef } from 'react'
import type { ProjectDriver } from '../../../core/project/project.ts'
import { useFrameSize } from '../../charts/use-frame-size.ts'
import { useApp } from '../../state/app-context.tsx'
import { nameIn } from '../../widgets/host-path.ts'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { VirtualTable, type Column } from '../../widgets/virtual-table.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { ageText } from '../shell/times.ts'
import { useNow } from '../shell/use-now.ts'
import { driverMark, shortUuid } from './build-words.ts'
import styles from './driver-table.module.css'

type DriverColumn =
  'name' | 'state' | 'kext' | 'identifier' | 'version' | 'target' | 'uuid' | 'age' | 'problems'

const columns: readonly Column<DriverColumn>[] = [
  { key: 'name', title: 'Driver', track: 'minmax(120px, 1.4fr)' },
  { key: 'state', title: 'State', track: 'minmax(84px, 1.6fr)' },
  { key: 'kext', title: 'KEXT_NAME', track: 'minmax(80px, 0.9fr)' },
  { key: 'identifier', title: 'Bundle identifier', track: 'minmax(120px, 2fr)' },
  { key: 'version', title: 'Version', track: '64px' },
  { key: 'target', title: 'Target', track: 'minmax(72px, 0.8fr)' },
  { key: 'uuid', title: 'UUID', track: '72px' },
  { key: 'age', title: 'Built', track: '84px' },
  { key: 'problems', title: 'Problems', track: '84px' },
]

/** How wide the table must be to show a column; the details beside it say everything at any width. */
const showsFrom: Partial<Readonly<Record<DriverColumn, number>>> = {
  version: 380,
  age: 460,
  kext: 620,
  uuid: 720,
  identifier: 1000,
  target: 1120,
  problems: 1200,
}

export interface DriverTableProps {
  readonly drivers: readonly ProjectDriver[]
  readonly selected: string | null
  readonly onSelect: (folder: string) => void
}

/** The drivers of the project with their newest builds. */
export function DriverTable({ drivers, selected, onSelect }: DriverTableProps) {
  const frame = useRef<HTMLDivElement>(null)
  const width = useFrameSize(frame, true)?.width ?? 0
  const shown = columns.filter(({ key }) => width >= (showsFrom[key] ?? 0))
  const now = useNow(20_000)
  return (
    <div ref={frame} className={styles.frame}>
      <VirtualTable
        label="Drivers"
        columns={shown}
        count={drivers.length}
        selected={drivers.findIndex(({ folder }) => folder === selected)}
        onSelect={index => onSelect(drivers[index]!.folder)}
        renderCell={(index, column) => (
          <Cell driver={drivers[index]!} column={column} now={now} width={width} />
        )}
      />
    </div>
  )
}

interface CellProps {
  readonly driver: ProjectDriver
  readonly column: DriverColumn
  readonly now: number
  readonly width: number
}

function Cell({ driver, column, now, width }: CellProps) {
  const [newest] = driver.builds
  switch (column) {
    case 'name':
      return <Name driver={driver} />
    case 'state': {
      const { tone, word } = driverMark(driver)
      const file =
        driver.state === 'stale' && driver.newestSource && nameIn(driver.newestSource.path)
      return (
        <StateMark tone={tone}>
          {word}
          {file && width >= 760 && (
            <span className={styles.soft} title={driver.newestSource?.path}>
              {` · ${visibleText(file)} is newer`}
            </span>
          )}
        </StateMark>
      )
    }
    case 'kext':
      return <Text text={driver.kextName} />
    case 'identifier':
      return <Text text={driver.bundleIdentifier} />
    case 'version':
      return <Text text={newest?.version ?? null} />
    case 'target':
      return <Text text={newest?.target || null} />
    case 'uuid':
      return <Text text={newest?.uuid ? shortUuid(newest.uuid) : null} />
    case 'age':
      return newest ? (
        <span className={styles.soft}>{ageText(newest.builtAt, now)}</span>
      ) : (
        <Nothing />
      )
    case 'problems':
      return driver.problems.length > 0 ? (
        <StateMark tone="warn" isQuiet>
          {countText(driver.problems.length, 'problem')}
        </StateMark>
      ) : (
        <Nothing />
      )
  }
}

/** A driver whose new build waits to be loaded has a word for it here too. */
function Name({ driver }: { readonly driver: ProjectDriver }) {
  const isOffered = useApp(({ project: { watch } }) =>
    watch.offers.some(({ build }) => build.folder === driver.folder),
  )
  return (
    <>
      <Mono isClipped>{driver.name}</Mono>
      {isOffered && (
        <span className={styles.new} title="A new build of it waits to be loaded">
          new
        </span>
      )}
    </>
  )
}

function Text({ text }: { readonly text: string | null }) {
  return text ? (
    <Mono isClipped isSoft>
      {text}
    </Mono>
  ) : (
    <Nothing />
  )
}

function Nothing() {
  return (
    <span className={styles.faint} role="img" aria-label="none">
      –
    </span>
  )
}
