import { ClipboardCheck, ListChecks, PackagePlus, SquarePen } from 'lucide-react'
import { useState } from 'react'
import type { BuiltKext, ProjectDriver } from '../../../core/project/project.ts'
import { whyNoAction } from '../../state/action-words.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { whyNoEditor } from '../../state/project-state.ts'
import { Button } from '../../widgets/button.tsx'
import { Copyable, CopyButton } from '../../widgets/copyable.tsx'
import { separatorOf } from '../../widgets/host-path.ts'
import { iconProps } from '../../widgets/icons.ts'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { ageText, dayAndTime } from '../shell/times.ts'
import { useNow } from '../shell/use-now.ts'
import { driverMark, driverSentence, pathFrom } from './build-words.ts'
import styles from './driver-details.module.css'
import { DriverLint } from './driver-lint.tsx'
import { ProjectProblems } from './project-problems.tsx'

export interface DriverDetailsProps {
  readonly root: string
  readonly driver: ProjectDriver
}

/** One driver: what it is, what was built of it, and what can be done with the newest build. */
export function DriverDetails({ root, driver }: DriverDetailsProps) {
  const [isLinting, setLinting] = useState(false)
  const { tone, word } = driverMark(driver)
  const now = useNow(20_000)
  const { newestSource, builds } = driver
  return (
    <section className={styles.details} aria-label={`Driver ${driver.name}`}>
      <header className={styles.head}>
        <h2>{visibleText(driver.kextName ?? driver.name)}</h2>
        <p className={styles.state}>
          <StateMark tone={tone} isChip>
            {word}
          </StateMark>
          <span>{visibleText(driverSentence(driver))}</span>
        </p>
        <Buttons driver={driver} isLinting={isLinting} onLint={() => setLinting(!isLinting)} />
      </header>
      <ProjectProblems problems={driver.problems} isInset />
      <dl className={styles.facts}>
        <dt>Folder</dt>
        <dd>
          <span className={styles.copied}>
            <Mono isClipped>{pathFrom(root, driver.folder)}</Mono>
            <CopyButton text={driver.folder} what="path of the folder" />
          </span>
        </dd>
        <dt>Bundle id</dt>
        <dd>
          {driver.bundleIdentifier === null ? (
            <span className={styles.soft}>The Makefile does not say</span>
          ) : (
            <Copyable text={driver.bundleIdentifier} what="bundle identifier" />
          )}
        </dd>
        <dt>Newest source</dt>
        <dd>
          {newestSource ? (
            <span className={styles.pair}>
              <Mono isClipped>{pathFrom(driver.folder, newestSource.path)}</Mono>
              <time dateTime={newestSource.changedAt} title={dayAndTime(newestSource.changedAt)}>
                {ageText(newestSource.changedAt, now)}
              </time>
            </span>
          ) : (
            <span className={styles.soft}>None was found</span>
          )}
        </dd>
        <dt>Expectations</dt>
        <dd>
          <Expectations driver={driver} />
        </dd>
      </dl>
      <section aria-label="Builds" className={styles.section}>
        <h3>
          Builds<span className={styles.count}>{builds.length}</span>
        </h3>
        {builds.length === 0 ? (
          <p className={styles.soft}>
            None yet. A build puts its bundle into <Mono isSoft>build/TARGET/kexts</Mono>.
          </p>
        ) : (
          <ul className={styles.builds}>
            {builds.map((build, n) => (
              <Build key={build.path} root={root} build={build} isNewest={n === 0} now={now} />
            ))}
          </ul>
        )}
      </section>
      {isLinting && (
        <DriverLint
          key={newestSource?.changedAt}
          folder={driver.folder}
          onClose={() => setLinting(false)}
        />
      )}
    </section>
  )
}

interface ButtonsProps {
  readonly driver: ProjectDriver
  readonly isLinting: boolean
  readonly onLint: () => void
}

function Buttons({ driver, isLinting, onLint }: ButtonsProps) {
  const actions = useActions()
  const [newest] = driver.builds
  const whyNot = useApp(state => whyNoAction(state.connection, state.host))
  const whyNoEdit = useApp(state => whyNoEditor(state.host))
  const separator = separatorOf(driver.folder)
  return (
    <div className={styles.buttons}>
      <Button
        icon={<PackagePlus {...iconProps} />}
        whyNot={newest ? whyNot : 'Nothing was built of it yet. Build the project first.'}
        onClick={() => newest && actions.openSheet({ kind: 'load', bundlePath: newest.path })}
      >
        Push and load…
      </Button>
      <Button icon={<ListChecks {...iconProps} />} aria-pressed={isLinting} onClick={onLint}>
        Lint
      </Button>
      <Button
        icon={<SquarePen {...iconProps} />}
        whyNot={whyNoEdit}
        onClick={() =>
          void actions.editSource(
            driver.newestSource?.path ?? `${driver.folder}${separator}Makefile`,
            1,
          )
        }
      >
        Open in editor
      </Button>
    </div>
  )
}

function Expectations({ driver }: { readonly driver: ProjectDriver }) {
  const actions = useActions()
  const isConnected = useApp(state => state.connection.phase === 'connected')
  const { expectationsPath, bundleIdentifier, builds } = driver
  const identifier = bundleIdentifier ?? builds[0]?.bundleIdentifier ?? null
  return (
    <div className={styles.expectations}>
      {expectationsPath === null ? (
        <span className={styles.soft}>Derived from its Info.plist</span>
      ) : (
        <Copyable text={pathFrom(driver.folder, expectationsPath)} what="name of the file" />
      )}
      <Button
        kind="quiet"
        icon={<ClipboardCheck {...iconProps} />}
        whyNot={
          identifier === null
            ? 'The bundle identifier of this driver is not known.'
            : isConnected
              ? null
              : 'No guest is connected. Connect to one where the kext is loaded.'
        }
        onClick={() =>
          identifier !== null &&
          actions.startRecordingExpectations({
            bundleIdentifier: identifier,
            bundlePath: builds[0]?.path ?? null,
            actionId: null,
          })
        }
      >
        Record…
      </Button>
    </div>
  )
}

interface BuildProps {
  readonly root: string
  readonly build: BuiltKext
  readonly isNewest: boolean
  readonly now: number
}

function Build({ root, build, isNewest, now }: BuildProps) {
  return (
    <li className={styles.build}>
      <div className={styles.buildHead}>
        <span className={styles.version}>{visibleText(build.version)}</span>
        <span>{build.target === '' ? 'no target' : visibleText(build.target)}</span>
        {isNewest && <span className={styles.soft}>newest</span>}
        <time dateTime={build.builtAt} title={dayAndTime(build.builtAt)}>
          {ageText(build.builtAt, now)}
        </time>
      </div>
      {build.uuid === null ? (
        <p className={styles.soft}>No UUID in its executable</p>
      ) : (
        <Copyable text={build.uuid} what="UUID" />
      )}
      <Mono isClipped isSoft>
        {pathFrom(root, build.path)}
      </Mono>
    </li>
  )
}
