import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import { lookAtExecutable, type ExecutableLook } from '../../core/kext/look-at-executable.ts'
import { stringAt } from '../../core/registry/property-value.ts'
import { executableLimitBytes, isFileName, type BuildReading } from '../guest/read-guest-build.ts'
import { readPlist } from '../plist/read-plist.ts'
import { readInfoPlist } from './local-bundle.ts'

const mostFiles = 20_000

/**
 * Which build of a kext lies on this computer: the version of its Info.plist, the UUID of its code for the guest's
 * architecture, and when the newest of its files was written.
 */
export async function readHostBuild(
  bundlePath: string,
  architecture: string | null,
): Promise<BuildReading> {
  const folder = resolve(bundlePath)
  try {
    const { path, bytes } = await readInfoPlist(folder)
    const info = readPlist(bytes, path)
    if (info.kind !== 'dictionary') {
      return { build: null, classes: null, reason: `${path} holds no dictionary.` }
    }
    const version = stringAt(info, 'CFBundleVersion') ?? null
    const executable = stringAt(info, 'CFBundleExecutable') ?? null
    const isFlat = dirname(path) === folder
    const { uuid, because, classes } = await lookAtCode(
      isFlat ? folder : join(folder, 'Contents', 'MacOS'),
      executable,
      architecture,
    )
    return {
      build: { version, uuid, builtAt: await newestTime(folder) },
      classes,
      reason: because === null ? null : `The UUID of ${folder} is not known: ${because}.`,
    }
  } catch (error) {
    if (error instanceof FailureError) return { build: null, classes: null, reason: error.message }
    // A build that runs takes files away while they are read.
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return { build: null, classes: null, reason: `${folder} cannot be read: ${message}.` }
  }
}

async function lookAtCode(
  folder: string,
  executable: string | null,
  architecture: string | null,
): Promise<ExecutableLook> {
  const unknown = (because: string): ExecutableLook => ({ uuid: null, because, classes: null })
  if (executable === null) return unknown('the kext has no code of its own')
  if (!isFileName(executable)) return unknown('its CFBundleExecutable is no file name')
  const path = join(folder, executable)
  try {
    // Before it is opened: a pipe would be waited for.
    const status = await stat(path)
    if (!status.isFile()) return unknown(`${executable} is not a file`)
    if (status.size > executableLimitBytes) {
      return unknown(`${executable} is too large to be a kext’s`)
    }
    return lookAtExecutable(await readFile(path), architecture)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return unknown(`${executable} cannot be read (${code})`)
  }
}

/** When the newest file of a bundle was written, as ISO 8601; folders do not count. */
async function newestTime(folder: string): Promise<string | null> {
  let newestMs: number | null = null
  let count = 0
  const visit = async (path: string): Promise<void> => {
    for (const child of await readdir(path, { withFileTypes: true })) {
      if (++count > mostFiles) return
      const place = join(path, child.name)
      if (child.isDirectory()) await visit(place)
      else if (child.isFile() && child.name !== '.DS_Store') {
        newestMs = Math.max(newestMs ?? 0, (await lstat(place)).mtimeMs)
      }
    }
  }
  await visit(folder)
  return newestMs === null ? null : new Date(newestMs).toISOString()
}
