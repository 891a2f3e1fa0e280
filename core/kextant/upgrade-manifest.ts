import { z } from 'zod'
import { FailureError } from '../failure.ts'
import { manifest, manifestVersion, type Manifest } from './manifest.ts'
import { kindOfPlace } from './output-kinds.ts'

/** One step each: what a manifest of this version is in the next. */
const upgrades: readonly ((old: unknown, source: string) => unknown)[] = [fromVersion0]

/**
 * The manifest of a `.kextant` in its newest shape, whatever version it was written in.
 *
 * @param json the parsed `manifest.json`
 * @param source names the file in failures
 * @throws FailureError newer-format, capture-damaged
 */
export function upgradeManifest(json: unknown, source: string): Manifest {
  const { formatVersion } = check(
    z.object({ formatVersion: z.number().int().nonnegative().default(0) }),
    json,
    source,
  )
  if (formatVersion > manifestVersion) {
    const versions = { version: formatVersion, newest: manifestVersion }
    throw new FailureError({ kind: 'newer-format', source, ...versions })
  }
  let upgraded = json
  for (const upgrade of upgrades.slice(formatVersion)) upgraded = upgrade(upgraded, source)
  return check(manifest, upgraded, source)
}

/**
 * The smallest manifest: outputs that somebody collected by hand, with times and kinds only as far as file
 * names tell. No digests, so damage shows only by the ZIP's own checksums.
 */
const version0 = z.object({
  label: z.string().max(4096).default('Collected by hand'),
  takenAt: z.string().max(64),
  files: z.array(z.string().min(1).max(1024)).max(10_000),
})

function fromVersion0(old: unknown, source: string): unknown {
  const { label, takenAt, files } = check(version0, old, source)
  const isDump = files.some(path => kindOfPlace(path)?.kind === 'dump')
  return {
    formatVersion: 1,
    kextant: '',
    source: { kind: isDump ? 'file' : 'guest', label },
    takenAt,
    durationMs: 0,
    identity: null,
    commands: [],
    missing: [],
    problems: [],
    files: files.map(path => ({
      path,
      ...(kindOfPlace(path) ?? { kind: 'unknown' }),
      bytes: null,
      sha256: null,
    })),
  }
}

function check<T>(schema: z.ZodType<T>, json: unknown, source: string): T {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const place = issue?.path.join('.') || 'its top level'
  const detail = `its manifest.json is not as it should be (${place}: ${issue?.message ?? 'wrong'})`
  throw new FailureError({ kind: 'capture-damaged', source, detail })
}
