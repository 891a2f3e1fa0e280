import { AsideDraft } from '../../../core/registry/aside-draft.ts'
import type { PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { EntryFlag, ServiceState, ValueType, noString } from '../../../core/registry/snapshot.ts'

/**
 * A snapshot of one plane, drawn by indentation:
 *
 *   Root <IORegistryEntry>
 *     PCI0@1f <IORegistryEntry:IOService:IOPCIDevice, 0x102, R M busy 1> IOMatchCategory=Foo
 *
 * Marks: R registered, M matched, X inactive, - attached only; without a mark the entry is no service.
 * A value with blanks stands in quotes. A name without `<…>` has no class, an entry without `0x…` no ID.
 */
export function drawSnapshot(drawing: string, syntax: 'text' | 'xml' = 'text'): Snapshot {
  const lines = drawing.split('\n').filter(line => line.trim() !== '')
  const indent = /^ */.exec(lines[0]!)![0].length
  const strings: string[] = []
  const intern = (text: string | undefined): number => {
    if (text === undefined) return noString
    const at = strings.indexOf(text)
    return at >= 0 ? at : strings.push(text) - 1
  }
  let source = ''
  const property = { key: [] as number[], start: [] as number[], end: [] as number[] }
  const entries = lines.map(line => {
    const drawn = /^( *)([^<@\s]+)(?:@(\S+))?(?: <([^>]*)>)?(.*)$/.exec(line)!
    const [, blanks, name, location, inside = '', rest] = drawn
    const [chain, ...facts] = inside.split(',').map(part => part.trim())
    const id = facts.find(fact => fact.startsWith('0x'))
    const marks = facts.find(fact => /^[RMX-]/.test(fact))
    const busy = /busy (\d+)/.exec(marks ?? '')?.[1]
    const firstProperty = property.key.length
    for (const [, key, quoted, bare] of rest!.matchAll(/([^\s=]+)=(?:"([^"]*)"|(\S+))/g)) {
      const value = quoted ?? bare
      property.key.push(intern(key))
      property.start.push(source.length)
      source += syntax === 'text' ? `"${value!}"` : `<string>${value!}</string>`
      property.end.push(source.length)
    }
    return {
      depth: (blanks!.length - indent) / 2,
      name: intern(name),
      location: intern(location),
      className: intern(chain === '' ? undefined : chain?.split(':').at(-1)),
      classChain: intern(chain?.includes(':') === true ? chain : undefined),
      id: id === undefined ? 0n : BigInt(id),
      flags:
        (id === undefined ? 0 : EntryFlag.hasId) |
        (marks === undefined ? 0 : EntryFlag.isService | EntryFlag.hasBusyCount),
      state:
        (marks?.includes('R') ? ServiceState.registered : 0) |
        (marks?.includes('M') ? ServiceState.matched : 0) |
        (marks?.includes('X') ? ServiceState.inactive : 0),
      busy: Number(busy ?? 0),
      firstProperty,
    }
  })
  const count = entries.length
  const parents = entries.map(({ depth }, i) => {
    for (let n = i - 1; n >= 0; n--) if (entries[n]!.depth < depth) return n
    return -1
  })
  const plane: PlaneTable = {
    plane: 'IOService',
    length: count,
    entry: Int32Array.from(entries.keys()),
    sighting: Int32Array.from(entries.keys()),
    parent: Int32Array.from(parents),
    end: Int32Array.from(entries, ({ depth }, i) => {
      const next = entries.findIndex((each, n) => n > i && each.depth <= depth)
      return next < 0 ? count : next
    }),
    depth: Uint16Array.from(entries, each => each.depth),
    name: Int32Array.from(entries, each => each.name),
    location: Int32Array.from(entries, each => each.location),
  }
  const encoded = strings.map(text => new TextEncoder().encode(text))
  const starts = [0]
  for (const bytes of encoded) starts.push(starts.at(-1)! + bytes.length)
  return {
    planes: [plane],
    entries: {
      length: count,
      rows: count,
      id: BigUint64Array.from(entries, each => each.id),
      name: plane.name,
      className: Int32Array.from(entries, each => each.className),
      classChain: Int32Array.from(entries, each => each.classChain),
      flags: Uint16Array.from(entries, each => each.flags),
      state: Uint32Array.from(entries, each => each.state),
      busyCount: Uint32Array.from(entries, each => each.busy),
      busyTimeNs: new BigUint64Array(count),
      retainCount: new Uint32Array(count),
      firstProperty: Uint32Array.from([
        ...entries.map(each => each.firstProperty),
        property.key.length,
      ]),
    },
    properties: {
      length: property.key.length,
      key: Int32Array.from(property.key),
      type: new Uint8Array(property.key.length).fill(ValueType.string),
      source: new Uint8Array(property.key.length),
      start: Uint32Array.from(property.start),
      end: Uint32Array.from(property.end),
      hash: new Uint32Array(2 * property.key.length),
    },
    strings: {
      length: strings.length,
      bytes: Uint8Array.from(encoded.flatMap(bytes => [...bytes])),
      start: Uint32Array.from(starts),
    },
    asides: new AsideDraft().seal(() => undefined),
    sources: [{ label: 'drawing', syntax, bytes: new TextEncoder().encode(source) }],
    problems: [],
  }
}
