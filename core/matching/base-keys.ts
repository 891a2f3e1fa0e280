import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'
import { valueAt } from '../registry/property-value.ts'
import { noProperties, openNote, single, type BaseKey } from './base-key.ts'
import { oneOf } from './decided.ts'
import { isPropertyEqual } from './equality.ts'
import { compareNames } from './name-match.ts'
import { propertyMatch } from './property-match.ts'
import type { SnapshotProvider } from './snapshot-provider.ts'

type Maker = (wanted: PropertyValue, table: DictionaryValue) => BaseKey | null

/**
 * The base keys in the kernel's order (facts: matching, section 4). `IOParentMatch` and an `IOLocationMatch` that is a
 * dictionary come after the family's table: `passive-match.ts` has them.
 */
const makers: readonly (readonly [key: string, maker: Maker])[] = [
  ['IOServiceNotificationUser', notificationUser],
  ['IOExclaveProxy', exclaveProxy],
  ['IOCompatibilityMatch', compatibilityMatch],
  ['IOProviderClass', providerClass],
  ['IONameMatch', nameMatch],
  ['IOLocationMatch', locationMatch],
  ['IOPropertyMatch', propertyMatch],
  ['IOPropertyExistsMatch', propertyExistsMatch],
  ['IOPathMatch', pathMatch],
  ['IORegistryEntryID', registryEntryId],
  ['IOMatchedServiceCountMatch', matchedServiceCount],
  ...['BSD Name', 'BSD Major', 'BSD Minor', 'BSD Unit'].map(
    key => [key, wanted => ownProperty(key, wanted)] as const satisfies readonly [string, Maker],
  ),
]

/** Keys that are looked at before the family's table. */
export const baseKeyNames: readonly string[] = makers.map(([key]) => key)

/** The base keys that a table has, in the kernel's order. */
export function baseKeysOf(table: DictionaryValue): readonly BaseKey[] {
  return makers.flatMap(([key, make]) => {
    const wanted = valueAt(table, key)
    if (wanted === undefined) return []
    const isShown = wanted.kind !== 'missing' && wanted.kind !== 'unreadable'
    const made = isShown ? make(wanted, table) : notShown(key, wanted)
    return made ? [made] : []
  })
}

/** A dump that was cut shows that a driver has the key, and not what it asks for. */
function notShown(key: string, wanted: PropertyValue): BaseKey {
  const note = 'The dump does not show what it asks for.'
  return single(
    key,
    wanted,
    () => null,
    () => ({ found: null, note }),
  )
}

const text = (value: string): PropertyValue => ({ kind: 'string', text: value })
const integer = (value: bigint): PropertyValue => ({ kind: 'integer', value })

/** The strings of a string, or of an array or a set of strings. */
function stringsOf(value: PropertyValue): readonly string[] {
  if (value.kind === 'string') return [value.text]
  if (value.kind !== 'array' && value.kind !== 'set') return []
  return value.items.flatMap(item => (item.kind === 'string' ? [item.text] : []))
}

function notificationUser(wanted: PropertyValue): BaseKey {
  const test: BaseKey['test'] = ({ isInvisible }) => (isInvisible === null ? null : !isInvisible)
  return single('IOServiceNotificationUser', wanted, test, (_, answer) => ({
    found: null,
    note:
      answer === null
        ? 'The dump does not show whether the service is hidden from user space.'
        : `The service is ${answer ? 'not ' : ''}hidden from user space.`,
  }))
}

function exclaveProxy(wanted: PropertyValue): BaseKey {
  const key = 'exclave-assigned'
  const test: BaseKey['test'] = provider =>
    provider.hasProperties ? isSet(wanted) === isSet(provider.property(key)) : null
  return single('IOExclaveProxy', wanted, test, (provider, answer) => ({
    found: provider.property(key) ?? null,
    note: answer === null ? noProperties : `It has to agree with “${key}” of the service.`,
  }))
}

function isSet(value: PropertyValue | undefined): boolean {
  return value !== undefined && !(value.kind === 'boolean' && !value.value)
}

/** Which properties are compared then is known; what the kernel does with a service that has none is not. */
function compatibilityMatch(wanted: PropertyValue): BaseKey {
  const test: BaseKey['test'] = provider =>
    provider.property('IOCompatibilityProperties')?.kind === 'dictionary' ? true : null
  return single('IOCompatibilityMatch', wanted, test, (_, answer) => ({
    found: null,
    note: answer
      ? 'IOCompatibilityProperties of the service are compared in place of its own.'
      : 'The service shows no IOCompatibilityProperties.',
  }))
}

