import type { LoadedKext } from '../../core/kext/kext.ts'

/** The rows of a printed list of kexts, with one blank where there were several; `<>` says as little as nothing. */
export function printedRows(list: Uint8Array): string[] {
  return Buffer.from(list)
    .toString('utf8')
    .split('\n')
    .map(line => line.trim().replaceAll(/\s+/g, ' ').replace(/ <>$/, ''))
    .filter(line => /^(\d|\?\?)/.test(line))
}

/** A row as the tools print it, made from what was read. */
export function rowOf(kext: LoadedKext): string {
  const bytes = (count: number | null) =>
    count === null ? '????' : count === 0 ? '0' : `0x${count.toString(16)}`
  const words = [
    kext.index ?? '??',
    kext.refs ?? '??',
    kext.address ?? '????',
    bytes(kext.size),
    bytes(kext.wired),
    kext.architecture,
    kext.bundleIdentifier,
    `(${kext.version})`,
    kext.uuid,
    kext.linkedAgainst.length > 0 ? `<${kext.linkedAgainst.join(' ')}>` : null,
  ]
  return words.filter(word => word !== null).join(' ')
}
