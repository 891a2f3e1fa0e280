import type { GuestIdentity } from './read-identity.ts'

/**
 * The architecture that the guest's kexts have to have, as `kextstat -a` names it; null where the guest does not
 * tell. The kernel's own name for itself is asked first (`…/RELEASE_X86_64`): `hw.machine` of old guests is that of
 * the processor.
 */
export function kextArchitecture(identity: GuestIdentity | null): string | null {
  const kernel = /\/[A-Z]+_(X86_64|I386|PPC|ARM64)/.exec(identity?.kernelVersion ?? '')?.[1]
  const name = (kernel ?? identity?.machine ?? '').toLowerCase()
  if (name === 'x86_64' || name === 'i386' || name === 'ppc') return name
  // Kernels for Apple silicon are arm64e, and call themselves ARM64.
  return name.startsWith('arm64') ? 'arm64e' : null
}

/** An architecture as bundles spell it in `IOKitPersonalities_<arch>`, from what `uname -m` prints. */
export function bundleArchitecture(machine: string | null): string {
  switch (machine) {
    case null:
      return 'x86_64'
    case 'Power Macintosh':
      return 'ppc'
    case 'arm64e':
      return 'arm64'
    default:
      return machine
  }
}
