import { expect, test } from 'vitest'
import type { BuildRun, BuiltKext, Project } from '../../../core/project/project.ts'
import type { ConnectionState, SavedTarget } from '../../../core/contract/types.ts'
import {
  nextStep,
  noWatch,
  watchAfter,
  whyAutoEnds,
  type Watch,
  type WatchEvent,
} from '../../../renderer/state/project-watch.ts'

const demo = { id: 'demo', label: 'Demo guest' }
const idle = { isActionRunning: false, build: null }

/** `MyKext 10:00 A, Other 10:01 B`: the newest build of each driver, when it was made, and its UUID. */
function projectWith(drawing: string, root = '/tree'): Project {
  const drivers = drawing.split(', ').map(text => {
    const [name = '', ...builds] = text.split(' ')
    const made = builds.flatMap((time, n) =>
      n % 2 === 0 ? [builtAt(name, time, builds[n + 1]!, n / 2)] : [],
    )
    return {
      folder: `${root}/drivers/contrib/${name}`,
      name: name.toLowerCase(),
      kextName: name,
      bundleIdentifier: `org.darwinos.${name}`,
      builds: made,
      newestSource: null,
      state: 'current' as const,
      expectationsPath: null,
      problems: [],
    }
  })
  return { root, kind: 'tree', drivers, buildCommand: null, problems: [] }
}

function builtAt(name: string, time: string, uuid: string, target: number): BuiltKext {
  return {
    path: `/tree/build/t${target}/kexts/${name}.kext`,
    target: `t${target}`,
    bundleIdentifier: `org.darwinos.${name}`,
    version: '1.0',
    uuid,
    builtAt: `2026-01-01T${time}:00.000Z`,
  }
}

function after(...events: readonly WatchEvent[]): Watch {
  return events.reduce(watchAfter, noWatch)
}

const seen = (drawing: string, root?: string): WatchEvent => ({
  type: 'projectSeen',
  project: projectWith(drawing, root),
})
const auto: WatchEvent = { type: 'switchedToAuto', target: demo }
const offered = (watch: Watch) =>
  watch.offers.map(
    ({ build, why }) => `${build.name} ${build.uuid}${why === null ? '' : `: ${why}`}`,
  )
const queued = (watch: Watch) => watch.queue.map(({ name, uuid }) => `${name} ${uuid}`)

test('what is there when a project is opened is not new', () => {
  expect(offered(after(seen('MyKext 10:00 A')))).toEqual([])
})

test('a later build, and a first one, are offered; the same one again is not', () => {
  const watch = after(seen('MyKext 10:00 A, Other'), seen('MyKext 10:05 B, Other 10:06 C'))
  expect(offered(watch)).toEqual(['Other C', 'MyKext B'])
  expect(offered(watchAfter(watch, seen('MyKext 10:05 B, Other 10:06 C')))).toEqual([
    'Other C',
    'MyKext B',
  ])
})

test('another UUID is another build, whatever its time says', () => {
  expect(offered(after(seen('MyKext 10:00 A'), seen('MyKext 09:00 B')))).toEqual(['MyKext B'])
})

test('a build that was deleted and came back unchanged is not new', () => {
  const watch = after(seen('MyKext 10:00 A'), seen('MyKext'), seen('MyKext 10:00 A'))
  expect(offered(watch)).toEqual([])
})

test('of two targets built at once the newest is offered, and one deleted makes the other not new', () => {
  const both = seen('MyKext 10:02 B 10:01 A')
  expect(offered(after(seen('MyKext'), both))).toEqual(['MyKext B'])
  // `t1` alone is left, which was there all the time.
  const project = projectWith('MyKext 10:02 B 10:01 A')
  const left = {
    ...project,
    drivers: project.drivers.map(driver => ({ ...driver, builds: driver.builds.slice(1) })),
  }
  expect(offered(after(both, { type: 'projectSeen', project: left }))).toEqual([])
})

test('a newer build takes the place of the offer before', () => {
  const watch = after(seen('MyKext 10:00 A'), seen('MyKext 10:05 B'), seen('MyKext 10:06 C'))
  expect(offered(watch)).toEqual(['MyKext C'])
})

test('watching that is off says nothing, and later offers only what comes later', () => {
  const off = after(
    seen('MyKext 10:00 A'),
    { type: 'switched', mode: 'off' },
    seen('MyKext 10:05 B'),
  )
  expect(offered(off)).toEqual([])
  const on = watchAfter(off, { type: 'switched', mode: 'offer' })
  expect(offered(watchAfter(on, seen('MyKext 10:05 B')))).toEqual([])
  expect(offered(watchAfter(on, seen('MyKext 10:06 C')))).toEqual(['MyKext C'])
})

test('off stays off when another project is opened, auto does not stay on', () => {
  const off = after(seen('MyKext'), { type: 'switched', mode: 'off' }, seen('Other', '/other'))
  expect(off.mode).toBe('off')
  const was = after(seen('MyKext'), auto, seen('Other', '/other'))
  expect(was).toMatchObject({ mode: 'offer', ended: 'Auto is off: another project was opened.' })
})

