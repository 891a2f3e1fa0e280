import type { InstalledKext } from '../kext/kext.ts'
import { isAppleKext, whyNotUnloadable, whyProtected } from './protected-kext.ts'
import type { Stop } from './preflight-report.ts'

/** Names in one sentence; a guest can have hundreds that depend on one. */
const mostNamed = 8

export function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).join(', ')
  return names.length > mostNamed ? `${shown} and ${names.length - mostNamed} more` : shown
}

export function virtualMachineStop(targetLabel: string): Stop {
  return {
    id: 'not-a-virtual-machine',
    title: `${targetLabel} is not marked as a virtual machine`,
    reason:
      'A kext that fails can take the whole system down with it: on a real machine that may cost unsaved work, and a kext that panics in each boot has to be removed from outside. Mark the target as a virtual machine if it is one.',
  }
}

/**
 * Apple's, what the guest runs on, and what cannot be unloaded; none for a kext of somebody's own.
 *
 * @param kext its Info.plist; null where it is not known
 */
export function identityStops(
  bundleIdentifier: string,
  kext: InstalledKext | null,
  action: 'load' | 'unload',
): readonly Stop[] {
  const stops: Stop[] = []
  if (isAppleKext(bundleIdentifier))
    stops.push({
      id: 'apple-kext',
      title: `${bundleIdentifier} is one of Apple’s`,
      reason:
        action === 'load'
          ? 'A kext under an identifier of Apple’s takes the place of the system’s own, or is in its way.'
          : 'The system may need it, and what uses it may fail or stop.',
    })
  const why = whyProtected(bundleIdentifier, kext)
  if (why !== null)
    stops.push({
      id: 'protected-kext',
      title: `${bundleIdentifier} is part of what the guest runs on`,
      reason: `It ${why}. ${
        action === 'load'
          ? 'Another one in its place can keep the guest from starting.'
          : 'Without it the guest may stop, or not start again.'
      }`,
    })
  const whyStays = whyNotUnloadable(bundleIdentifier, kext)
  if (whyStays !== null)
    stops.push({
      id: 'cannot-unload',
      title:
        action === 'load'
          ? `${bundleIdentifier} cannot be unloaded again`
          : `${bundleIdentifier} cannot be unloaded`,
      reason: `${whyStays}${action === 'load' ? ' It stays until the guest is restarted.' : ''}`,
    })
  return stops
}

export function dependentsStop(bundleIdentifier: string, dependents: readonly string[]): Stop {
  const one = dependents.length === 1
  return {
    id: 'unloads-dependents',
    title: one
      ? `${dependents[0]!} is unloaded too`
      : `${dependents.length} other kexts are unloaded too`,
    reason: `${listed(dependents)} ${one ? 'is' : 'are'} linked against ${bundleIdentifier}, which cannot go before ${one ? 'it' : 'them'}. ${one ? 'Its' : 'Their'} services go as well.`,
  }
}
