import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InstalledKext } from '../../core/kext/kext.ts'
import { installedKextFrom } from '../../core/kext/read-info-plist.ts'
import { stringAt, valueAt, type PropertyValue } from '../../core/registry/property-value.ts'
import { readPlist } from '../../main/plist/read-plist.ts'

const prelinked = '_prelinked-dictionary_macos-10.14_MacBook9,1_296-kexts.plist'

/** Kexts of the corpus: those of one prelinked kernel, which go together, and single ones from anywhere. */
export interface CorpusKexts {
  /** Of macOS 10.14. */
  readonly prelinked: readonly InstalledKext[]
  readonly single: readonly InstalledKext[]
}

export function corpusKexts(corpus: string): CorpusKexts {
  const folder = join(corpus, 'kext-info')
  if (!existsSync(folder)) return { prelinked: [], single: [] }
  const read = (file: string): PropertyValue => readPlist(readFileSync(join(folder, file)), file)
  const single = readdirSync(folder)
    .filter(file => file.endsWith('.Info.plist'))
    .map(file => installedKextFrom(file, read(file)))
    // A build variable stands where the identifier should: nobody's kext.
    .filter(({ bundleIdentifier }) => !/[$]/.test(bundleIdentifier))
  if (!existsSync(join(folder, prelinked))) return { prelinked: [], single }
  const all = read(prelinked)
  const infos = all.kind === 'dictionary' ? valueAt(all, '_PrelinkInfoDictionary') : undefined
  return {
    prelinked: infos?.kind === 'array' ? infos.items.map(kextOf) : [],
    single,
  }
}

function kextOf(info: PropertyValue): InstalledKext {
  const path = info.kind === 'dictionary' ? stringAt(info, '_PrelinkBundlePath') : undefined
  return installedKextFrom(path ?? '(no path)', info)
}
