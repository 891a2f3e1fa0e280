import { posix } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import { mayBeRunning, readTag } from './push-tag.ts'
import { runStep, type PushStep } from './push-step.ts'
import type { GuestSession } from './session.ts'

/** What a push that was cut off has left in the guest, or one that still runs. */
export interface Leftover {
  readonly path: string
  /**
   * staging: under /tmp. new: the new bundle beside the place. old: the old bundle, whole, beside the place.
   * gone: what is left of an old bundle whose place the new one has taken.
   */
  readonly kind: 'staging' | 'new' | 'old' | 'gone'
  /** `MyKext.kext`; null where a staging folder holds none yet. */
  readonly name: string | null
  readonly mend: 'remove' | 'put back' | 'leave alone'
  readonly asRoot: boolean
  /** What it means, and what is done about it. */
  readonly sentence: string
}

export interface Leftovers {
  readonly found: readonly Leftover[]
  /** One for each, for the warnings of a plan. */
  readonly sentences: readonly string[]
}

/**
 * $1 is the folder of the kexts. Prints who asks, the staging folders that are folders, with their owner and the
 * bundle in them, and what lies in the folder of the kexts.
 */
const script = [
  'PATH=/usr/bin:/bin',
  'LC_ALL=C',
  'export PATH LC_ALL',
  'echo "uid $(id -u)"',
  [
    'for f in /tmp/kextant-*; do if test -d "$f" && ! test -L "$f"; then ls -ldn "$f"',
    'for k in "$f"/*.kext; do if test -d "$k"; then echo "holds $k"; fi; done; fi; done',
  ].join('; '),
  [
    'for f in "$1"/*.kext "$1"/*.kextant-*; do',
    'if test -e "$f" || test -L "$f"; then echo "beside $f"; fi; done',
  ].join(' '),
  'exit 0',
].join('; ')

const limitBytes = 4 * 1024 * 1024

/**
 * Looks for what pushes have left in the guest, of any bundle, under /tmp and beside the place of `installPath`.
 * Staging folders of other accounts of the guest are not looked at.
 */
export async function findLeftovers(
  session: GuestSession,
  installPath: string,
  signal?: AbortSignal,
): Promise<Leftovers> {
  const folder = posix.dirname(installPath)
  const pieces: Uint8Array[] = []
  let bytes = 0
  await session.run({
    name: 'leftovers',
    argv: ['/bin/sh', '-c', script, 'sh', folder],
    timeoutMs: 20_000,
    signal,
    onStdout: piece => {
      bytes += piece.length
      if (bytes > limitBytes) {
        const source = 'the guest’s list of kexts'
        throw new FailureError({ kind: 'dump-too-large', source, limitBytes })
      }
      pieces.push(piece)
    },
  })
  return readLeftovers(new TextDecoder().decode(Buffer.concat(pieces)), folder)
}

interface Staging {
  readonly path: string
  readonly uid: string
  name: string | null
}

/** Names that no push makes are passed over, so nothing else is ever removed or moved. */
export function readLeftovers(text: string, folder: string): Leftovers {
  let uid = ''
  const staged: Staging[] = []
  const beside: string[] = []
  for (const line of text.split('\n')) {
    const [word, rest] = split(line)
    // The first line only: a name in /tmp may hold a line end and words of its own.
    if (word === 'uid' && uid === '') uid = rest
    else if (word === 'holds' && staged.length > 0) staged.at(-1)!.name = kextName(rest)
    else if (word === 'beside') beside.push(rest)
    else {
      const found = /^d\S+ +\d+ +(\d+) +\d+ .* (\/tmp\/\S+)$/.exec(line)
      if (found) staged.push({ path: found[2]!, uid: found[1]!, name: null })
    }
  }

  const found: Leftover[] = []
  for (const { path, uid: owner, name } of staged) {
    if (readTag(posix.basename(path)) === null || (owner !== uid && owner !== '0')) continue
    const about = { path, kind: 'staging', name, asRoot: owner !== uid } as const
    const what = name ?? 'a kext'
    if (mayBeRunning(posix.basename(path))) {
      const sentence = `Another push of ${what} may be under way (${path} in the guest); it is left alone. If you know that nothing runs, remove that folder.`
      found.push({ ...about, mend: 'leave alone', sentence })
    } else {
      const sentence = `An earlier push of ${what} was cut off. What it had sent (${path} in the guest) is removed.`
      found.push({ ...about, mend: 'remove', sentence })
    }
  }
  for (const path of beside) {
    const parts = besidePattern.exec(path)
    if (!parts || posix.dirname(path) !== folder || hasControlCharacters(path)) continue
    const [, place, tag, kind] = parts
    if (readTag(tag!) === null || mayBeRunning(tag!)) continue
    found.push(besidePlace(path, place!, kind as 'new' | 'old' | 'gone', beside.includes(place!)))
  }
  // The old bundle goes back before anything is removed.
  const order = { 'put back': 0, remove: 1, 'leave alone': 2 }
  found.sort((a, b) => order[a.mend] - order[b.mend])
  return { found, sentences: found.map(one => one.sentence) }
}

const besidePattern = /^(.+\.kext)\.(kextant-[0-9a-z-]+)\.(new|old|gone)$/

function besidePlace(
  path: string,
  place: string,
  kind: 'new' | 'old' | 'gone',
  isPlaceTaken: boolean,
): Leftover {
  const name = posix.basename(place)
  const about = { path, kind, name, asRoot: true } as const
  const cutOff = `An earlier push of ${name} was cut off`
  if (kind === 'old' && !isPlaceTaken) {
    const sentence = `${cutOff} while the new bundle took the place of the old one: ${place} is missing in the guest. The old bundle, whole in ${path}, goes back.`
    return { ...about, mend: 'put back', sentence }
  }
  const state = isPlaceTaken
    ? kind === 'new'
      ? `before the new bundle took its place; ${place} is whole`
      : `after the new bundle had taken its place; ${place} is whole`
    : 'before the bundle took its place'
  return {
    ...about,
    mend: 'remove',
    sentence: `${cutOff} ${state}. What is left of it (${path} in the guest) is removed.`,
  }
}

/** $1 is the place, $2 the old bundle. Looks again, since the guest may have finished by itself meanwhile. */
const putBackScript =
  'if test -e "$1" || test -L "$1"; then /bin/rm -rf "$2"; else /bin/mv "$2" "$1"; fi'

/** The steps that mend what was found; those that may belong to a push under way are left alone. */
export function mendLeftovers({ found }: Leftovers): readonly PushStep[] {
  return found.flatMap(({ path, kind, mend, asRoot }): readonly PushStep[] => {
    if (mend === 'leave alone') return []
    const how = { asRoot, effect: 'lasting' } as const
    if (kind !== 'old') {
      return [
        runStep(
          ['/bin/rm', '-rf', path],
          'Removes what an earlier push left when it was cut off.',
          how,
        ),
      ]
    }
    const place = path.replace(besidePattern, '$1')
    return [
      runStep(
        ['/bin/sh', '-c', putBackScript, 'sh', place, path],
        'Puts the bundle back that an earlier push had moved aside when it was cut off, unless its place is taken.',
        how,
      ),
    ]
  })
}

function split(line: string): readonly [string, string] {
  const at = line.indexOf(' ')
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
}

function kextName(path: string): string | null {
  const name = posix.basename(path)
  return name.endsWith('.kext') && !hasControlCharacters(name) ? name : null
}

function hasControlCharacters(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  return /[\x00-\x1f\x7f]/.test(text)
}
