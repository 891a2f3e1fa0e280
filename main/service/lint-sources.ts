import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import type { Finding } from '../../core/lint/finding.ts'
import type { LintInput } from '../../core/lint/lint-bundle.ts'
import type { SourceFile } from '../../core/lint/scan-sources.ts'
import type { DictionaryValue, PropertyValue } from '../../core/registry/property-value.ts'
import { readPlist } from '../plist/read-plist.ts'
import { reasonOf } from './host-folder.ts'
import { readPlistFile } from './read-plist-file.ts'

const mostFiles = 5000
const deepestFolder = 6
const fileLimitBytes = 4 * 1024 * 1024
const totalLimitBytes = 32 * 1024 * 1024

/** In the order in which make looks for them. */
export const makefileNames = ['GNUmakefile', 'makefile', 'Makefile']

/** What builds make, and what is no source of this kext. */
export const passedOver =
  /^(?:\..*|build|out|DerivedData|node_modules|.*\.(?:kext|xcodeproj|lproj))$/
export const sourceEnding = /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm|s)$/i
/** `Info.plist`, `MyKext-Info.plist`, `Info-MyKext.plist`. */
export const infoPlistName = /(?:^|[-_. ])Info(?:[-_. ].*)?\.plist$/i

/**
 * Reads a folder that a kext is built from: its Info.plist, its C and C++ files, its Makefile.
 *
 * @throws FailureError not-a-bundle when there is no Info.plist in it
 */
export async function readSourceFolder(
  folder: string,
  signal: AbortSignal,
): Promise<Omit<LintInput, 'guest'>> {
  const { files, isWhole } = await listFiles(folder, signal)
  const [infoFile, ...others] = infoPlistsOf(files)
  if (infoFile === undefined) {
    const detail = 'it is no .kext folder, and has no Info.plist to be built from'
    throw new FailureError({ kind: 'not-a-bundle', path: folder, detail })
  }
  const infoPath = join(folder, infoFile)
  const info = infoFrom(await readPlistFile(infoPath), infoPath, folder)
  const found = await readSources(folder, files, signal)
  const makefile = await readMakefileIn(folder, files)
  return {
    path: folder,
    subject: 'source-folder',
    parts: [{ folder: '', infoFile, info, executable: null, executableNames: [] }],
    entries: [],
    sources: {
      sources: found.sources,
      isWhole: isWhole && found.isWhole,
      makefile,
      files,
    },
    remarks: others.length === 0 ? [] : [severalPlists(infoFile, others)],
  }
}

async function readMakefileIn(
  folder: string,
  files: readonly string[],
): Promise<SourceFile | null> {
  const path = makefileNames.find(name => files.includes(name))
  if (path === undefined) return null
  const place = join(folder, path)
  // Nobody writes such a one by hand, and no build tool's output names a kext.
  if ((await stat(place)).size > fileLimitBytes) return null
  return { path, text: textOf(await read(place)) }
}

/** Those nearest to the top first; of these the plain name, then by the alphabet. */
function infoPlistsOf(files: readonly string[]): readonly string[] {
  const depth = (path: string): number => path.split('/').length
  const isPlain = (path: string): number => (/(?:^|\/)Info\.plist$/.test(path) ? 0 : 1)
  return files
    .filter(path => infoPlistName.test(path.split('/').at(-1)!))
    .toSorted((a, b) => depth(a) - depth(b) || isPlain(a) - isPlain(b) || a.localeCompare(b))
}

function severalPlists(infoFile: string, others: readonly string[]): Finding {
  const names = others.length > 5 ? [...others.slice(0, 5), '…'] : others
  return {
    severity: 'note',
    rule: 'source-info-plist',
    where: { file: infoFile, keyPath: [], line: null },
    sentence: `The folder has several Info.plists; ${infoFile} was looked at, and ${names.join(', ')} not.`,
    advice: 'Name another one as the path to look at it.',
  }
}

async function listFiles(
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly files: readonly string[]; readonly isWhole: boolean }> {
  const files: string[] = []
  let isWhole = true
  const pending = [{ path: folder, depth: 0 }]
  while (pending.length > 0) {
    goOn(signal)
    const { path, depth } = pending.pop()!
    const found = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
      throw new FailureError({ kind: 'file-unreadable', path, detail: reasonOf(error) })
    })
    for (const item of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (passedOver.test(item.name)) continue
      const place = join(path, item.name)
      if (item.isDirectory()) {
        if (depth < deepestFolder) pending.push({ path: place, depth: depth + 1 })
        else isWhole = false
      } else if (item.isFile()) {
        if (files.length < mostFiles) files.push(relative(folder, place).split(sep).join('/'))
        else isWhole = false
      } else if (item.isSymbolicLink() && sourceEnding.test(item.name)) {
        // Links to sources elsewhere are the tree's business: what is there is not known here.
        isWhole = false
      }
    }
    if (!isWhole && files.length >= mostFiles) break
  }
  return { files, isWhole }
}

async function readSources(
  folder: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly sources: readonly SourceFile[]; readonly isWhole: boolean }> {
  const sources: SourceFile[] = []
  let isWhole = true
  let total = 0
  for (const path of files.filter(each => sourceEnding.test(each))) {
    goOn(signal)
    const place = join(folder, path)
    const { size } = await stat(place)
    if (size > fileLimitBytes || total + size > totalLimitBytes) {
      isWhole = false
      continue
    }
    total += size
    sources.push({ path, text: textOf(await read(place)) })
  }
  return { sources, isWhole }
}

/**
 * The dictionary of an Info.plist.
 *
 * @param owner the bundle or folder that is none without it
 */
export function infoFrom(bytes: Uint8Array, path: string, owner: string): DictionaryValue {
  const refused = (detail: string) =>
    new FailureError({ kind: 'not-a-bundle', path: owner, detail })
  let info: PropertyValue
  try {
    info = readPlist(bytes, path)
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.kind !== 'not-a-dump') throw error
    throw refused(`its Info.plist is no property list; it looks like ${error.failure.looksLike}`)
  }
  if (info.kind !== 'dictionary') throw refused('its Info.plist does not hold a dictionary')
  return info
}

/** Whoever has gone away is not worked for. */
export function goOn(signal: AbortSignal): void {
  if (signal.aborted) throw new FailureError({ kind: 'cancelled' })
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new FailureError({ kind: 'file-unreadable', path, detail: reasonOf(error) })
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
