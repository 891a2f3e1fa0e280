import type { Capture } from '../../../core/contract/types.ts'
import { countText, durationText } from '../action/quantities.ts'

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })
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

/** `just now`, `5 min ago`, `3 h ago`, `2 days ago`, `3 Feb 2026`; empty when it is no date. */
export function ageText(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000
  if (Number.isNaN(seconds)) return ''
  if (seconds < 45) return 'just now'
  if (seconds < 3600) return `${Math.max(1, Math.floor(seconds / 60))} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  const days = Math.floor(seconds / 86_400)
  return days <= longestAge ? `${countText(days, 'day')} ago` : date.format(new Date(iso))
}

/** In days: of what is older the date says more. */
const longestAge = 30

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