test('with auto a new build is run, and the newest of a driver only', () => {
  const watch = after(seen('MyKext 10:00 A'), auto, seen('MyKext 10:05 B'), seen('MyKext 10:06 C'))
  expect(queued(watch)).toEqual(['MyKext C'])
  expect(nextStep(watch, idle)).toMatchObject({ kind: 'run', build: { uuid: 'C' } })
})

test('while an action or a build is under way it waits, and never two run', () => {
  const watch = after(seen('MyKext, Other'), auto, seen('MyKext 10:05 B, Other 10:05 D'))
  expect(nextStep(watch, { ...idle, isActionRunning: true })).toEqual({ kind: 'wait' })
  expect(nextStep(watch, { ...idle, build: buildOf('running') })).toEqual({ kind: 'wait' })

  const started = watchAfter(watch, { type: 'started', build: watch.queue[0]! })
  expect(queued(started)).toEqual(['Other D'])
  expect(nextStep(started, idle)).toEqual({ kind: 'wait' })

  const ran = watchAfter(started, { type: 'ran', build: watch.queue[0]!, actionId: 'a1' })
  expect(ran.lastRun).toMatchObject({ actionId: 'a1', build: { name: 'MyKext' } })
  expect(nextStep(ran, idle)).toMatchObject({ kind: 'run', build: { name: 'Other' } })
})

test('what a failed build has written is offered with that reason and not run', () => {
  const watch = after(seen('MyKext 10:00 A'), auto, seen('MyKext 10:05 B'))
  const failed = buildOf('failed', '10:05')
  expect(nextStep(watch, { ...idle, build: failed })).toMatchObject({
    kind: 'offer',
    why: 'The build that wrote it failed.',
  })
  // A build made in a terminal later has nothing to do with it.
  const later = after(seen('MyKext 10:00 A'), auto, seen('MyKext 10:20 C'))
  expect(nextStep(later, { ...idle, build: failed })).toMatchObject({ kind: 'run' })
})

test('a plan that asks makes an offer of it, with the reason', () => {
  const watch = after(seen('MyKext'), auto, seen('MyKext 10:05 B'))
  const build = watch.queue[0]!
  const back = [
    { type: 'started', build },
    { type: 'notRun', build, why: 'Kextant asks first: lint has found errors.' },
  ] as const
  const now = back.reduce(watchAfter, watch)
  expect(offered(now)).toEqual(['MyKext B: Kextant asks first: lint has found errors.'])
  expect(now.current).toBeNull()
})

test('one that was overtaken while it was planned is dropped without a word', () => {
  const watch = after(seen('MyKext'), auto, seen('MyKext 10:05 B'))
  const build = watch.queue[0]!
  const overtaken = [
    { type: 'started', build } as const,
    seen('MyKext 10:06 C'),
    { type: 'notRun', build, why: null } as const,
  ].reduce<Watch>(watchAfter, watch)
  expect(offered(overtaken)).toEqual([])
  expect(nextStep(overtaken, idle)).toMatchObject({ kind: 'run', build: { uuid: 'C' } })
})

test('auto that ends by itself says why, and what waited is offered', () => {
  const watch = after(seen('MyKext'), auto, seen('MyKext 10:05 B'), {
    type: 'autoEnded',
    why: 'Auto is off: the connection is lost.',
  })
  expect(watch).toMatchObject({ mode: 'offer', target: null, queue: [] })
  expect(watch.ended).toBe('Auto is off: the connection is lost.')
  expect(offered(watch)).toEqual(['MyKext B'])
  expect(watchAfter(watch, { type: 'noteDismissed' }).ended).toBeNull()
})

test('auto goes on only with the guest it was switched on for', () => {
  const watch = after(seen('MyKext'), auto)
  const at = (connection: ConnectionState) => whyAutoEnds(watch, connection, null)
  expect(at(connectedTo({ id: 'demo' }))).toBeNull()
  expect(at(connectedTo({ id: 'vm' }))).toContain('the target is another one now')
  expect(at(connectedTo({ id: 'demo', isReadOnly: true }))).toContain('may not be changed any more')
  expect(at({ phase: 'disconnected', failure: null })).toContain('Demo guest is not connected')
  expect(whyAutoEnds(noWatch, { phase: 'disconnected', failure: null }, null)).toBeNull()
})

function connectedTo(target: Partial<SavedTarget>): ConnectionState {
  const guest = { target: { label: 'Guest', isReadOnly: false, ...target } }
  return { phase: 'connected', guest } as ConnectionState
}

function buildOf(status: BuildRun['status'], time = '10:05'): BuildRun {
  return {
    id: 'b1',
    root: '/tree',
    command: ['make', 'kexts'],
    status,
    startedAt: `2026-01-01T${time}:00.000Z`,
    durationMs: status === 'running' ? null : 20_000,
    exitCode: null,
    output: '',
    isCut: false,
    messages: [],
  }
}
