import { FolderOpen, Hammer, PanelBottom, Square, X } from 'lucide-react'
import { useState } from 'react'
import type { Project } from '../../../core/project/project.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { whyNoBuild } from '../../state/project-state.ts'
import { Button, IconButton } from '../../widgets/button.tsx'
import { Copyable } from '../../widgets/copyable.tsx'
import { FilterField } from '../../widgets/filter-field.tsx'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import { StateMark } from '../../widgets/state-mark.tsx'
import { Toolbar } from '../../widgets/toolbar.tsx'
import { filterFieldId } from '../../commands/focus-filter.ts'
import { buildMark, messageCounts } from './build-words.ts'
import { OpenProjectDialog } from './open-project-dialog.tsx'
import styles from './project-bar.module.css'
import { WatchSwitch } from './watch-switch.tsx'

export interface ProjectBarProps {
  readonly project: Project
  readonly filter: string
  readonly shownCount: number
  readonly onFilter: (filter: string) => void
}

/** Which project it is, what happens to new builds, and the button that builds. */
export function ProjectBar({ project, filter, shownCount, onFilter }: ProjectBarProps) {
  const actions = useActions()
  const [isOpening, setOpening] = useState(false)
  const total = project.drivers.length
  return (
    <Toolbar>
      <div className={styles.place}>
        <span className={styles.kind}>{project.kind === 'tree' ? 'Tree' : 'Driver'}</span>
        <Copyable text={project.root} what="path" />
        <IconButton
          label="Open another project…"
          icon={<FolderOpen {...smallIconProps} />}
          onClick={() => setOpening(true)}
        />
        <IconButton
          label="Close the project"
          icon={<X {...smallIconProps} />}
          onClick={() => void actions.closeProject()}
        />
      </div>
      <div className={styles.tools}>
        {total > 1 && (
          <>
            <span className={styles.count} role="status">
              {shownCount === total ? '' : `${shownCount} of ${total}`}
            </span>
            <div className={styles.filter}>
              <FilterField
                id={filterFieldId}
                label="Filter drivers"
                placeholder={`Filter ${total} drivers`}
                value={filter}
                onChange={onFilter}
              />
            </div>
          </>
        )}
        <WatchSwitch root={project.root} />
        <LastBuild />
        <BuildButton project={project} />
      </div>
      {isOpening && <OpenProjectDialog onClose={() => setOpening(false)} />}
    </Toolbar>
  )
}

/** The way back to a build whose pane was closed. */
function LastBuild() {
  const actions = useActions()
  const build = useApp(state => state.project.build)
  const isShown = useApp(state => state.project.isBuildShown)
  if (!build || isShown) return null
  const { tone, word } = buildMark(build)
  const counts = messageCounts(build)
  return (
    <Button
      kind="quiet"
      icon={<PanelBottom {...iconProps} />}
      aria-label={`Show the last build: ${word}${counts === '' ? '' : `, ${counts}`}`}
      onClick={() => actions.showBuild(true)}
    >
      <StateMark tone={tone}>{word}</StateMark>
    </Button>
  )
}

function BuildButton({ project }: { readonly project: Project }) {
  const actions = useActions()
  const host = useApp(state => state.host)
  const isRunning = useApp(
    ({ project: { build, isBuildAsked } }) => isBuildAsked || build?.status === 'running',
  )
  return isRunning ? (
    <Button
      icon={<Square {...iconProps} />}
      onClick={({ detail }) => {
        // The second click of a double one was meant for the button that was here before.
        if (detail < 2) void actions.cancelBuild()
      }}
    >
      Cancel build
    </Button>
  ) : (
    <Button
      kind="primary"
      icon={<Hammer {...iconProps} />}
      whyNot={whyNoBuild(host, project)}
      title={project.buildCommand?.join(' ')}
      onClick={() => void actions.buildProject()}
    >
      Build
    </Button>
  )
}
