import { FolderCode } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Project } from '../../../core/project/project.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { SplitPane } from '../../widgets/split-pane.tsx'
import { BuildPane } from './build-pane.tsx'
import { DriverDetails } from './driver-details.tsx'
import { DriverTable } from './driver-table.tsx'
import { OpenProjectDialog } from './open-project-dialog.tsx'
import { ProjectBar } from './project-bar.tsx'
import { ProjectProblems } from './project-problems.tsx'
import styles from './project-view.module.css'

/** The folder that kexts are built from: its drivers, their builds, and building them. */
export function ProjectView() {
  const project = useApp(state => state.project.open)
  return project ? <OpenProject key={project.root} project={project} /> : <NoProject />
}

function NoProject() {
  const [isOpening, setOpening] = useState(false)
  return (
    <>
      <EmptyState
        icon={<FolderCode size={24} strokeWidth={1.5} aria-hidden="true" />}
        title="No project is open"
        actions={
          <Button kind="primary" onClick={() => setOpening(true)}>
            Open a project…
          </Button>
        }
      >
        <p>
          A project is what your kexts are built from: a darwinOS tree, or the folder of one driver,
          as in <Mono>drivers/contrib</Mono>.
        </p>
        <p className={styles.more}>
          Kextant lists its drivers and their builds, runs <Mono>make kexts</Mono> and shows each
          error in its source line. A new build is offered to be pushed and loaded, or is loaded at
          once when you want that.
        </p>
      </EmptyState>
      {isOpening && <OpenProjectDialog onClose={() => setOpening(false)} />}
    </>
  )
}

function OpenProject({ project }: { readonly project: Project }) {
  const actions = useActions()
  const selectedFolder = useApp(state => state.project.selectedDriver)
  const build = useApp(state => state.project.build)
  const isBuildShown = useApp(state => state.project.isBuildShown)
  const [filter, setFilter] = useState('')
  const [detailsWidth, setDetailsWidth] = useState(460)
  const [buildHeight, setBuildHeight] = useState(340)

  const shown = useMemo(() => {
    const text = filter.trim().toLowerCase()
    return project.drivers.filter(({ name, kextName, bundleIdentifier }) =>
      [name, kextName, bundleIdentifier].some(part => part?.toLowerCase().includes(text)),
    )
  }, [project.drivers, filter])
  // Something to read at once: the first driver, until one is chosen.
  const selected =
    project.drivers.find(({ folder }) => folder === selectedFolder) ?? shown[0] ?? null

  return (
    <div className={styles.view}>
      <ProjectBar
        project={project}
        filter={filter}
        shownCount={shown.length}
        onFilter={setFilter}
      />
      <ProjectProblems problems={project.problems} />
      <SplitPane
        direction="column"
        what="build"
        size={buildHeight}
        min={140}
        max={900}
        onResize={setBuildHeight}
        first={
          <SplitPane
            direction="row"
            what="details"
            size={detailsWidth}
            min={360}
            max={720}
            onResize={setDetailsWidth}
            first={
              shown.length > 0 ? (
                <DriverTable
                  drivers={shown}
                  selected={selected?.folder ?? null}
                  onSelect={actions.selectDriver}
                />
              ) : (
                <NoDriver
                  hasDrivers={project.drivers.length > 0}
                  filter={filter}
                  onAll={() => setFilter('')}
                />
              )
            }
            second={
              selected ? (
                <DriverDetails key={selected.folder} root={project.root} driver={selected} />
              ) : (
                <EmptyState title="No driver selected" />
              )
            }
          />
        }
        second={build && isBuildShown ? <BuildPane run={build} /> : null}
      />
    </div>
  )
}

interface NoDriverProps {
  readonly hasDrivers: boolean
  readonly filter: string
  readonly onAll: () => void
}

function NoDriver({ hasDrivers, filter, onAll }: NoDriverProps) {
  return hasDrivers ? (
    <EmptyState title="No driver matches" actions={<Button onClick={onAll}>Show all</Button>}>
      {`No driver holds “${filter.trim()}”.`}
    </EmptyState>
  ) : (
    <EmptyState title="This project has no drivers">
      A contributed driver is a folder of <Mono>drivers/contrib</Mono> with a <Mono>Makefile</Mono>{' '}
      that sets <Mono>KEXT_NAME</Mono>. It appears here as soon as it is there.
    </EmptyState>
  )
}
