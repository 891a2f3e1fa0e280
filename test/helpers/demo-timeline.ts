import type { Handlers } from '../../core/contract/requests.ts'
import type { Capture, Moment, Timeline } from '../../core/contract/types.ts'

/** The session of a window without a service: in memory, with no older ones. */
export function demoTimeline(changed: (timeline: Timeline) => void) {
  let moments: readonly Moment[] = []
  const sessionId = '20260101000000000-00000000'
  const get = (): Timeline => ({
    sessionId,
    startedAt: '2026-01-01T00:00:00.000Z',
    moments,
    thinned: 0,
    trouble: null,
  })
  const handlers: Pick<Handlers, Extract<keyof Handlers, `timeline.${string}`> | 'compare.save'> = {
    'timeline.get': async () => get(),
    'timeline.sessions': async () => [],
    'timeline.openSession': async () => get(),
    'timeline.forget': async () => [],
    'compare.save': async ({ path }) => ({ path, bytes: 1 }),
  }
  return {
    handlers,
    add({ snapshotId, takenAt, source, planes, serviceCount, kexts }: Capture) {
      const moment: Moment = {
        sessionId,
        snapshotId,
        takenAt,
        addedAt: takenAt,
        source,
        boot: 'boot',
        guest: null,
        counts: {
          entries: planes[0]?.entries ?? 0,
          services: serviceCount,
          kexts: kexts?.length ?? null,
        },
        cause: source.kind === 'file' ? { kind: 'file' } : { kind: 'user' },
        bytes: null,
        held: 'memory',
      }
      moments = [...moments, moment]
      changed(get())
    },
  }
}
