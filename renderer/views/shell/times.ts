import type { Capture } from '../../../core/contract/types.ts'
import { durationText } from '../action/quantities.ts'

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/** `14:03:22`; the text itself when it is no date. */
export function clockTime(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? iso : clock.format(date)
}

/** `3 Feb 2026, 14:03:22` */
export function dayAndTime(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? iso : day.format(date)
}

/**
 * Does the capture know when its guest was asked? A dump does not say when it was printed, so its time is that
 * of its first opening.
 */
export function wasTaken({ source, commands }: Capture): boolean {
  return source.kind === 'guest' || commands.length > 0
}

/** `Taken 3 Feb 2026, 14:03:22 in 1.2 s` */
export function timeText(capture: Capture): string {
  const what = wasTaken(capture) ? 'Taken' : 'Opened'
  return `${what} ${dayAndTime(capture.takenAt)} in ${durationText(capture.durationMs)}`
}
