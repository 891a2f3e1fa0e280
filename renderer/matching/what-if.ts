import { asWritten } from '../../core/kext/edit-info-plist.ts'
import type { InstalledKext, Personality } from '../../core/kext/kext.ts'
import { installedKextFrom } from '../../core/kext/read-info-plist.ts'
import type { DictionaryValue, PropertyValue } from '../../core/registry/property-value.ts'
import type { WhatIfPart } from './messages.ts'
import { installedRef, refKey, type PersonalityRef } from './personality-ref.ts'

/** A personality that the guest does not know, tried on the capture that is open. */
export interface WhatIfPersonality {
  readonly id: string
  readonly name: string
  readonly bundle: WhatIfBundle
  /** As written. */
  readonly properties: DictionaryValue
  /** What it is an edit or a new build of. */
  readonly original: {
    readonly ref: PersonalityRef
    readonly properties: DictionaryValue
  } | null
  /** Personalities whose place it takes. */
  readonly replaces: readonly PersonalityRef[]
  /** What is to be known of its bundle, in sentences: what a build would replace stands as it is. */
  readonly notes: readonly string[]
}

/** The bundle that a what-if personality belongs to. */
export interface WhatIfBundle {
  /** Of the guest for an edit, of this machine for one that was added; null where neither is known. */
  readonly path: string | null
  /** The path is one that the host can read: of its disk, not of the guest's, and more than a dropped name. */
  readonly isOnHost: boolean
  readonly bundleIdentifier: string
}

const text = (value: string): PropertyValue => ({ kind: 'string', text: value })

/** As an Info.plist would hold it: so are the identifiers inserted that the kext library inserts. */
export function whatIfPart(item: WhatIfPersonality): WhatIfPart {
  const { id, name, bundle, properties, original, replaces } = item
  const personalities: DictionaryValue = { kind: 'dictionary', entries: [[name, properties]] }
  const kext = installedKextFrom(id, {
    kind: 'dictionary',
    entries: [
      ['CFBundlePackageType', text('KEXT')],
      ['CFBundleIdentifier', text(bundle.bundleIdentifier)],
      ['CFBundleVersion', text('1.0')],
      ['IOKitPersonalities', personalities],
    ],
  })
  return { id, kext, original: original?.ref ?? null, replaces }
}

/** An edit of a personality begins as its copy, and takes its place. */
export function whatIfEdit(
  id: string,
  ref: PersonalityRef,
  { name, publisher, properties }: Pick<Personality, 'name' | 'publisher' | 'properties'>,
): WhatIfPersonality {
  const { origin } = ref
  const path = origin.kind === 'installed' ? origin.kextPath : null
  const written = asWritten(properties, publisher)
  return {
    id,
    name,
    bundle: { path, isOnHost: false, bundleIdentifier: publisher },
    properties: written,
    original: { ref, properties: written },
    replaces: [ref],
    notes: [],
  }
}

/**
 * The personalities of a bundle of this machine. A bundle with the identifier of an installed one is a new build of
 * it, and takes its place; the personality of the same name is what each is compared with.
 * @param isOnHost the bundle's path is one that the host can read
 */
export function whatIfBundle(
  nextId: () => string,
  bundle: InstalledKext,
  installed: readonly InstalledKext[],
  isOnHost: boolean,
): readonly WhatIfPersonality[] {
  const before = installed.filter(
    kext => kext.bundleIdentifier !== '' && kext.bundleIdentifier === bundle.bundleIdentifier,
  )
  const replaces = before.flatMap(kext =>
    kext.personalities.map(({ name }) => installedRef(kext.path, name)),
  )
  return bundle.personalities.map(({ name, publisher, properties }) => {
    const kext = before.find(one => one.personalities.some(known => known.name === name))
    const known = kext?.personalities.find(one => one.name === name)
    return {
      id: nextId(),
      name,
      bundle: { path: bundle.path, isOnHost, bundleIdentifier: bundle.bundleIdentifier },
      properties: asWritten(properties, publisher),
      original:
        kext && known
          ? {
              ref: installedRef(kext.path, name),
              properties: asWritten(known.properties, known.publisher),
            }
          : null,
      replaces,
      notes: bundle.notes,
    }
  })
}

/**
 * The same for another capture. There an index means another entry, so an edit of what a running driver inherited
 * stands by itself from then on.
 */
export function forNextCapture(items: readonly WhatIfPersonality[]): readonly WhatIfPersonality[] {
  const isOfEntry = ({ original }: WhatIfPersonality) => original?.ref.origin.kind === 'instance'
  if (!items.some(isOfEntry)) return items
  return items.map(item => (isOfEntry(item) ? { ...item, original: null, replaces: [] } : item))
}

/** The what-if personality that a reference means, or null. */
export function whatIfOf(
  items: readonly WhatIfPersonality[],
  { origin }: PersonalityRef,
): WhatIfPersonality | null {
  if (origin.kind !== 'what-if') return null
  return items.find(({ id }) => id === origin.kextPath) ?? null
}

/** The what-if personality that is an edit of this one, or null. */
export function editOf(
  items: readonly WhatIfPersonality[],
  ref: PersonalityRef,
): WhatIfPersonality | null {
  const wanted = refKey(ref)
  return items.find(({ original }) => original && refKey(original.ref) === wanted) ?? null
}

/** `1 personality added, 2 edited`. */
export function whatIfSummary(items: readonly WhatIfPersonality[]): string {
  const edited = items.filter(({ original }) => original !== null).length
  const added = items.length - edited
  const words = (count: number, verb: string, isFirst: boolean) =>
    isFirst
      ? `${count} ${count === 1 ? 'personality' : 'personalities'} ${verb}`
      : `${count} ${verb}`
  return [
    ...(added > 0 ? [words(added, 'added', true)] : []),
    ...(edited > 0 ? [words(edited, 'edited', added === 0)] : []),
  ].join(', ')
}
