import type { Handlers } from '../../../core/contract/requests.ts'
import type { EventSource } from '../events.ts'
import type { Projects } from './projects.ts'

type ProjectHandlers = Pick<Handlers, Extract<keyof Handlers, `project.${string}`>>

/** Answers what is asked of a project. What looks after one is loaded when the first is opened. */
export function createProjectHandlers(events: EventSource): {
  readonly handlers: ProjectHandlers
  stop(): Promise<void>
} {
  let started: Promise<Projects> | undefined
  const projects = () =>
    (started ??= import('./projects.ts').then(({ createProjects }) =>
      createProjects({
        projectChanged: project => events.emit('project.changed', project),
        buildChanged: run => events.emit('build.changed', run),
      }),
    ))
  return {
    handlers: {
      'project.get': async () => (await started)?.get() ?? null,
      'project.open': async ({ path }) => (await projects()).open(path),
      'project.close': async () => {
        ;(await projects()).close()
        return null
      },
      'project.build': async (_params, signal) => (await projects()).build(signal),
      'project.cancelBuild': async () => {
        ;(await projects()).cancelBuild()
        return null
      },
      'project.lastBuild': async () => (await projects()).lastBuild(),
      'project.source': async ({ path, line }) => (await projects()).source(path, line),
      'project.edit': async ({ path, line }) => {
        await (await projects()).edit(path, line)
        return null
      },
    },
    async stop() {
      await (await started)?.stop()
    },
  }
}
