import type { Capture } from '../../core/contract/types.ts'

/** What is known of a capture of a text dump, as little as there can be. */
export function emptyCapture(more: Partial<Capture> = {}): Capture {
  return {
    snapshotId: 'one',
    source: { kind: 'file', path: '/dump.txt', label: 'dump.txt' },
    format: 'ioreg-text',
    what: 'text of ioreg',
    lacks: [],
    takenAt: '2026-11-25T10:00:00.000Z',
    durationMs: 1,
    identity: null,
    planes: [],
    serviceCount: 0,
    kexts: null,
    installed: null,
    classCounts: null,
    kernelLog: null,
    missing: [],
    problems: [],
    commands: [],
    ...more,
  }
}
