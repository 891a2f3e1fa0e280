import { isUnexpanded } from '../kext/build-variables.ts'
import type { PlistFinding } from './finding.ts'

/** How an Info.plist is to be read. */
export interface PlistOptions {
  /** It is one that a build makes the real one of: a variable in it is no mistake yet. */
  readonly isSource: boolean
}

/**
 * Whether a text is for the build to replace. In a source folder a word in capitals is so too, where a version or an
 * identifier should be: the preprocessor replaces it.
 */
export function isBuildVariable(text: string, options?: PlistOptions): boolean {
  if (isUnexpanded(text)) return true
  return options?.isSource === true && /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/.test(text)
}

/** A variable that the build has to replace: an error in a bundle, and to be expected in a source folder. */
export function buildVariable(
  what: string,
  text: string,
  keyPath: readonly string[],
  { isSource }: PlistOptions,
): PlistFinding {
  return {
    severity: isSource ? 'note' : 'error',
    rule: 'build-variable',
    keyPath,
    sentence: isSource
      ? `${what} is “${text}”, a build variable; the build has to replace it.`
      : `${what} is “${text}”, a build variable that the build has not replaced.`,
    advice: isSource ? '' : 'Let the build process the Info.plist, or write the value itself.',
  }
}
