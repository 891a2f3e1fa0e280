import type { Capture } from '../contract/types.ts'

/** The ending that every saved capture has, for people; what is in a file is told by its content. */
export const kextantEnding = '.kextant'

/** A file name for a capture: what it is of, and when it was taken, on the user's own clock. */
export function suggestedName({ source, takenAt }: Pick<Capture, 'source' | 'takenAt'>): string {
  const label = source.kind === 'file' ? (source.savedFrom ?? source.label) : source.label
  const plain = label
    .replace(/\.(txt|plist|xml|ioreg|gz|log|kextant)$/i, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
  return `${plain || 'capture'}-${clock(new Date(takenAt))}${kextantEnding}`
}

/** `2026-02-03-140322`: sorts by time, and holds nothing that a file system minds. */
function clock(time: Date): string {
  if (Number.isNaN(time.getTime())) return 'undated'
  const two = (value: number) => String(value).padStart(2, '0')
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
  return `${day}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`
}
