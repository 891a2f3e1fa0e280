import { expect } from 'vitest'
import { FailureError } from '../../core/failure.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { readValue } from '../../core/registry/read-value.ts'
import { checkSnapshot } from '../../core/registry/snapshot-check.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'
import { readDump, type ReadDump } from './read-dumps.ts'

/**
 * Reads a file, with the engine and without where not told otherwise: a snapshot that is sound to its last value, or the failure that was
 * given instead, in a sentence. Anything else throws.
 */
export function survive(
  file: string | Uint8Array,
  readFile: (file: string | Uint8Array) => ReadDump = readBothWays,
): ReadDump | FailureError {
  let read: ReadDump
  try {
    read = readFile(file)
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    expect(error.message).toMatch(/^.{20,}\.$/s)
    return error
  }
  expect(checkSnapshot(read.snapshot)).toBe(null)
  for (const problem of read.summary.problems) expect(problem.message).toMatch(/^.{15,}\.$/s)
  for (let p = 0; p < read.snapshot.properties.length; p++) readValue(read.snapshot, p)
  return read
}

const readBothWays = (file: string | Uint8Array) => readDump('any', file)

/** The same for a file that must be read. */
export function survivor(file: string | Uint8Array): ReadDump {
  const result = survive(file)
  if (result instanceof FailureError) throw result
  return result
}

/** Every property of every entry in order, duplicates included. */
export function propertiesIn(snapshot: Snapshot): readonly (readonly [string, PropertyValue])[] {
  const { properties, strings } = snapshot
  return Array.from({ length: properties.length }, (_, p) => [
    stringAt(strings, properties.key[p]!),
    readValue(snapshot, p),
  ])
}

/** An XML property list as a whole file. */
export const plist = (inside: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">\n${inside}\n</plist>\n`

/** One entry of an archive. */
export const xmlEntry = (inside: string) =>
  `<dict><key>IORegistryEntryName</key><string>Root</string>${inside}</dict>`

/** One entry of a text dump. */
export const textEntry = (properties: string) =>
  `+-o Root  <class C, retain 1>\n    {\n${properties}    }\n`
