import type { Snapshot, StringIndex } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'

/**
 * The keys that `ioreg -a` adds to an entry's properties (facts: ioreg, section 7). They stand among the
 * properties, sorted; the codes are negative, so that a list of items can hold them beside property indices.
 */
export const Added = {
  className: -1,
  classChain: -2,
  retainCount: -3,
  children: -4,
  id: -5,
  location: -6,
  name: -7,
  busyCount: -8,
  busyTime: -9,
  state: -10,
} as const
export type AddedCode = (typeof Added)[keyof typeof Added]

const names: readonly (readonly [AddedCode, string])[] = [
  [Added.className, 'IOObjectClass'],
  [Added.classChain, 'IOObjectInheritance'],
  [Added.retainCount, 'IOObjectRetainCount'],
  [Added.children, 'IORegistryEntryChildren'],
  [Added.id, 'IORegistryEntryID'],
  [Added.location, 'IORegistryEntryLocation'],
  [Added.name, 'IORegistryEntryName'],
  [Added.busyCount, 'IOServiceBusyState'],
  [Added.busyTime, 'IOServiceBusyTime'],
  [Added.state, 'IOServiceState'],
]

/** `<key>…</key>` and its line break, by code without its sign. */
export const addedKeyLines: readonly Uint8Array[] = names.reduce<Uint8Array[]>(
  (lines, [code, name]) => {
    lines[-code] = new TextEncoder().encode(`<key>${name}</key>\n`)
    return lines
  },
  [],
)
const codeOfName = new Map<string, AddedCode>(names.map(([code, name]) => [name, code]))

/**
 * The order of all keys of a snapshot, worked out once: sorting an entry's items then compares numbers. As
 * CoreFoundation sorts them, by UTF-16 code units; for keys outside ASCII its comparison is finer (UNVERIFIED).
 */
export class KeyOrder {
  /** By string index; 0 where the string is no property's key. */
  private readonly rank: Int32Array
  /** By string index, for the keys above. */
  private readonly added = new Set<StringIndex>()
  private readonly addedRank: Int32Array

  constructor(snapshot: Snapshot) {
    const { properties, strings } = snapshot
    this.rank = new Int32Array(strings.length)
    for (let p = 0; p < properties.length; p++) this.rank[properties.key[p]!] = 1
    const keys: { readonly text: string; readonly index: StringIndex }[] = []
    for (let index = 0; index < strings.length; index++) {
      if (this.rank[index] === 0) continue
      const text = stringAt(strings, index)
      if (codeOfName.has(text)) this.added.add(index)
      else keys.push({ text, index })
    }
    const all = [...keys, ...names.map(([code, text]) => ({ text, index: code }))]
    all.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    this.addedRank = new Int32Array(names.length + 1)
    all.forEach(({ index }, position) => {
      if (index < 0) this.addedRank[-index] = position
      else this.rank[index] = position
    })
  }

  /** Is this one of ioreg's own keys? Then a property that has it cannot be written beside it. */
  isAdded(key: StringIndex): boolean {
    return this.added.has(key)
  }

  /** @param keys of the property table */
  sort(items: number[], keys: Int32Array): void {
    const rankOf = (item: number) => (item < 0 ? this.addedRank[-item]! : this.rank[keys[item]!]!)
    for (let i = 1; i < items.length; i++) {
      if (rankOf(items[i - 1]!) <= rankOf(items[i]!)) continue
      items.sort((a, b) => rankOf(a) - rankOf(b))
      return
    }
  }
}