function providerClass(wanted: PropertyValue): BaseKey | null {
  if (wanted.kind !== 'string') return null
  return single(
    'IOProviderClass',
    wanted,
    provider => provider.conformsTo(wanted.text),
    (provider, answer) => ({
      found: text(provider.className),
      note:
        answer === null
          ? `The superclasses of ${provider.className} are not known up to IOService.`
          : null,
    }),
  )
}

function nameMatch(wanted: PropertyValue): BaseKey {
  const names = stringsOf(wanted)
  const test: BaseKey['test'] = provider => {
    const { kind } = compareNames(provider, names)
    return kind === 'unknown' ? null : kind === 'hit'
  }
  return single('IONameMatch', wanted, test, provider => {
    const answer = compareNames(provider, names)
    switch (answer.kind) {
      case 'hit':
        return {
          found: text(answer.matched),
          note:
            answer.property === null
              ? `IONameMatched becomes “${answer.matched}”.`
              : `Its property “${answer.property}” has it. IONameMatched becomes “${answer.matched}”.`,
        }
      case 'miss':
        return { found: text(provider.name), note: null }
      case 'unknown':
        return { found: text(provider.name), note: answer.because }
    }
  })
}

function locationMatch(wanted: PropertyValue): BaseKey | null {
  if (wanted.kind !== 'string') return null
  return single(
    'IOLocationMatch',
    wanted,
    provider => provider.location === wanted.text,
    provider => ({
      found: provider.location === null ? null : text(provider.location),
      note: null,
    }),
  )
}

function propertyExistsMatch(wanted: PropertyValue): BaseKey {
  const keys = stringsOf(wanted)
  const has = (provider: SnapshotProvider) => (key: string) =>
    provider.property(key) !== undefined ? true : provider.hasProperties ? false : null
  return single(
    'IOPropertyExistsMatch',
    wanted,
    provider => oneOf(keys, has(provider)),
    (provider, answer) => {
      const hit = keys.find(key => provider.property(key) !== undefined)
      return {
        found: hit === undefined ? null : text(hit),
        note:
          answer === null
            ? noProperties
            : answer || keys.length < 2
              ? null
              : 'One of these properties would be enough.',
      }
    },
  )
}

function pathMatch(wanted: PropertyValue): BaseKey | null {
  if (wanted.kind !== 'string') return null
  return single(
    'IOPathMatch',
    wanted,
    provider => provider.isAtPath(wanted.text),
    (_, answer) => ({
      found: null,
      note:
        answer === null
          ? 'Where this path leads cannot be told from the snapshot.'
          : answer
            ? null
            : 'The path does not lead to this service.',
    }),
  )
}

function registryEntryId(wanted: PropertyValue): BaseKey {
  const test: BaseKey['test'] = ({ id }) =>
    id === null
      ? null
      : wanted.kind === 'integer' && BigInt.asUintN(64, wanted.value) === BigInt.asUintN(64, id)
  return single('IORegistryEntryID', wanted, test, ({ id }) => ({
    found: id === null ? null : integer(id),
    note: id === null ? 'The dump shows no registry entry IDs.' : null,
  }))
}

function matchedServiceCount(wanted: PropertyValue): BaseKey {
  const test: BaseKey['test'] = provider => {
    const count = provider.matchedClientCount()
    return count === null
      ? null
      : wanted.kind === 'integer' && BigInt.asUintN(64, wanted.value) === BigInt(count)
  }
  return single('IOMatchedServiceCountMatch', wanted, test, provider => {
    const count = provider.matchedClientCount()
    return {
      found: count === null ? null : integer(BigInt(count)),
      note:
        count === null
          ? 'The dump does not show the properties of all its clients.'
          : 'Compared with the number of active clients that matching has made.',
    }
  })
}

function ownProperty(key: string, wanted: PropertyValue): BaseKey {
  const test: BaseKey['test'] = provider => {
    const found = provider.property(key)
    if (found === undefined) return provider.hasProperties ? false : null
    return isPropertyEqual(key, wanted, found)
  }
  return single(key, wanted, test, (provider, answer) => {
    const found = provider.property(key) ?? null
    return { found, note: answer === null ? openNote(provider, found) : null }
  })
}
