import type { ModelEntry } from './registry-model.ts'
import type { Random } from './random.ts'

/** A model that tests change. */
export interface EditableEntry extends ModelEntry {
  id: bigint | null
  name: string
  location: string | null
  classChain: readonly string[]
  service: ModelEntry['service']
  retainCount: number
  properties: ModelEntry['properties']
  clients: EditableEntry[]
}

/** A copy, in which an entry with several providers is still one. */
export function copyRegistry(root: ModelEntry): EditableEntry {
  const copies = new Map<ModelEntry, EditableEntry>()
  const copy = (entry: ModelEntry): EditableEntry => {
    let known = copies.get(entry)
    if (!known) {
      known = { ...entry, clients: [] }
      copies.set(entry, known)
      known.clients = entry.clients.map(copy)
    }
    return known
  }
  return copy(root)
}

/** Every entry once, top to bottom. */
export function entriesOf<T extends ModelEntry>(root: T): T[] {
  const seen = new Set<T>()
  const visit = (entry: T) => {
    if (seen.has(entry)) return
    seen.add(entry)
    for (const client of entry.clients as readonly T[]) visit(client)
  }
  visit(root)
  return [...seen]
}

export const editNames = ['value', 'add-key', 'drop-key', 'state', 'add', 'remove', 'move'] as const
export type EditName = (typeof editNames)[number]

/** Does `count` random edits of the named kinds. An entry has at most one of them. */
export function editRegistry(
  root: EditableEntry,
  random: Random,
  count: number,
  names: readonly EditName[] = editNames,
): void {
  const untouched = new Set(entriesOf(root))
  untouched.delete(root)
  let newId = 0x2_0000_0000n
  for (let i = 0; i < count; i++) {
    const here = entriesOf(root).filter(entry => untouched.has(entry))
    if (here.length === 0) return
    const entry = random.pick(here)
    untouched.delete(entry)
    edit(root, entry, random.pick(names), random, newId++)
  }
}

function edit(
  root: EditableEntry,
  entry: EditableEntry,
  name: EditName,
  random: Random,
  newId: bigint,
): void {
  switch (name) {
    case 'value':
      entry.properties = entry.properties.map(([key, value], i) =>
        i === 0 ? [key, { kind: 'string', text: `changed ${newId}` }] : [key, value],
      )
      return
    case 'add-key':
      entry.properties = [...entry.properties, ['NewKey', { kind: 'integer', value: newId }]]
      return
    case 'drop-key':
      entry.properties = entry.properties.slice(0, -1)
      return
    case 'state':
      if (entry.service) entry.service = { ...entry.service, state: entry.service.state ^ 2 }
      return
    case 'add':
      entry.clients.push({
        ...entry,
        id: newId,
        name: `new-${newId}`,
        properties: [['Serial', { kind: 'integer', value: newId }]],
        clients: [],
      })
      return
    case 'remove':
      for (const other of entriesOf(root)) {
        other.clients = other.clients.filter(client => client !== entry)
      }
      return
    case 'move': {
      const below = new Set(entriesOf(entry))
      const providers = entriesOf(root).filter(
        other => !below.has(other) && !other.clients.includes(entry),
      )
      if (providers.length === 0) return
      for (const other of entriesOf(root)) {
        other.clients = other.clients.filter(client => client !== entry)
      }
      random.pick(providers).clients.push(entry)
    }
  }
}
