import type { Kernel } from '../kernel/kernel.ts'
import type { LoadedKext } from '../kernel/kexts/loaded-kexts.ts'
import type { Program } from '../program.ts'
import { getopt } from './getopt.ts'

const usage =
  'usage: kextstat [-a] [-b bundle_id] [-k] [-l] [-s]\n' +
  '-a: show architecture of loaded kexts\n' +
  '-b: show this kext only\n' +
  '-k: omit built-in components from output\n' +
  '-l: print list only, omitting header\n' +
  '-s: sort by load address instead of index\n'

/** `kextstat` of 10.11 to 10.15 (facts: kexts, section 6). */
export function kextstat(kernel: Kernel): Program {
  return async process => {
    const { flags, all, error } = getopt(process.argv.slice(1), 'ab:hkls')
    if (error !== null) {
      await process.stderr(`kextstat: ${error}\n${usage}`)
      return 64
    }
    if (flags.has('h')) {
      await process.stdout(usage)
      return 0
    }
    const { kexts } = kernel.boot
    const wanted = new Set(all.filter(([option]) => option === 'b').map(([, id]) => id))
    const showArchitecture = flags.has('a')
    const shown = kexts
      .all()
      .filter(kext => wanted.size === 0 || wanted.has(kext.bundleIdentifier))
      .filter(kext => !flags.has('k') || !kext.bundleIdentifier.startsWith('com.apple.kpi.'))
    if (flags.has('s')) shown.sort((a, b) => (a.address < b.address ? -1 : 1))

    const architecture = showArchitecture ? 'Architecture       ' : ''
    const header = `Index Refs Address            Size       Wired      ${architecture}Name (Version) UUID <Linked Against>\n`
    const rows = shown.map(kext => row(kext, kexts.refs(kext), showArchitecture))
    await process.stdout((flags.has('l') ? '' : header) + rows.join(''))
    return 0
  }
}

function row(kext: LoadedKext, refs: number, showArchitecture: boolean): string {
  const size = `0x${kext.size.toString(16)}`.padEnd(10)
  const tags = kext.linkedAgainst
    .map(library => library.index)
    .sort((a, b) => b - a)
    .join(' ')
  const fields = [
    String(kext.index).padStart(5),
    String(refs).padStart(4),
    `0x${kext.address.toString(16)}`.padEnd(18),
    size,
    size,
    ...(showArchitecture ? ['x86_64'.padEnd(18)] : []),
    kext.bundleIdentifier,
    `(${kext.version})`,
    kext.uuid ?? 'no UUID',
    ...(tags === '' ? [] : [`<${tags}>`]),
  ]
  return `${fields.join(' ')}\n`
}
