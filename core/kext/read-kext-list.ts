import { FailureError } from '../failure.ts'
import type { DumpProblem } from '../registry/snapshot.ts'
import type { LoadedKext } from './kext.ts'

/*
 * What `kextstat` and `kmutil showloaded` print (facts: kexts, section 6):
 *
 *   Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>
 *       9    8 0xffffff7f810c9000 0xba000    0xba000    com.apple.kec.corecrypto (1.0) 16D0… <8 7 6>
 *
 *   row  := index refs address size wired [arch] id "(" version ")" [uuid | "no UUID"] ["<" tags ">"]
 *   index, refs := digits | "??"         address, size, wired := "0" | "0x" hex | "????"
 *
 * Columns are never trusted: pasted text loses its indentation, and `grep` removes the header.
 */

export interface KextList {
  /** In the order printed. */
  readonly kexts: readonly LoadedKext[]
  readonly problems: readonly DumpProblem[]
}

const rowStart =
  /^\s*(\d+|\?\?)\s+(\d+|\?\?)\s+(0|0x[0-9a-f]+|\?{4})\s+(0|0x[0-9a-f]+|\?{4})\s+(0|0x[0-9a-f]+|\?{4})\s+(\S.*)$/i
const nameAndVersion = /^(?:(\S+)\s+)?([^\s()]+)\s+\(([^()]*)\)(.*)$/
const uuidToken = /^\s+([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f-])/i
const noUuid = /^\s+no UUID(?!\S)/
/** Published lists replace the identifier by a word in brackets: `<UUID>`. Digits would be tags. */
const redactedUuid = /^\s+<[^<>\d][^<>]*>/
const tagList = /^\s*<([\d\s]*)>\s*$/
const header = /^\s*Index\s+Refs\s+Address\b/
/** What kmutil and the shim say around the list; not part of it. */
const preamble = /^\s*(?:Executing:\s|No variant specified\b)/

/** Does the text hold the header or a whole row of a kext list? For telling what a file is. */
export function hasKextRows(text: string): boolean {
  return text.split('\n').some(line => header.test(line) || (readRow(line)?.kext ?? null) !== null)
}

/** A hostile file must not turn into a million sentences. */
const problemLimit = 100

/**
 * Reads a list of loaded kexts, of any era.
 *
 * A header without rows is an empty list (`kextstat -b` of a kext that is not loaded). A line that is cut
 * loses only what is missing of it.
 *
 * @param source names the text in problems and failures
 * @throws FailureError `not-a-dump` when the text has neither a header nor a row
 */
export function readKextList(text: string, source: string): KextList {
  const kexts: LoadedKext[] = []
  const problems: DumpProblem[] = []
  let hasHeader = false
  let hasUuids = false

  function report(kind: DumpProblem['kind'], at: number, message: string): void {
    if (problems.length >= problemLimit) return
    problems.push({ source, kind, byteOffset: utf8Length(text.slice(0, at)), message })
  }

  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at)
    const isUnfinished = newline < 0
    const end = isUnfinished ? text.length : newline
    const line = text.slice(at, end).replace(/\r$/, '')
    const lineStart = at
    at = end + 1

    if (line.trim() === '' || preamble.test(line)) continue
    if (header.test(line)) {
      hasHeader = true
      hasUuids ||= line.includes('UUID')
      continue
    }
    const row = readRow(line)
    if (row === null) {
      if (isUnfinished && (hasHeader || kexts.length > 0))
        report(
          'truncated',
          lineStart,
          'The last line is cut off; the kext on it is not in the list.',
        )
      else if (hasHeader || kexts.length > 0)
        report('skipped', lineStart, 'This line is not a row of a kext list; it was left out.')
      continue
    }
    hasUuids ||= row.hasUuidColumn
    if (row.kext === null) {
      if (isUnfinished)
        report(
          'truncated',
          lineStart,
          'The last line is cut off; the kext on it is not in the list.',
        )
      else report('clipped', lineStart, 'This row ends before its version; the kext was left out.')
      continue
    }
    kexts.push(row.kext)
    const lacksUuid = isUnfinished && hasUuids && !row.hasUuidColumn
    if (row.isCut || lacksUuid) {
      report(
        isUnfinished ? 'truncated' : 'clipped',
        lineStart,
        `The row of ${row.kext.bundleIdentifier} is cut off; its UUID or the kexts it is linked against are not all known.`,
      )
    }
  }

  if (!hasHeader && kexts.length === 0 && problems.length === 0) {
    if (text.trim() !== '' && !isOnlyPreamble(text))
      throw new FailureError({ kind: 'not-a-dump', source, looksLike: guessKind(text) })
    report('truncated', 0, 'The list of kexts is empty: not even its header is there.')
  }
  return { kexts, problems }
}

