import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { FailureError, sentenceFor } from '../../core/failure.ts'
import { kextArchitecture } from '../../core/guest-facts/kext-architecture.ts'
import type { BundleEntry } from '../../core/lint/file-rules.ts'
import type { Finding } from '../../core/lint/finding.ts'
import type { LintGuest } from '../../core/lint/guest-rules.ts'
import { lintBundle, type LintInput, type LintPart } from '../../core/lint/lint-bundle.ts'
import type { LintReport } from '../../core/lint/lint-report.ts'
import type { MachOReading } from '../../core/macho/mach-o.ts'
import { readMachO } from '../../core/macho/read-mach-o.ts'
import { stringAt, type DictionaryValue } from '../../core/registry/property-value.ts'
import type { TakenCapture } from './capture-guest.ts'
import { absolutePath, reasonOf } from './host-folder.ts'
import { goOn, infoFrom, readSourceFolder } from './lint-sources.ts'
import { readInfoPlist } from './local-bundle.ts'
import { readPlistFile } from './read-plist-file.ts'

/** More than any kext has; a wrong folder (a whole disk) is noticed early. */
const mostEntries = 20_000
const mostPlugIns = 200
/** The largest of Apple's have half of it. */
const executableLimitBytes = 64 * 1024 * 1024

/**
 * Lints a path of the host's disk: a `.kext` folder, a folder that a kext is built from, or an Info.plist.
 *
 * @throws FailureError file-unreadable, not-a-bundle, and what reading the Info.plist throws
 */
export async function lintPath(
  path: string,
  guest: LintGuest | null,
  signal: AbortSignal,
): Promise<LintReport> {
  const place = absolutePath(path)
  const status = await stat(place).catch((error: unknown) => {
    throw new FailureError({ kind: 'file-unreadable', path: place, detail: reasonOf(error) })
  })
  const input = status.isDirectory()
    ? (await isBundle(place))
      ? await readBundle(place, signal)
      : await readSourceFolder(place, signal)
    : await readInfoPlistFile(place)
  goOn(signal)
  return lintBundle({ ...input, guest })
}

/** What a capture tells of the guest that it was taken from. */
export function lintGuestOf({ capture }: TakenCapture): LintGuest {
  const { source, identity, installed, kexts, classCounts } = capture
  return {
    label: source.label,
    architecture: kextArchitecture(identity),
    installed,
    loaded: kexts,
    classes: classCounts?.map(([name]) => name) ?? null,
  }
}

async function isBundle(folder: string): Promise<boolean> {
  if (/\.(?:kext|dext)$/i.test(basename(folder))) return true
  return stat(join(folder, 'Contents', 'Info.plist')).then(
    status => status.isFile(),
    () => false,
  )
}

async function readInfoPlistFile(path: string): Promise<Omit<LintInput, 'guest'>> {
  const infoFile = basename(path)
  const info = infoFrom(await readPlistFile(path), path, path)
  const part = { folder: '', infoFile, info, executable: null, executableNames: [] }
  return { path, subject: 'info-plist', parts: [part], entries: [], sources: null, remarks: [] }
}

async function readBundle(folder: string, signal: AbortSignal): Promise<Omit<LintInput, 'guest'>> {
  const main = await readPart(folder, '')
  const plugIns: LintPart[] = []
  const remarks: Finding[] = []
  for (const plugIn of await plugInsOf(folder, main.infoFile)) {
    goOn(signal)
    try {
      plugIns.push(await readPart(folder, plugIn))
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      remarks.push({
        severity: 'error',
        rule: 'info-plist',
        where: { file: plugIn, keyPath: [], line: null },
        sentence: sentenceFor(error.failure),
        advice: 'Repair the plug-in, or take it out of the bundle.',
      })
    }
  }
  const entries = await listEntries(folder, signal)
  return {
    path: folder,
    subject: 'bundle',
    parts: [main, ...plugIns],
    entries,
    sources: null,
    remarks,
  }
}

/** Kexts inside a kext, one level deep (facts: kexts, section 2). */
async function plugInsOf(folder: string, infoFile: string): Promise<readonly string[]> {
  const contents = infoFile.includes('/') ? 'Contents/PlugIns' : 'PlugIns'
  const names = await readdir(join(folder, contents)).catch(() => [])
  return names
    .filter(name => name.endsWith('.kext'))
    .sort()
    .slice(0, mostPlugIns)
    .map(name => `${contents}/${name}`)
}

