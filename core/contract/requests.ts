import type { CommandId } from '../commands/commands.ts'
import type { BuildRun, Project } from '../project/project.ts'
import { actionRequests } from './action-requests.ts'
import { bundleRequests } from './bundle-requests.ts'
import { captureRequests } from './capture-requests.ts'
import { guestRequests } from './guest-requests.ts'
import type { PreferenceChange } from './preferences.ts'
import { projectRequests } from './project-requests.ts'
import type { RequestRow, RequestRows } from './schema.ts'
import type { ShareProgress } from './share-types.ts'
import type { Timeline } from './timeline-types.ts'
import type { ActionRecord, CaptureProgress, ConnectionState, WatchStatus } from './types.ts'
import { watchRequests } from './watch-requests.ts'

/**
 * Everything a view may ask of its host. A new request is one row in one of these tables and one handler in the service;
 * the compiler asks for the rest.
 */
export const requests = {
  ...guestRequests,
  ...captureRequests,
  ...bundleRequests,
  ...actionRequests,
  ...watchRequests,
  ...projectRequests,
} as const satisfies RequestRows

export type RequestName = keyof typeof requests
/** Requests that carry bulk, and say so before they are read: a web host takes a longer body from them only. */
export const bulkRequests: readonly string[] = ['picture.save']
export const bulkHeader = 'x-kextant-bulk'
export const requestNames = Object.keys(requests) as readonly RequestName[]

type Row<N extends RequestName> = (typeof requests)[N]
export type Params<N extends RequestName> = Row<N> extends RequestRow<infer P, unknown> ? P : never
export type Result<N extends RequestName> =
  Row<N> extends RequestRow<infer _P, infer R> ? Exclude<R, undefined> : never

/** The service: one method per row, no row forgotten. */
export type Handlers = {
  readonly [N in RequestName]: (params: Params<N>, signal: AbortSignal) => Promise<Result<N>>
}

/** What a host says unasked. */
export interface Events {
  readonly 'connection.changed': ConnectionState
  readonly 'capture.progress': CaptureProgress
  readonly 'share.progress': ShareProgress
  /** `isLook`: it came by watching, and nobody has asked for it. */
  readonly 'capture.taken': { readonly snapshotId: string; readonly isLook?: true }
  readonly 'watch.changed': WatchStatus
  readonly 'action.changed': ActionRecord
  readonly 'project.changed': Project | null
  readonly 'build.changed': BuildRun
  /** A window has saved it: for the others, which would write over it with what they had before. */
  readonly 'preferences.changed': PreferenceChange
  /** Chosen in the desktop's menu. */
  readonly 'command.chosen': { readonly id: CommandId }
  /** The system's notice with this number was clicked. */
  readonly 'notice.chosen': { readonly noticeId: number }
  readonly 'timeline.changed': Timeline
}
export type EventName = keyof Events
export type EventEnvelope = {
  readonly [N in EventName]: { readonly name: N; readonly payload: Events[N] }
}[EventName]
