import { assertNever, sentenceFor } from '../failure.ts'
import type { WatchReason, WatchStatus } from './watch-status.ts'

/** `0.5 s`, `2 s`, `1 min` */
export function intervalText(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`
  const seconds = ms / 1000
  return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`
}

/** `1.3 %`; what is there and too small for that is `< 0.1 %`. */
export function shareText(share: number): string {
  const percent = share * 100
  if (percent > 0 && percent < 0.05) return '< 0.1 %'
  return `${percent >= 10 ? Math.round(percent) : percent.toFixed(1)} %`
}

/** `every 2 s · 1.3 % of the guest`, or why nothing is looked at. */
export function watchReadout(status: WatchStatus): string {
  switch (status.phase) {
    case 'running':
      return status.lookCount === 0
        ? 'first look…'
        : `every ${intervalText(status.intervalMs)} · ${shareText(status.share)} of the guest`
    case 'waiting':
      return waitingBriefs[status.reason ?? 'asked']
    case 'paused':
      return 'paused'
    case 'stopped':
      return 'not watched'
    default:
      return assertNever(status.phase)
  }
}

const waitingBriefs: Readonly<Record<WatchReason, string>> = {
  asked: 'waits',
  action: 'waits for the action',
  capture: 'waits for the capture',
  'connection-lost': 'waits for the guest',
  disconnected: 'waits',
  'other-guest': 'waits',
  failed: 'waits',
}

/** How the watch stands, as a sentence or two. */
export function watchSentence(status: WatchStatus): string {
  const { phase, reason, failure, budgetPercent } = {
    ...status,
    budgetPercent: status.options.budgetPercent,
  }
  if (phase === 'paused') return 'The watch is paused: no command runs in the guest.'
  if (phase === 'waiting') {
    switch (reason) {
      case 'action':
        return 'An action is under way. The watch goes on when it is over.'
      case 'capture':
        return 'A capture is being taken. The watch goes on when it is over.'
      default:
        return `${failure ? `${sentenceFor(failure)} ` : 'The connection is lost. '}The watch goes on when the guest is back.`
    }
  }
  if (phase === 'stopped') {
    switch (reason) {
      case 'other-guest':
        return 'The watch has ended: Kextant is connected to another guest now.'
      case 'disconnected':
        return 'The watch has ended: the guest is not connected any more.'
      case 'failed':
        return `The watch has ended, since one look after the other failed. ${failure ? sentenceFor(failure) : ''}`.trim()
      default:
        return 'The guest is not watched.'
    }
  }
  const share = `A look takes ${Math.round(status.guestMs)} ms of the guest’s time, ${shareText(status.share)} of the last minute; the limit is ${budgetPercent} %.`
  switch (status.limitedBy) {
    case 'guest':
      return `${share} Looks come every ${intervalText(status.intervalMs)}, so that the limit holds: this guest is too slow for more.`
    case 'link':
      return `${share} Looks come every ${intervalText(status.intervalMs)}: most of each is spent on the way there and back (${Math.round(status.linkMs)} ms), and not in the guest.`
    default:
      return share
  }
}
