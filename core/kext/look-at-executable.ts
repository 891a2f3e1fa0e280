import type { MachOImage } from '../macho/mach-o.ts'
import { readMachO } from '../macho/read-mach-o.ts'

export interface ExecutableLook {
  /** `LC_UUID`, upper case with dashes, as `kextstat` prints it; null where it is not known. */
  readonly uuid: string | null
  /** Why it is not known, as a phrase; null where it is. */
  readonly because: string | null
  /** The IOKit classes that the code defines; null where it was not read, or has lost the symbols that tell. */
  readonly classes: readonly string[] | null
}

/**
 * The UUID of a kext's code for one architecture, and its classes (facts: kexts, section 14). A file with a single
 * architecture tells that one's, whatever is asked for: it is the only code there is to load.
 *
 * @param architecture as `uname -m` or the code names it; `arm64` also takes `arm64e`. Null takes the first.
 */
export function lookAtExecutable(bytes: Uint8Array, architecture: string | null): ExecutableLook {
  const found = imageFor(bytes, architecture)
  if ('because' in found) return { uuid: null, because: found.because, classes: null }
  const { uuid, classes } = found.image
  const names = classes.map(({ name }) => name)
  return {
    uuid,
    because: uuid === null ? 'the executable has no LC_UUID' : null,
    classes: names.length === 0 ? null : names,
  }
}

function imageFor(
  bytes: Uint8Array,
  architecture: string | null,
): { readonly image: MachOImage } | { readonly because: string } {
  const unknown = (because: string) => ({ because })
  const reading = readMachO(bytes)
  if (reading.kind === 'not-mach-o') {
    return unknown(`the executable is not Mach-O: ${reading.because}`)
  }
  if (reading.kind === 'malformed') return unknown(`the executable is damaged: ${reading.because}`)
  const { images } = reading
  const nameOf = (one: (typeof images)[number]) =>
    one.kind === 'image' ? one.image.architecture : one.architecture
  const found =
    images.length === 1 || architecture === null
      ? images[0]
      : (images.find(one => nameOf(one) === architecture) ??
        images.find(one => family(nameOf(one)) === family(architecture)))
  if (!found) return unknown(`the executable has no code for ${architecture}`)
  if (found.kind === 'malformed') return unknown(`the executable is damaged: ${found.because}`)
  return { image: found.image }
}

function family(architecture: string | null): string | null {
  return architecture === 'arm64e' ? 'arm64' : architecture
}
