import { z } from 'zod'
import type { GuestIdentity } from '../guest-facts/read-identity.ts'
import type { DumpProblem } from '../registry/snapshot.ts'

/*
 * `manifest.json` of a `.kextant`: what stands in the ZIP beside it, how it came about, and what is missing.
 * The history of its versions is in docs/formats.md; `upgradeManifest` makes the newest of any older one.
 */

export const manifestVersion = 1
export const manifestName = 'manifest.json'

const text = z.string().max(1_000_000)
const shortText = z.string().max(4096)
const count = z.number().int().nonnegative()
const time = shortText.refine(value => !Number.isNaN(Date.parse(value)), 'this is no time')
const maybeText = text.nullable()

const identity = z.object({
  kernelVersion: maybeText,
  darwinRelease: maybeText,
  darwinMajor: count.nullable(),
  osName: maybeText,
  osVersion: maybeText,
  osBuild: maybeText,
  machine: maybeText,
  /** Tells this boot of the guest from every other. */
  bootSessionUuid: maybeText,
  bootTime: z.number().nullable(),
  hostName: maybeText,
  kernelKind: z.enum(['RELEASE', 'DEVELOPMENT', 'DEBUG', 'KASAN']).nullable(),
  /** Absent where the guest was not asked. */
  isSafeBoot: z.boolean().optional(),
}) satisfies z.ZodType<GuestIdentity>

const problem = z.object({
  source: text,
  kind: z.enum(['truncated', 'malformed', 'clipped', 'lossy', 'skipped']),
  byteOffset: count,
  message: text,
}) satisfies z.ZodType<DumpProblem>

const commandRecord = z.object({
  /** The exact command line. */
  command: text,
  exitCode: z.number().int().nullable(),
  durationMs: z.number(),
  /** Length of its standard output. */
  bytes: count,
  /** The beginning of what it said besides. */
  stderr: text,
  /** When the connection was made, or for this capture. */
  when: z.enum(['sign-in', 'capture']),
  /** The file of the ZIP that holds its standard output, if one does. */
  file: shortText.nullable(),
})

/** A ZIP can hold no other names (APPNOTE, 4.4.17.1), and this one is taken. */
function isPlaceInZip(path: string): boolean {
  const leadsOut = /^\/|^[A-Za-z]:|\\|\0/.test(path) || path.split('/').includes('..')
  return !leadsOut && path !== manifestName
}

const outputFile = z.object({
  path: z.string().min(1).max(1024).refine(isPlaceInZip, 'no file of the ZIP can be called so'),
  /** One of `outputKinds`; what this version does not know is kept and not read. */
  kind: z.string().min(1).max(64),
  /** The plane, as the guest calls it. */
  plane: text.optional(),
  /** Null, like the digest, where a manifest was written by hand. */
  bytes: count.nullable(),
  /** Of the whole output, in hexadecimal. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
})

/** What was read, and how: everything that does not depend on how the ZIP is made. */
export const captureRecord = z.object({
  source: z.object({
    kind: z.enum(['guest', 'file']),
    /** What the user calls the guest, or the name of the file. */
    label: shortText,
    /** What it was recognised as when it was read; it is recognised anew when the file is opened. */
    format: shortText.optional(),
  }),
  takenAt: time,
  durationMs: z.number(),
  /** For people and other tools; the outputs tell it again when the file is opened. */
  identity: identity.nullable(),
  /** In the order in which they ended. */
  commands: z.array(commandRecord).max(10_000),
  /** What could not be had, and why. What the outputs themselves lack is found again by reading them. */
  missing: z.array(z.object({ part: text, reason: text })).max(10_000),
  /** What was found wrong with the files of the `.kextant` that this capture was opened from. */
  problems: z.array(problem).max(10_000),
})
export type CaptureRecord = z.output<typeof captureRecord>
export type SavedCommand = CaptureRecord['commands'][number]

export const manifest = captureRecord.extend({
  formatVersion: z.literal(manifestVersion),
  /** The version of Kextant that wrote this file. */
  kextant: shortText,
  /** In the order in which they are read. */
  files: z
    .array(outputFile)
    .max(10_000)
    .refine(
      files => new Set(files.map(file => file.path)).size === files.length,
      'a file is named twice',
    ),
})
export type Manifest = z.output<typeof manifest>
export type OutputFile = Manifest['files'][number]
