import {
  classNotTerminated,
  enumerated,
  instancesNamed,
  outstandingReferences,
} from './outcome-details.ts'
import type { Told, Words } from './outcome-words.ts'

/** Words for what keeps a kext, or its services, from going (facts: kexts, section 8). */

export function inUseWords({ all, action }: Told): Words {
  const instances = instancesNamed(all)
  if (action === 'load')
    return {
      headline: 'A kext of this identifier is in use',
      explanation: 'The kernel still uses or retains the one that it has, and takes no other.',
      advice: ['Unload the one that is loaded; see what blocks it.'],
    }
  return {
    headline: instances.length > 0 ? 'Its classes have instances' : 'It is still in use',
    explanation:
      instances.length > 0
        ? `The kernel still counts ${enumerated(
            instances.map(({ className, count }) => `${count} of ${className}`),
            12,
          )}. Code with living objects cannot go.`
        : 'Something still uses the kext: instances of its classes, or kexts that are linked against it.',
    advice: [
      'Find the instances in the registry: an entry that stays is held open by a client.',
      'Instances that the registry does not show are leaked references; only a reboot removes them.',
    ],
  }
}

export function referencedWords({ all }: Told): Words {
  const count = outstandingReferences(all)
  return {
    headline: 'Other kexts are linked against it',
    explanation: `${count === null ? '' : `The kernel counts ${count} outstanding ${count === 1 ? 'reference' : 'references'} to it. `}A kext cannot go before the kexts that use its symbols.`,
    advice: ['Unload the kexts that depend on it first; kextstat shows them by its index.'],
  }
}

export function terminateWords({ all }: Told): Words {
  const failed = classNotTerminated(all)
  return {
    headline:
      failed === null
        ? 'Its services could not be terminated'
        : `The instances of ${failed.className} could not be terminated`,
    explanation:
      failed === null
        ? 'Not every service of the kext went when it was asked to; its personalities may be gone already.'
        : `The kernel refused: ${failed.because}. Instances of ${failed.className} may still be there, or there was none.`,
    advice: [
      'Look at the kernel log for messages of the I/O Kit.',
      'Look in the registry for services that stay: an inactive one is held open by a client.',
    ],
  }
}
