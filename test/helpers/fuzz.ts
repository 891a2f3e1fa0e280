import { expect } from 'vitest'
import { describeDiff } from '../../core/diff/describe-diff.ts'
import { diffSnapshots } from '../../core/diff/diff-snapshots.ts'
import { diffToJson } from '../../core/diff/diff-to-json.ts'
import { isSame } from '../../core/diff/snapshot-diff.ts'
import { describeFormat } from '../../core/dump/describe-format.ts'
import { readDump as readWhole } from '../../core/dump/read-dump.ts'
import { FailureError } from '../../core/failure.ts'
import { readValue } from '../../core/registry/read-value.ts'
import { checkSnapshot } from '../../core/registry/snapshot-check.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { writers, type WriterName } from '../../core/write/writers.ts'
import { collectWritten } from './collect-written.ts'
import type { Random } from './random.ts'
import { readDump, type ReadDump } from './read-dumps.ts'

/** What means something to one of the readers, for places where it does not belong. */
const pieces = [
  ...['<dict>', '</dict>', '<array>', '</array>', '<key>', '</key>', '<string>', '</string>'],
  ...['<plist>', '</plist>', '<data>', '<integer>', '<!--', '-->', '<![CDATA[', ']]>', '<?', '/>'],
  ...['<!DOCTYPE x [<!ENTITY a "b">]>', '&a;', '&#0;', '&#x110000;', '&lt;', '&amp;', '\ufeff'],
  ...['<key>IORegistryEntryChildren</key>', '<key>IORegistryEntryID</key>', '<true/>', '-0', '1e9'],
  ...['+-o ', '  <class ', '{', '}', '"', '" = ', '$', '\n', '\r\n', '\r', '| ', ', id 0x', '\\'],
  ...[
    'retain 99999999999',
    'busy ',
    'IOService:\n',
    '= <"',
    '">',
    '(',
    ')',
    '[',
    ']',
    '<',
    '>',
    ' ',
  ],
  ...[
    'bplist00',
    '$objects',
    '$top',
    'CF$UID',
    'NS.objects',
    '__proto__',
    '\0',
    '\xff\xff\xff\xff',
  ],
  ...["\\'e4", '\\u-10179 ', '{\\*', '\\par\n', '\\bin9 ', '&nbsp;', '0x', '????', '<8 7', '9999'],
]

/** A file as nobody wrote it: one of the samples with bits flipped, pieces cut, repeated, or of another format. */
export function mutated(samples: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes = Buffer.from(random.pick(samples))
  for (let i = random.below(6); i >= 0; i--) {
    const at = random.below(bytes.length + 1)
    const end = Math.min(bytes.length, at + random.below(random.pick([2, 10, 100, 1000])))
    const changed = replacement(bytes.subarray(at, end), samples, random)
    bytes = Buffer.concat([bytes.subarray(0, at), changed, bytes.subarray(end)])
  }
  return new Uint8Array(random.chance(0.1) ? bytes.subarray(0, random.below(bytes.length)) : bytes)
}

/** What stands in the place of `removed`. */
function replacement(
  removed: Uint8Array,
  samples: readonly Uint8Array[],
  random: Random,
): Uint8Array {
  const piece = Buffer.from(random.pick(pieces), random.chance(0.9) ? 'utf8' : 'latin1')
  switch (random.below(7)) {
    case 0: {
      const bit = 1 << random.below(8)
      const flipped = random.below(removed.length)
      return removed.map((byte, at) => (at === flipped ? byte ^ bit : byte))
    }
    case 1:
      return new Uint8Array(0)
    case 2:
      return Buffer.concat(Array<Uint8Array>(2 + random.below(30)).fill(removed))
    case 3: {
      const other = random.pick(samples)
      const from = random.below(other.length)
      return Buffer.concat([removed, other.subarray(from, from + random.below(600))])
    }
    case 4:
      return piece
    case 5:
      return removed.map(byte => (random.chance(0.1) ? random.below(256) : byte))
    default:
      return Buffer.concat([piece, removed])
  }
}

/**
 * Reads it with the engine and without, and uses what was read in every way there is: sound to its last value,
 * written in every format, the same as itself. Or a failure with a sentence; anything else throws.
 */
export function readSoundly(bytes: Uint8Array): ReadDump | FailureError {
  let read: ReadDump
  try {
    read = readDump('any', bytes)
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    expect(error.message.length).toBeGreaterThan(20)
    return error
  }
  const { snapshot, summary } = read
  expect(checkSnapshot(snapshot)).toBe(null)
  for (let property = 0; property < snapshot.properties.length; property++) {
    readValue(snapshot, property)
  }
  describeFormat(summary.format, snapshot)
  for (const name of Object.keys(writers) as WriterName[]) checkWritten(snapshot, name)
  const again = readWhole(bytes.slice(), { label: 'again' }).snapshot
  for (const identity of ['entry-id', 'path'] as const) {
    const diff = diffSnapshots(snapshot, again, { identity, comparesBytes: true })
    if (isSame(diff, true)) continue
    const told = describeDiff(diff, snapshot, again, { all: true })
    expect.fail(`differs from itself by ${identity}: ${JSON.stringify(told).slice(0, 2000)}`)
  }
  diffToJson(diffSnapshots(snapshot, again), snapshot, again, true)
  return read
}

function checkWritten(snapshot: Snapshot, name: WriterName): void {
  if (snapshot.planes.length === 0 && writers[name].planes === 'one') return
  const { bytes, text } = collectWritten(writers[name].write(snapshot))
  if (name === 'json') JSON.parse(text)
  if ((name !== 'xml' && name !== 'text') || bytes.length === 0) return
  try {
    const { snapshot: again } = readWhole(bytes, { label: `as ${name}` })
    expect(checkSnapshot(again)).toBe(null)
    // In text, a line break in a name can end a line, and begin an entry.
    if (name === 'xml') expect(again.planes[0]!.length).toBe(snapshot.planes[0]!.length)
  } catch (error) {
    // What holds no key of a registry is no dump, and a NUL inside a damaged value is copied with it.
    if (!(error instanceof FailureError)) throw error
    expect(error.failure.kind).toBe('not-a-dump')
  }
}