interface Row {
  /** Null where the line ends before the version is complete. */
  readonly kext: LoadedKext | null
  readonly hasUuidColumn: boolean
  readonly isCut: boolean
}

function readRow(line: string): Row | null {
  const fields = rowStart.exec(line)
  if (!fields) return null
  const [, index, refs, address, size, wired, rest] = fields
  const named = nameAndVersion.exec(rest!)
  if (!named) return { kext: null, hasUuidColumn: false, isCut: true }
  const [, architecture, bundleIdentifier, version] = named
  let tail = named[4]!
  let uuid: string | null = null
  const column = uuidToken.exec(tail) ?? noUuid.exec(tail) ?? redactedUuid.exec(tail)
  if (column) {
    uuid = column[1]?.toUpperCase() ?? null
    tail = tail.slice(column[0].length)
  }
  const tags = readTags(tail)
  return {
    kext: {
      index: count(index!),
      refs: count(refs!),
      address: address === '????' ? null : address!.toLowerCase(),
      size: count(size!),
      wired: count(wired!),
      architecture: architecture ?? null,
      bundleIdentifier: bundleIdentifier!,
      version: version!,
      uuid,
      linkedAgainst: tags.tags,
    },
    hasUuidColumn: column !== null,
    isCut: tags.isCut,
  }
}

function readTags(tail: string): { readonly tags: readonly number[]; readonly isCut: boolean } {
  if (tail.trim() === '') return { tags: [], isCut: false }
  const whole = tagList.exec(tail)
  if (whole) return { tags: numbers(whole[1]!), isCut: false }
  // `<16 7 6 1` without its end: the last number may have lost digits, so it is not believed.
  const open = /^\s*<([\d\s]*)$/.exec(tail)
  const believed = open ? withoutLastWord(open[1]!) : ''
  return { tags: numbers(believed), isCut: true }
}

/** Not `/\d+$/`, which begins anew at each of many digits. */
function withoutLastWord(text: string): string {
  let end = text.length
  while (end > 0 && /\d/.test(text[end - 1]!)) end--
  return text.slice(0, end)
}

function numbers(text: string): number[] {
  return text
    .split(/\s+/)
    .filter(word => word !== '')
    .map(Number)
    .filter(Number.isSafeInteger)
}

/** A field as a number; null for `??`, `????` and for what no kernel prints. */
function count(field: string): number | null {
  const value = Number(field)
  return Number.isSafeInteger(value) ? value : null
}

function isOnlyPreamble(text: string): boolean {
  return text.split('\n').every(line => line.trim() === '' || preamble.test(line))
}

function guessKind(text: string): string {
  const start = text.slice(0, 4096)
  if (start.startsWith('bplist')) return 'a binary property list'
  if (/^\s*(<\?xml|<!DOCTYPE|<plist)/.test(start)) return 'an XML property list'
  if (/^[\s|]*\+-o /m.test(start)) return 'the text of ioreg'
  if (start.includes('\0')) return 'a binary file'
  if (/^\S+ = \d+$/m.test(start)) return 'the class counts of ioclasscount'
  return 'text without a row of kextstat or kmutil'
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}
