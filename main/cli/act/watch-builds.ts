import type { BuiltKext, Project, ProjectDriver } from '../../../core/project/project.ts'
import { buildProject } from './build-project.ts'
import type { Acting } from './run-act.ts'

export interface BuildWatch {
  /** The next build of the driver that has not been given yet; null: Ctrl-C. */
  next(): Promise<BuiltKext | null>
  stop(): void
}

/** Anything may be a reason to look again; nothing is too long a time without one. */
const farAway = 2 ** 30

/**
 * Gives the builds of one driver as they are made, the one that is there first.
 *
 * @param driverIn the driver in a listing; null while it is not there
 * @param builds whether sources that are newer than the build are built
 */
export function watchBuilds(
  acting: Acting,
  project: Project,
  driverIn: (project: Project) => ProjectDriver | null,
  builds: boolean,
): BuildWatch {
  const { app, signal, say } = acting
  let listing: Project | null = project
  let wake: () => void = () => undefined
  let given = ''
  /** The state of the sources that a build was tried for: one that fails is not tried again. */
  let tried = ''
  const unsubscribe = app.subscribe(event => {
    if (event.name !== 'project.changed') return
    listing = event.payload
    wake()
  })
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)

  async function changed(): Promise<void> {
    const before = listing
    // Waiting for files alone keeps no process.
    const keep = setInterval(() => undefined, farAway)
    await new Promise<void>(done => {
      wake = done
      if (signal.aborted || listing !== before) done()
    })
    clearInterval(keep)
  }

  return {
    async next() {
      for (let isTold = false; !signal.aborted;) {
        const driver = listing && driverIn(listing)
        const sources = driver?.newestSource?.changedAt ?? ''
        const isOld = driver !== null && (driver.state === 'stale' || driver.state === 'not-built')
        if (builds && isOld && sources !== tried) {
          tried = sources
          await buildProject(acting)
          listing = await acting.ask('project.get', {})
          continue
        }
        const build = driver?.builds[0]
        if (build && keyOf(build) !== given) {
          given = keyOf(build)
          return build
        }
        if (!isTold) say(`waiting for a new build of ${driver?.name ?? 'the driver'} …`)
        isTold = true
        await changed()
      }
      return null
    },
    stop() {
      unsubscribe()
      signal.removeEventListener('abort', onAbort)
    },
  }
}

function keyOf({ path, builtAt, uuid }: BuiltKext): string {
  return [path, builtAt, uuid].join('\n')
}
