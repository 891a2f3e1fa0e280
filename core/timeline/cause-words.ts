import type { MomentCause } from '../contract/timeline-types.ts'

/**
 * What led to a capture, in a few words.
 * @param shown the title of an action, which can have a guest's name in it, as it may be shown
 */
export function causeWords(cause: MomentCause, shown: (title: string) => string): string {
  switch (cause.kind) {
    case 'user':
      return 'captured'
    case 'file':
      return 'opened'
    case 'watch':
      return 'watched'
    case 'action':
      return `during ${shown(cause.title)}`
  }
}
