import { z } from 'zod'
import type { BuildRun, Project, SourceExcerpt } from '../project/project.ts'
import { path } from './request-parts.ts'
import { nothing, takes, type RequestRows } from './schema.ts'

/** The author’s drivers, their builds and their sources. */
export const projectRequests = {
  /** The project that is open, if one is: a page that was reloaded asks for it. */
  'project.get': takes(nothing).returns<Project | null>(),
  /** Opens a darwinOS tree, or the folder of one driver, and watches it from now on. */
  'project.open': takes(z.object({ path }).strict()).returns<Project>(),
  'project.close': takes(nothing).returns<null>(),
  /** Runs the project's own build on the host, with its output as events. */
  'project.build': takes(nothing).returns<BuildRun>({ runsProgram: true }),
  'project.cancelBuild': takes(nothing).returns<null>(),
  'project.lastBuild': takes(nothing).returns<BuildRun | null>(),
  /** Lines of a file below the project's root. */
  'project.source': takes(
    z.object({ path, line: z.number().int().min(1).max(10_000_000) }).strict(),
  ).returns<SourceExcerpt>(),
  /** Opens a file below the project's root in the user's editor. */
  'project.edit': takes(
    z.object({ path, line: z.number().int().min(1).max(10_000_000) }).strict(),
  ).returns<null>({ runsProgram: true }),
} as const satisfies RequestRows
