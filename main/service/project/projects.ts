import { setTimeout as sleep } from 'node:timers/promises'
import { FailureError } from '../../../core/failure.ts'
import type { BuildRun, Project, SourceExcerpt } from '../../../core/project/project.ts'
import { runBuild } from './run-build.ts'
import { readBuild } from './look-at-builds.ts'
import { openInEditor } from './open-in-editor.ts'
import { lookAtProject } from './look-at-project.ts'
import { createOffers } from './offers.ts'
import { findProject, type ProjectRoot } from './find-project.ts'
import { projectFile, readExcerpt } from './source.ts'
import { watchFolders, type FolderWatch } from './watch-folders.ts'
import { reportBug } from '../host-log.ts'

/** A build may be under way when a project is opened; its end is not waited for. */
const mostFirstLooks = 3

export interface ProjectsOptions {
  readonly projectChanged: (project: Project | null) => void
  readonly buildChanged: (run: BuildRun) => void
}

/** The project that is open: one at a time, watched from `open` to `close`. */
export interface Projects {
  get(): Project | null
  open(path: string): Promise<Project>
  close(): void
  /** Returns when the build has ended, however it did; `signal` cancels it. */
  build(signal: AbortSignal): Promise<BuildRun>
  cancelBuild(): void
  /** Of the project that is open. */
  lastBuild(): BuildRun | null
  source(path: string, line: number): Promise<SourceExcerpt>
  edit(path: string, line: number): Promise<void>
  /** Ends the watch, and a build that runs, and waits for it. */
  stop(): Promise<void>
}

interface Opened {
  readonly root: ProjectRoot
  readonly watch: FolderWatch
  project: Project | null
  /** The listing as it was last told. */
  told: string
  /** Null: no build is being written. */
  lookAgainMs: number | null
  lastBuild: BuildRun | null
  /** Null: no build runs. */
  building: { readonly stop: AbortController; readonly ended: Promise<unknown> } | null
  /** The project's own build has just ended: what it has made is whole. */
  isQuiet: boolean
}

export function createProjects({ projectChanged, buildChanged }: ProjectsOptions): Projects {
  let current: Opened | null = null

  function start(root: ProjectRoot): Opened {
    const offers = createOffers(readBuild)
    const look = async () => {
      // While the project's own build runs everything changes, and nothing is whole.
      if (opened.building !== null && opened.project !== null) return
      const isQuiet = opened.isQuiet
      const found = await lookAtProject(root, looks => offers.take(looks, Date.now(), isQuiet))
      if (isQuiet) opened.isQuiet = false
      opened.project = found.project
      opened.watch.follow(found.folders)
      opened.lookAgainMs = found.lookAgainMs
      if (found.lookAgainMs !== null) opened.watch.lookIn(found.lookAgainMs)
      const listing = JSON.stringify(found.project)
      if (opened.told === listing) return
      const isFirst = opened.told === ''
      opened.told = listing
      if (current === opened && !isFirst) projectChanged(found.project)
    }
    const opened: Opened = {
      root,
      watch: watchFolders(() =>
        look().catch((error: unknown) => reportBug(error, 'looking at the project')),
      ),
      project: null,
      told: '',
      lookAgainMs: null,
      lastBuild: null,
      building: null,
      isQuiet: false,
    }
    return opened
  }

  function opened(): Opened {
    if (current !== null) return current
    const detail = 'no project is open; open a darwinOS tree or the folder of a driver first'
    throw new FailureError({ kind: 'bad-request', request: 'project', detail })
  }

  function close(): void {
    current?.watch.close()
    current?.building?.stop.abort()
    current = null
  }

  async function build(signal: AbortSignal): Promise<BuildRun> {
    const about = opened()
    if (about.building !== null) {
      const detail = 'A build is under way; wait for it, or cancel it.'
      throw new FailureError({ kind: 'busy', detail })
    }
    const command = about.project?.buildCommand ?? null
    if (command === null) {
      const detail = 'it has no Makefile to be built with'
      throw new FailureError({ kind: 'not-a-project', path: about.root.folder, detail })
    }
    const stop = new AbortController()
    const run = runBuild(
      about.root.folder,
      command,
      AbortSignal.any([signal, stop.signal]),
      changed => {
        about.lastBuild = changed
        if (current === about) buildChanged(changed)
      },
    )
    about.building = { stop, ended: run.catch(() => undefined) }
    try {
      return await run
    } finally {
      about.building = null
      // What a build has made is in the listing when whoever asked for it is told.
      about.isQuiet = true
      await about.watch.lookNow()
    }
  }

  return {
    get: () => current?.project ?? null,
    async open(path) {
      const root = await findProject(path)
      if (current?.project && isSameRoot(current.root, root)) {
        await current.watch.lookNow()
        return current.project
      }
      const next = start(root)
      await next.watch.lookNow()
      // A build that was made just now is told of at once, and not as news.
      for (let i = 0; i < mostFirstLooks && next.lookAgainMs !== null; i++) {
        await sleep(next.lookAgainMs + 1)
        await next.watch.lookNow()
      }
      close()
      current = next
      const project = next.project!
      projectChanged(project)
      return project
    },
    close() {
      if (current === null) return
      close()
      projectChanged(null)
    },
    build,
    cancelBuild: () => current?.building?.stop.abort(),
    lastBuild: () => current?.lastBuild ?? null,
    source: (path, line) => readExcerpt(sourcesOf(opened().root), path, line),
    async edit(path, line) {
      await openInEditor(await projectFile(sourcesOf(opened().root), path), line)
    },
    async stop() {
      const ended = current?.building?.ended
      close()
      await ended
    },
  }
}

function isSameRoot(a: ProjectRoot, b: ProjectRoot): boolean {
  return a.folder === b.folder && a.kind === b.kind && (b.bundle === null || a.bundle === b.bundle)
}

/** What lies beside a build that is looked at by itself is none of the project's. */
function sourcesOf({ folder, kind, bundle }: ProjectRoot): string {
  return kind === 'bundle' && bundle !== null ? bundle : folder
}
