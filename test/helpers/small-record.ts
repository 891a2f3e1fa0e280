import { randomUUID } from 'node:crypto'
import type { ActionRecord, StepRecord } from '../../core/contract/types.ts'
import { newRecord } from '../../core/history/new-record.ts'

/** A record as small as they come; what a test is about is said by it. */
export function smallRecord(changes: Partial<ActionRecord> = {}): ActionRecord {
  return {
    ...newRecord({
      id: randomUUID(),
      request: { kind: 'push', bundlePath: '/home/dev/MyKext.kext' },
      title: 'Push MyKext.kext',
      targetId: 'guest-1',
      targetLabel: 'The guest',
      subject: {
        bundleIdentifier: 'com.example.MyKext',
        guestPath: '/Library/Extensions/MyKext.kext',
      },
      boot: 'BOOT-1',
      startedAt: '2026-01-02T03:04:05.000Z',
      steps: [],
      accepted: [],
    }),
    endedAt: '2026-01-02T03:04:06.000Z',
    status: 'done',
    conclusion: 'holds',
    ...changes,
  }
}

export function smallStep(command: string, changes: Partial<StepRecord> = {}): StepRecord {
  return {
    phase: 'load',
    command,
    explanation: 'Does it.',
    runsAsRoot: true,
    changesGuest: true,
    status: 'done',
    output: [],
    exitCode: 0,
    durationMs: 12,
    outcome: null,
    failure: null,
    ...changes,
  }
}
