import { FailureError } from '../../core/failure.ts'
import type { InstalledKext } from '../../core/kext/kext.ts'
import { installedKextFrom } from '../../core/kext/read-info-plist.ts'
import { BinaryPlist } from '../../core/plist/binary-plist.ts'
import { depthLimit } from '../../core/plist/malformed.ts'
import { readXmlPlist } from '../../core/plist/read-xml-plist.ts'
import { decodeBinaryObject } from '../../core/registry/read-binary-value.ts'

/** As much of a dropped folder as is read: the browser's own form of it. */
export interface DroppedEntry {
  readonly name: string
  readonly isDirectory: boolean
  /** Of a file. */
  readonly file?: (take: (file: Blob) => void, fail: (error: unknown) => void) => void
  /** Of a folder: gives its items in portions, the last of which is empty. */
  readonly createReader?: () => {
    readEntries(take: (entries: DroppedEntry[]) => void, fail: (error: unknown) => void): void
  }
}

/** More than a folder of kexts has; a home folder that was dropped by mistake is noticed early. */
const mostItems = 20_000
const deepest = 6
/** As much as an Info.plist may have. */
const limitBytes = 4 * 1024 * 1024

/** Info.plist by its name: dumps end in `.plist` too. */
export function isInfoPlist(name: string): boolean {
  return /(^|[-_.])Info\.plist$/.test(name)
}

/**
 * The kexts of a folder or an Info.plist that was dropped on a browser, which tells no path of the disk: a bundle, its
 * PlugIns, a source folder, or a folder of bundles.
 * @throws FailureError not-a-bundle, dump-malformed, dump-too-large
 */
export async function readDroppedBundles(dropped: DroppedEntry): Promise<readonly InstalledKext[]> {
  const kexts: InstalledKext[] = []
  let items = 0
  const waiting: { readonly entry: DroppedEntry; readonly path: string; readonly depth: number }[] =
    [{ entry: dropped, path: dropped.name, depth: 0 }]
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { entry, path, depth } = next
    if (++items > mostItems) {
      throw notABundle(
        dropped.name,
        `it holds more than ${mostItems.toLocaleString('en-US')} files`,
      )
    }
    if (!entry.isDirectory) {
      if (isInfoPlist(entry.name)) kexts.push(await readKext(entry, path))
    } else if (depth < deepest) {
      for (const item of await itemsOf(entry)) {
        waiting.push({ entry: item, path: `${path}/${item.name}`, depth: depth + 1 })
      }
    }
  }
  if (kexts.length === 0) throw notABundle(dropped.name, 'it has no Info.plist')
  return kexts
}

async function readKext(entry: DroppedEntry, path: string): Promise<InstalledKext> {
  const file = await new Promise<Blob>((take, fail) => entry.file!(take, fail))
  if (file.size > limitBytes) {
    throw new FailureError({ kind: 'dump-too-large', source: path, limitBytes })
  }
  const bytes = new Uint8Array(await file.arrayBuffer())
  const isBinary = new TextDecoder().decode(bytes.subarray(0, 6)) === 'bplist'
  const value = isBinary ? readBinary(bytes, path) : readXmlPlist(decode(bytes), path)
  return installedKextFrom(path.replace(/(\/Contents)?\/[^/]*Info\.plist$/, ''), value)
}

function readBinary(bytes: Uint8Array, path: string) {
  const plist = new BinaryPlist(bytes, path)
  return decodeBinaryObject(plist, plist.placeOf(plist.top), depthLimit)
}

/** UTF-8 unless a byte order mark says otherwise. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder().decode(bytes)
}

async function itemsOf(folder: DroppedEntry): Promise<DroppedEntry[]> {
  const reader = folder.createReader!()
  const items: DroppedEntry[] = []
  for (;;) {
    const portion = await new Promise<DroppedEntry[]>((take, fail) =>
      reader.readEntries(take, fail),
    )
    if (portion.length === 0 || items.length > mostItems) return items
    items.push(...portion)
  }
}

function notABundle(path: string, detail: string): FailureError {
  return new FailureError({ kind: 'not-a-bundle', path, detail })
}
