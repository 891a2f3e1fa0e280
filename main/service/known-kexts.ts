import type { InstalledKext } from '../../core/kext/kext.ts'
import { kextFromPlist } from './kext-from-plist.ts'

interface Known {
  readonly bytes: Uint8Array
  readonly kext: InstalledKext
}

/** The Info.plists of a guest are a few megabytes, of all its kexts together. */
const limitBytes = 32 * 1024 * 1024

const known = new Map<string, Known>()
let knownBytes = 0

/**
 * The kext of an Info.plist, as `kextFromPlist` reads it; read once while its bytes stay as they are. A guest is
 * looked at before and after each action, and of its hundreds of kexts nearly all are the same then.
 */
export function knownKext(
  path: string,
  folder: string,
  bytes: Uint8Array,
  architecture: string,
): InstalledKext {
  const key = `${architecture} ${path}`
  const last = known.get(key)
  if (last && Buffer.compare(last.bytes, bytes) === 0) return last.kext
  const kext = kextFromPlist(path, folder, bytes, architecture)
  knownBytes += bytes.length - (last?.bytes.length ?? 0)
  if (knownBytes > limitBytes) {
    known.clear()
    knownBytes = bytes.length
  }
  // A copy: what is given may be a part of a whole archive.
  known.set(key, { bytes: bytes.slice(), kext })
  return kext
}
