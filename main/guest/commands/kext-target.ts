import { FailureError } from '../../../core/failure.ts'

/** How a kext tool is told which kext: where the bundle lies in the guest, or what it is called. */
export type KextTarget = { readonly path: string } | { readonly bundleIdentifier: string }

/** Other bundles and folders in which a kext tool may look for dependencies. */
export interface KextSearch {
  /** Bundles that may be used as libraries: `-d`. */
  readonly dependencies?: readonly string[] | undefined
  /** Folders of bundles: `-r`. */
  readonly repositories?: readonly string[] | undefined
}

/** The target as arguments, the same for kextload, kextunload and kextutil (facts: kexts, sections 7 to 9). */
export function targetArguments(target: KextTarget): readonly string[] {
  if ('bundleIdentifier' in target) return ['-b', target.bundleIdentifier]
  if (!target.path.startsWith('/')) {
    // A relative path could start with “-” and be read as an option.
    const detail = `${target.path} is not a full path`
    throw new FailureError({ kind: 'bad-request', request: 'name a kext', detail })
  }
  return [target.path]
}

export function searchArguments(search: KextSearch): readonly string[] {
  return [
    ...(search.dependencies ?? []).flatMap(path => ['-d', path]),
    ...(search.repositories ?? []).flatMap(path => ['-r', path]),
  ]
}
