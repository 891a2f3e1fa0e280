import type { OpenCapture } from '../../state/app-state.ts'

/** What a file says of itself: of what it is a picture, and when that was so. */
export interface PictureAbout {
  readonly title: string
  /** `Demo guest · Darwin 17.7.0 · 25 November 2026, 21:04 UTC`. */
  readonly source: string
}

export function pictureAbout({ capture }: OpenCapture, title: string): PictureAbout {
  const { source, takenAt } = capture
  const label = source.kind === 'file' ? (source.savedFrom ?? source.label) : source.label
  const time = new Date(takenAt)
  const when = Number.isNaN(time.getTime())
    ? ''
    : `${time.toISOString().slice(0, 10)} ${time.toISOString().slice(11, 16)} UTC`
  return { title, source: [label, when].filter(Boolean).join(' · ') }
}

/** `service-tree-Demo-guest.svg` without its ending. */
export function pictureFileName({ title, source }: PictureAbout): string {
  return `${title} ${source.split(' · ')[0] ?? ''}`
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80)
    .toLowerCase()
}
