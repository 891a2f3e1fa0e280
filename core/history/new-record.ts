import type { ActionRecord, PlannedStep, StepRecord } from '../contract/action-types.ts'

/** What is known of an action when it begins. */
type Beginning = Pick<
  ActionRecord,
  | 'id'
  | 'request'
  | 'title'
  | 'targetId'
  | 'targetLabel'
  | 'subject'
  | 'boot'
  | 'startedAt'
  | 'steps'
  | 'accepted'
>

/** The record of an action that begins: nothing has been found yet. */
export function newRecord(beginning: Beginning): ActionRecord {
  return {
    formatVersion: 1,
    ...beginning,
    endedAt: null,
    status: 'running',
    conclusion: null,
    preflight: null,
    report: null,
    expectations: null,
    blockers: null,
    changes: null,
    unloaded: null,
    leaks: null,
    builds: null,
    resolution: null,
    snapshotBefore: null,
    snapshotAfter: null,
  }
}

/** A step that has not begun. */
export function waitingStep(step: PlannedStep): StepRecord {
  return {
    ...step,
    status: 'waiting',
    output: [],
    exitCode: null,
    durationMs: null,
    outcome: null,
    failure: null,
  }
}
