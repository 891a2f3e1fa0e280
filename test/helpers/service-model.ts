import { stringAt } from '../../core/registry/strings.ts'
import { ServiceState, type EntryIndex, type Snapshot } from '../../core/registry/snapshot.ts'
import { dictionaryFrom } from '../core/kext/property-values.ts'
import { readPlainly } from './read-dumps.ts'
import type { ModelEntry } from './registry-model.ts'
import { writeArchive } from './write-archive.ts'
import { writeText, type TextForm } from './write-text.ts'

/** Device-tree data: each string with a NUL behind. */
export function nulTerminated(...texts: readonly string[]): Uint8Array {
  return new TextEncoder().encode(texts.map(text => `${text}\0`).join(''))
}

const { registered, matched, firstPublish, firstMatch, inactive } = ServiceState
export const states = {
  settled: registered | matched | firstPublish | firstMatch,
  attached: 0,
  terminated: inactive,
}

let nextId = 0x1_0000_0200n

/** @param title `name` or `name@location`; @param chain most derived last, `IOService` is put before it */
export function service(
  title: string,
  chain: string,
  properties: object = {},
  clients: readonly ModelEntry[] = [],
  state: number = states.settled,
): ModelEntry {
  const [name = '', location = null] = title.split('@')
  const classes = chain === '' ? [] : chain.split(':')
  return {
    id: nextId++,
    name,
    location,
    classChain: ['IORegistryEntry', 'IOService', ...classes],
    service: { state, busyCount: 0, busyTimeNs: 0n },
    retainCount: 5,
    properties: dictionaryFrom(properties).entries,
    clients,
  }
}

/** The registry's root with a platform expert, below which these are. */
export function machine(...clients: readonly ModelEntry[]): ModelEntry {
  const expert = service('Machine1,1', 'IOPlatformExpertDevice', { model: 'Machine1,1' }, clients)
  return {
    id: 0x1_0000_0100n,
    name: 'Root',
    location: null,
    classChain: ['IORegistryEntry'],
    service: null,
    retainCount: 20,
    properties: [],
    clients: [expert],
  }
}

/** As an archive with superclasses, which loses nothing. */
export function snapshotOf(root: ModelEntry, hasNoProperties = false): Snapshot {
  return readPlainly(writeArchive(root, { hasChains: true, hasNoProperties })).snapshot
}

export function textSnapshotOf(root: ModelEntry, form: TextForm = {}): Snapshot {
  return readPlainly(writeText(root, { era: '10.6', hasChains: true, ...form })).snapshot
}

export function entryNamed(snapshot: Snapshot, name: string): EntryIndex {
  const { entries, strings } = snapshot
  for (let entry = 0; entry < entries.length; entry++) {
    if (stringAt(strings, entries.name[entry]!) === name) return entry
  }
  throw new Error(`there is no ${name}`)
}
