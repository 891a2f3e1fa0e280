import type { Kernel } from '../kernel/kernel.ts'
import { readBundle } from '../kernel/kexts/bundle.ts'
import type { Program } from '../program.ts'
import { readKextToolOptions } from './kext-tool-options.ts'
import { absolutePath } from './paths.ts'

const usage =
  'usage: kextlibs [-c] [-xml] [--] kext\n' +
  '  -c: look at compatible versions; -xml: print a fragment for Info.plist\n'

/**
 * `kextlibs` (facts: kexts, section 13). A real one looks the undefined symbols up in every library; here
 * the libraries that are declared are those that have them.
 */
export function kextlibs(kernel: Kernel): Program {
  return async process => {
    // A long option with one dash, which getopt would take apart.
    const isXml = process.argv.includes('-xml')
    const argv = process.argv.filter(arg => arg !== '-xml')
    const options = await readKextToolOptions({ ...process, argv }, 'kextlibs', 'chqv', usage)
    if (typeof options === 'number') return options
    const [path] = options.operands
    const bundle =
      path === undefined ? null : readBundle(process.files, absolutePath(process, path))
    if (!bundle) {
      await process.stderr(
        path === undefined ? `No kernel extension specified.\n${usage}` : `Can't create ${path}.\n`,
      )
      return path === undefined ? 64 : 1
    }
    const found: (readonly [id: string, version: string])[] = []
    let missing = 0
    for (const [id] of bundle.libraries) {
      const [library] = kernel.installed.byIdentifier(id)
      const version = options.flags.has('c') ? library?.compatibleVersion : library?.version
      if (version) found.push([id, version])
      else missing += 1
    }
    if (isXml) {
      const rows = found.map(([id, v]) => `\t\t<key>${id}</key>\n\t\t<string>${v}</string>\n`)
      await process.stdout(`\t<key>OSBundleLibraries</key>\n\t<dict>\n${rows.join('')}\t</dict>\n`)
    } else {
      await process.stderr('For all architectures:\n')
      const rows = found.map(([id, version]) => `    ${id} = ${version}\n`)
      await process.stdout(rows.join('') || '    No libraries found.\n')
    }
    if (missing === 0) return 0
    await process.stderr(
      `    ${missing} symbol${missing === 1 ? '' : 's'} not found in any library kext.\n`,
    )
    return 1
  }
}
