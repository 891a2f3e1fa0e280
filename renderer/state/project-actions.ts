import type { Params, Result } from '../../core/contract/requests.ts'
import { ask } from '../../core/contract/transport.ts'
import type { SavedFile } from '../../core/contract/types.ts'
import type { SourceExcerpt } from '../../core/project/project.ts'
import type { RecordingExpectations } from './app-state.ts'
import { withBuild, withProject, type ProjectState } from './project-state.ts'
import { watchAfter, type AutoTarget, type WatchEvent } from './project-watch.ts'
import { failureOf, type ActionContext } from './store.ts'

/** Those that fill a part of the window throw a `FailureError`, which is shown there; the others never throw. */
export interface ProjectActions {
  /** What the host has open: for a page that was loaded anew. */
  readonly loadProject: () => Promise<void>
  /** True when it is open. What went wrong is in `opening`. */
  readonly openProject: (path: string) => Promise<boolean>
  readonly forgetOpening: () => void
  readonly closeProject: () => Promise<void>
  readonly buildProject: () => Promise<void>
  readonly cancelBuild: () => Promise<void>
  readonly showBuild: (isShown: boolean) => void
  /** Its end was seen. */
  readonly readBuild: () => void
  readonly selectDriver: (folder: string | null) => void
  readonly readSource: (path: string, line: number, signal: AbortSignal) => Promise<SourceExcerpt>
  readonly editSource: (path: string, line: number) => Promise<void>

  readonly watchProject: (mode: 'off' | 'offer') => void
  /** After the user has said yes to what that means. */
  readonly watchAndRun: (target: AutoTarget) => void
  readonly takeWatch: (event: WatchEvent) => void

  readonly readExpectations: (
    request: RecordingExpectations,
    signal: AbortSignal,
  ) => Promise<Result<'expectations.record'>>
  readonly saveExpectations: (
    file: Params<'expectations.save'>,
    signal: AbortSignal,
  ) => Promise<SavedFile>
}

export function projectActions({ store, transport }: ActionContext): ProjectActions {
  const change = (to: (now: ProjectState) => ProjectState) =>
    store.setState(({ project }) => ({ project: to(project) }))
  const set = (part: Partial<ProjectState>) => change(now => ({ ...now, ...part }))
  const tell = (error: unknown) => {
    const failure = failureOf(error)
    if (failure.kind !== 'cancelled') store.setState({ notice: { failure } })
  }
  const takeWatch = (event: WatchEvent) =>
    change(now => ({ ...now, watch: watchAfter(now.watch, event) }))

  return {
    loadProject: async () => {
      try {
        const [project, build] = await Promise.all([
          ask(transport, 'project.get', {}),
          ask(transport, 'project.lastBuild', {}),
        ])
        change(now => withBuild(withProject(now, project), build))
      } catch (error) {
        tell(error)
      }
    },
    openProject: async path => {
      set({ opening: { phase: 'running', path } })
      try {
        const project = await ask(transport, 'project.open', { path })
        change(now => ({ ...withProject(now, project), opening: { phase: 'idle' } }))
        return true
      } catch (error) {
        set({ opening: { phase: 'failed', path, failure: failureOf(error) } })
        return false
      }
    },
    forgetOpening: () => set({ opening: { phase: 'idle' } }),
    closeProject: async () => {
      try {
        await ask(transport, 'project.close', {})
        change(now => withProject(now, null))
      } catch (error) {
        tell(error)
      }
    },
    buildProject: async () => {
      const { build, isBuildAsked } = store.getState().project
      if (isBuildAsked || build?.status === 'running') return
      set({ isBuildAsked: true, isBuildShown: true })
      try {
        const run = await ask(transport, 'project.build', {})
        change(now => withBuild(now, run))
      } catch (error) {
        tell(error)
      } finally {
        set({ isBuildAsked: false })
      }
    },
    cancelBuild: async () => {
      await ask(transport, 'project.cancelBuild', {}).catch(tell)
    },
    showBuild: isBuildShown => set({ isBuildShown }),
    readBuild: () => change(now => (now.isBuildNews ? { ...now, isBuildNews: false } : now)),
    selectDriver: selectedDriver => set({ selectedDriver }),
    readSource: (path, line, signal) =>
      ask(transport, 'project.source', { path, line }, { signal }),
    editSource: async (path, line) => {
      await ask(transport, 'project.edit', { path, line }).catch(tell)
    },

    watchProject: mode => takeWatch({ type: 'switched', mode }),
    watchAndRun: target => takeWatch({ type: 'switchedToAuto', target }),
    takeWatch,

    readExpectations: (request, signal) =>
      ask(transport, 'expectations.record', request, { signal }),
    saveExpectations: (file, signal) => ask(transport, 'expectations.save', file, { signal }),
  }
}