async function readPart(bundle: string, inside: string): Promise<LintPart> {
  const folder = join(bundle, inside)
  const { path, bytes } = await readInfoPlist(folder)
  const info = infoFrom(bytes, path, folder)
  const isFlat = relative(folder, path) === 'Info.plist'
  const codeFolder = isFlat ? folder : join(folder, 'Contents', 'MacOS')
  const names = isFlat ? [] : await filesIn(codeFolder)
  return {
    folder: inside,
    infoFile: inBundle(bundle, path),
    info,
    executable: await readExecutable(bundle, codeFolder, info),
    executableNames: names,
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return found.filter(item => item.isFile() && !item.name.startsWith('.')).map(({ name }) => name)
}

async function readExecutable(
  bundle: string,
  codeFolder: string,
  info: DictionaryValue,
): Promise<LintPart['executable']> {
  const name = stringAt(info, 'CFBundleExecutable')
  if (name === undefined || name === '') return null
  const file = inBundle(bundle, join(codeFolder, name))
  // A name is no way to somewhere else.
  if (/[/\\\0]/.test(name) || name === '..' || name === '.') return { file, reading: null }
  return { file, reading: await readCode(join(codeFolder, name)) }
}

/** The code of a kext; null where no file has this name. */
export async function readCode(path: string): Promise<MachOReading | null> {
  try {
    const status = await stat(path)
    // Whatever else has this name, a device or a pipe, is no file to read.
    if (!status.isFile()) return null
    if (status.size > executableLimitBytes) {
      const because = `it is larger than ${executableLimitBytes / 1024 / 1024} MB, which is more than lint reads`
      return { kind: 'malformed', at: 0, because }
    }
    return readMachO(await readFile(path))
  } catch (error) {
    // No file has this name, whatever the reason: a part of the way is none, a link leads in a circle.
    const { code = '' } = error as NodeJS.ErrnoException
    if (/^(?:ENOENT|ENOTDIR|ELOOP|ENAMETOOLONG)$/.test(code)) return null
    throw new FailureError({ kind: 'file-unreadable', path, detail: reasonOf(error) })
  }
}

async function listEntries(folder: string, signal: AbortSignal): Promise<readonly BundleEntry[]> {
  const root = await realpath(folder)
  const entries: BundleEntry[] = []
  const pending = [folder]
  while (pending.length > 0) {
    goOn(signal)
    const path = pending.pop()!
    const { mode, uid, gid, ...status } = await statusOf(path)
    const isLink = path !== folder && status.isLink
    entries.push({
      path: inBundle(folder, path),
      kind: isLink ? 'symlink' : status.isFolder ? 'folder' : 'file',
      mode: mode & 0o7777,
      uid,
      gid,
      staysInside: isLink ? await leadsInside(path, root) : null,
    })
    if (entries.length > mostEntries) {
      const detail = `it holds more than ${mostEntries} files`
      throw new FailureError({ kind: 'not-a-bundle', path: folder, detail })
    }
    if (!isLink && status.isFolder) {
      const names = await readdir(path).catch((error: unknown) => {
        throw new FailureError({ kind: 'file-unreadable', path, detail: reasonOf(error) })
      })
      for (const name of names.sort().reverse()) pending.push(join(path, name))
    }
  }
  return entries
}

async function statusOf(path: string) {
  try {
    const status = await lstat(path)
    const { mode, uid, gid } = status
    return {
      mode,
      uid,
      gid,
      isLink: status.isSymbolicLink(),
      // The bundle itself may be given by a link.
      isFolder: status.isDirectory() || (await stat(path).catch(() => status)).isDirectory(),
    }
  } catch (error) {
    throw new FailureError({ kind: 'file-unreadable', path, detail: reasonOf(error) })
  }
}

/** Symlinks must resolve inside the bundle (facts: kexts, section 5); one that leads nowhere does not. */
async function leadsInside(link: string, root: string): Promise<boolean> {
  const target = await realpath(link).catch(() => null)
  return target !== null && (target === root || target.startsWith(root + sep))
}

function inBundle(root: string, path: string): string {
  return relative(root, path).split(sep).join('/')
}
