import { fieldOf, type DecodedProperty, type Decoding } from './decoding.ts'

/** What the kernel means by keys that matching leaves on a service (facts: service-state, section 5; ioreg, sections 10, 11). */
const notes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    IOMatchedAtBoot: 'The driver was matched from the personalities that the kernel had at boot.',
    IOProbeScore:
      'The score that probing ended with; of the drivers in one match category the highest is started first.',
    IOMatchCategory: 'Drivers compete for a provider within one match category only.',
    IONameMatched: 'The name of the provider by which the personality matched.',
    IOClass: 'The class that the personality asks for; the kernel class of a DriverKit object too.',
    IOProviderClass: 'The class of provider that the personality matches on.',
    CFBundleIdentifier: 'The kext whose personality made this instance.',
    IOMatchedPersonality:
      'The whole personality; the kernel leaves it on DriverKit instances only.',
    IOClassNameOverride:
      'The class name that tools of the plain interface show for it; ioreg shows the kernel class.',
    IOUserClasses: 'The classes of the driver’s own process, for DriverKit.',
    IORegistryPlanes: 'The planes of this registry.',
  }),
)

/** A known key with its meaning; the probe score as the number of 32 bits that it is. */
export function decodeKnownKey({ key, way, value }: DecodedProperty): Decoding | null {
  const note = way.length === 0 ? notes.get(key) : undefined
  if (note === undefined) return null
  const fields =
    key === 'IOProbeScore' && value.kind === 'integer'
      ? [fieldOf('Score', BigInt.asIntN(32, value.value).toLocaleString('en-US'))]
      : value.kind === 'boolean'
        ? [fieldOf('Value', value.value ? 'Yes' : 'No')]
        : []
  return {
    decoder: 'known-key',
    title: 'About this key',
    sureness: 'certain',
    because: note,
    summary: '',
    fields,
    problems: [],
  }
}
