import type { InstalledKext, LoadedKext } from '../../../core/kext/kext.ts'
import { readKextList } from '../../../core/kext/read-kext-list.ts'

/** `lib 2.0 (1.0) <- other 1.1`: version 2.0, compatible back to 1.0, needs version 1.1 of `other`. */
export function kext(drawn: string, more: Partial<InstalledKext> = {}): InstalledKext {
  const [, id, version, compatible, needs] = /^(\S+) (\S+)(?: \((.*?)\))?(?: <- (.*))?$/.exec(
    drawn,
  )!
  const libraries = (needs ?? '').split(', ').filter(text => text !== '')
  return {
    path: `/Library/Extensions/${id!.split('.').at(-1)!}-${version}.kext`,
    bundleIdentifier: id!,
    version: version!,
    executable: id!,
    compatibleVersion: compatible ?? null,
    libraries: libraries.map(text => text.split(' ') as [string, string]),
    personalities: [],
    problems: [],
    notes: [],
    ...more,
  }
}

/** `id (version) UUID <tags>`, indexed from 1. */
export function loadedKexts(...rows: readonly string[]): readonly LoadedKext[] {
  const lines = rows.map((row, at) => `${at + 1} 0 0 0 0 ${row}\n`)
  return readKextList(lines.join(''), 'kextstat').kexts
}
