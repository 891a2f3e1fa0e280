import type { InstalledKext } from '../../../core/kext/kext.ts'
import { FailureError } from '../../../core/failure.ts'
import type { TakenCapture } from '../../service/capture-guest.ts'
import { wrong } from './run-act.ts'

/** A kext that lies in the guest. */
export interface GuestKext {
  readonly bundleIdentifier: string
  readonly guestPath: string
}

/**
 * The kext of the guest that an identifier or a path means.
 *
 * @throws FailureError bad-request, where none is called so or several are
 */
export function guestKext(command: string, { capture }: TakenCapture, name: string): GuestKext {
  const installed = capture.installed
  if (installed === null) {
    const reason = capture.missing.find(({ part }) => /plist|kext/i.test(part))?.reason
    throw new FailureError({
      kind: 'command-missing',
      command: 'list of installed kexts',
      detail: reason ?? 'it could not be read',
    })
  }
  const found = name.startsWith('/') ? atPath(installed, name) : withIdentifier(installed, name)
  if (found.length === 1) {
    const { bundleIdentifier, path } = found[0]!
    return { bundleIdentifier, guestPath: path }
  }
  if (found.length === 0) {
    const near = installed
      .filter(
        kext => lastPart(kext.bundleIdentifier).toLowerCase() === lastPart(name).toLowerCase(),
      )
      .map(kext => kext.bundleIdentifier)
    const hint =
      near.length > 0 ? `; is ${near[0]} meant` : '; push it first, or name it by its path'
    throw wrong(command, `no kext of the guest is “${name}”${hint}`)
  }
  const paths = found.map(({ path }) => path).join(', ')
  throw wrong(command, `the guest has “${name}” several times; name one by its path: ${paths}`)
}

/** The identifier of what is loaded or lies there; one that nobody knows is the kernel's to refuse. */
export function guestIdentifier(command: string, taken: TakenCapture, name: string): string {
  if (!name.startsWith('/')) return name
  return guestKext(command, taken, name).bundleIdentifier
}

function withIdentifier(installed: readonly InstalledKext[], id: string): readonly InstalledKext[] {
  return installed.filter(kext => kext.bundleIdentifier === id)
}

function atPath(installed: readonly InstalledKext[], path: string): readonly InstalledKext[] {
  const plain = path.replace(/\/+$/, '')
  return installed.filter(kext => kext.path === plain)
}

function lastPart(name: string): string {
  return name
    .replace(/\.kext$/, '')
    .split(/[./]/)
    .at(-1)!
}
