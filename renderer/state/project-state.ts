import type { BuildRun, Project } from '../../core/project/project.ts'
import type { Failure } from '../../core/failure.ts'
import type { HostInfo } from '../../core/contract/types.ts'
import { noWatch, watchAfter, type Watch } from './project-watch.ts'

/** The driver project that the host has open, and what the user chose in it. */
export interface ProjectState {
  readonly open: Project | null
  readonly opening:
    | { readonly phase: 'idle' }
    | { readonly phase: 'running'; readonly path: string }
    | { readonly phase: 'failed'; readonly path: string; readonly failure: Failure }
  /** The build that runs, or ran last. */
  readonly build: BuildRun | null
  /** Between the click and the host's first word of the build. */
  readonly isBuildAsked: boolean
  /** Folder of the driver whose details are shown. */
  readonly selectedDriver: string | null
  readonly isBuildShown: boolean
  /** It has ended, and nobody has looked at it since. */
  readonly isBuildNews: boolean
  readonly watch: Watch
}

export const noProject: ProjectState = {
  open: null,
  opening: { phase: 'idle' },
  build: null,
  isBuildAsked: false,
  selectedDriver: null,
  isBuildShown: false,
  isBuildNews: false,
  watch: noWatch,
}

/** What the host says of its project: another one begins with nothing chosen. */
export function withProject(state: ProjectState, project: Project | null): ProjectState {
  const isOther = project?.root !== state.open?.root
  return {
    ...state,
    open: project,
    ...(isOther ? { selectedDriver: null } : {}),
    // A build of the project before says nothing of this one.
    ...(state.build && state.build.root !== project?.root
      ? { build: null, isBuildShown: false, isBuildNews: false }
      : {}),
    watch: watchAfter(state.watch, { type: 'projectSeen', project }),
  }
}

/** A build that is over stays so: the reply to the request and the events may come in any order. */
export function withBuild(state: ProjectState, build: BuildRun | null): ProjectState {
  const known = state.build
  if (build === null) return state
  const isSame = known?.id === build.id
  if (isSame && known.status !== 'running' && build.status === 'running') return state
  if (!isSame && known !== null && known.startedAt > build.startedAt) return state
  const hasJustEnded =
    build.status !== 'running' && (isSame ? known.status === 'running' : known !== null)
  return {
    ...state,
    build,
    isBuildAsked: false,
    isBuildNews: hasJustEnded || (isSame && state.isBuildNews),
    isBuildShown: isSame ? state.isBuildShown : build.status === 'running' || state.isBuildShown,
  }
}

/** Why nothing can be built now, as a sentence; null when it can. */
export function whyNoBuild(host: HostInfo | null, project: Project): string | null {
  if (host && !host.mayChangeGuest) {
    return 'This Kextant was started without the right to change anything, and a build runs programs on this machine. Start it with that right to build.'
  }
  return project.buildCommand === null
    ? 'There is no Makefile at the root of this project, so Kextant does not know how it is built.'
    : null
}

/** Why no editor can be opened from here; null when one can. */
export function whyNoEditor(host: HostInfo | null): string | null {
  return host && !host.mayChangeGuest
    ? 'This Kextant was started without the right to change anything, and an editor is a program of this machine. Copy the path instead.'
    : null
}
