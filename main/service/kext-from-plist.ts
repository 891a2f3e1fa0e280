import { FailureError } from '../../core/failure.ts'
import type { InstalledKext } from '../../core/kext/kext.ts'
import { installedKextFrom } from '../../core/kext/read-info-plist.ts'
import { readPlist } from '../plist/read-plist.ts'

/**
 * The kext of an Info.plist. A broken one is shown as a kext with a problem, not left out.
 *
 * @param path of the Info.plist; messages name it
 * @param folder of the kext
 */
export function kextFromPlist(
  path: string,
  folder: string,
  bytes: Uint8Array,
  architecture?: string,
): InstalledKext {
  try {
    return installedKextFrom(folder, readPlist(bytes, path), architecture)
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    const { failure } = error
    return kextWithProblem(
      folder,
      failure.kind === 'not-a-dump'
        ? `${path} is no property list; it looks like ${failure.looksLike}.`
        : error.message,
    )
  }
}

export function kextWithProblem(folder: string, problem: string): InstalledKext {
  return {
    path: folder,
    bundleIdentifier: '',
    version: '',
    executable: null,
    compatibleVersion: null,
    libraries: [],
    personalities: [],
    problems: [problem],
    notes: [],
  }
}
