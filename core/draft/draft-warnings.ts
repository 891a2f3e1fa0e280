import { resolveDependencies } from '../kext/dependencies.ts'
import type { InstalledKext } from '../kext/kext.ts'
import { EntryFlag, type Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import type { KextsOfGuest } from './draft-libraries.ts'
import { draftNames, type DraftNames } from './draft-names.ts'
import type { ServiceLook } from './service-look.ts'

// What an author should know of a draft besides whether it wins; sentences.

/** Names that the guest uses already, as far as the capture tells. */
export interface TakenNames {
  readonly classes: ReadonlySet<string>
  readonly bundles: ReadonlySet<string>
}

export function takenNames(
  snapshot: Snapshot,
  kexts: KextsOfGuest,
  knownClasses: readonly string[],
): TakenNames {
  const classes = new Set(knownClasses)
  for (const index of new Set(snapshot.entries.className)) {
    if (index >= 0) classes.add(stringAt(snapshot.strings, index))
  }
  const bundles = new Set<string>()
  for (const kext of kexts.installed ?? []) {
    bundles.add(kext.bundleIdentifier)
    for (const { ioClass } of kext.personalities) if (ioClass !== null) classes.add(ioClass)
  }
  for (const kext of kexts.loaded ?? []) bundles.add(kext.bundleIdentifier)
  return { classes, bundles }
}

/** The suggested name, with a number where the guest has its class already. */
export function freeName(name: string, { classes }: TakenNames): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`
    if (!classes.has(draftNames({ name: candidate }, candidate).className)) return candidate
  }
}

/** @param classes that the driver defines */
export function nameWarnings(
  names: DraftNames,
  classes: readonly string[],
  taken: TakenNames,
): string[] {
  const warnings: string[] = []
  for (const name of classes) {
    if (!taken.classes.has(name)) continue
    warnings.push(
      `The guest has a class ${name} already. The kernel refuses a kext whose class has a name that is there, so choose another.`,
    )
  }
  if (taken.bundles.has(names.bundleIdentifier)) {
    warnings.push(
      `The guest has a kext ${names.bundleIdentifier} already; only one of them can be loaded.`,
    )
  }
  if (names.bundleIdentifier.startsWith('com.apple.')) {
    warnings.push(
      'Identifiers that begin with com.apple. are Apple’s: the kernel refuses to terminate their services at unload.',
    )
  }
  return warnings
}

export function serviceWarnings(look: ServiceLook): string[] {
  const warnings: string[] = []
  if ((look.snapshot.entries.flags[look.entry]! & EntryFlag.isService) === 0) {
    warnings.push('The dump does not show this entry as a service; drivers match on services only.')
  } else if (look.classAmong('IOUserClient')) {
    warnings.push('This is a user client, the connection of a program; drivers do not match on it.')
  }
  if (!look.hasProperties) {
    warnings.push(
      'The dump shows no properties of this service, so nothing but its class can select it.',
    )
  }
  return warnings
}

/** What is wrong with the libraries, as the guest would say when it loads the kext. */
export function linkWarnings(
  bundle: InstalledKext,
  { installed, loaded }: KextsOfGuest,
): readonly string[] {
  if (installed === null || loaded === null) return []
  const { direct, problems } = resolveDependencies(bundle, installed, loaded)
  const broken = direct.filter(({ kind }) => kind !== 'satisfied' && kind !== 'undetermined')
  return [...broken.map(({ explanation }) => explanation), ...problems]
}
