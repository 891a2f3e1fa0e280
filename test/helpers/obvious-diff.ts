import type { PropertyValue } from '../../core/registry/property-value.ts'
import { entriesOf } from './edit-registry.ts'
import type { ModelEntry } from './registry-model.ts'

/** A diff of two registries of one boot, by the shortest code that says what is meant. Lists are sorted. */
export interface ObviousDiff {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly moved: readonly string[]
  readonly state: readonly string[]
  /** `id key`, with the sign of a key that came or went. */
  readonly properties: readonly string[]
}

export function obviousDiff(before: ModelEntry, after: ModelEntry): ObviousDiff {
  const one = byId(before)
  const two = byId(after)
  const kept = [...two.keys()].filter(id => one.has(id))
  const pairs = kept.map(id => ({ id, was: one.get(id)!, is: two.get(id)! }))
  return {
    added: [...two.keys()].filter(id => !one.has(id)).sort(),
    removed: [...one.keys()].filter(id => !two.has(id)).sort(),
    moved: kept.filter(id => providers(before, id) !== providers(after, id)).sort(),
    state: pairs
      .filter(({ was, is }) => was.service?.state !== is.service?.state)
      .map(({ id }) => id)
      .sort(),
    properties: pairs
      .flatMap(({ id, was, is }) =>
        changedKeys(new Map(was.properties), new Map(is.properties)).map(key => `${id} ${key}`),
      )
      .sort(),
  }
}

function byId(root: ModelEntry): Map<string, ModelEntry> {
  return new Map(entriesOf(root).map(entry => [String(entry.id), entry]))
}

function providers(root: ModelEntry, id: string): string {
  return entriesOf(root)
    .filter(entry => entry.clients.some(client => String(client.id) === id))
    .map(entry => String(entry.id))
    .sort()
    .join()
}

function changedKeys(
  was: ReadonlyMap<string, PropertyValue>,
  is: ReadonlyMap<string, PropertyValue>,
): string[] {
  const same = (key: string) => plain(was.get(key)!) === plain(is.get(key)!)
  return [
    ...[...is.keys()].filter(key => !was.has(key)).map(key => `+${key}`),
    ...[...was.keys()].filter(key => !is.has(key)).map(key => `-${key}`),
    ...[...is.keys()].filter(key => was.has(key) && !same(key)),
  ]
}

function plain(value: PropertyValue): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? `${part}n` : part instanceof Uint8Array ? [...part] : part,
  )
}
