import { grouped } from './number-words.ts'
import { EntryFlag, type Snapshot } from '../../core/registry/snapshot.ts'

/** What the areas of a map of the registry stand for. */
export const mapSizes = ['services', 'entries', 'bytes'] as const
export type MapSize = (typeof mapSizes)[number]

/**
 * How much each entry counts. Bytes are those of its properties' values as they lie in the dump: differences of columns,
 * nothing is decoded.
 */
export function entrySizes({ entries, properties }: Snapshot, size: MapSize): Float64Array {
  const sizes = new Float64Array(entries.length)
  switch (size) {
    case 'entries':
      return sizes.fill(1)
    case 'services':
      for (let entry = 0; entry < entries.length; entry++) {
        sizes[entry] = entries.flags[entry]! & EntryFlag.isService ? 1 : 0
      }
      return sizes
    case 'bytes':
      for (let entry = 0; entry < entries.length; entry++) {
        const end = entries.firstProperty[entry + 1]!
        let bytes = 0
        for (let p = entries.firstProperty[entry]!; p < end; p++) {
          bytes += properties.end[p]! - properties.start[p]!
        }
        sizes[entry] = bytes
      }
      return sizes
  }
}

/** `1 service`, `12,480 services`, `3.4 kB of properties`. */
export function sizeText(value: number, size: MapSize): string {
  switch (size) {
    case 'services':
      return `${grouped(value)} ${value === 1 ? 'service' : 'services'}`
    case 'entries':
      return `${grouped(value)} ${value === 1 ? 'entry' : 'entries'}`
    case 'bytes':
      return `${bytesText(value)} of properties`
  }
}

/** The number alone, short enough for a cell. */
export function shortSize(value: number, size: MapSize): string {
  return size === 'bytes' ? bytesText(value) : grouped(value)
}

function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(bytes < 1e5 ? 1 : 0)} kB`
  return `${(bytes / 1e6).toFixed(1)} MB`
}
