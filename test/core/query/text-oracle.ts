import { nodeLabel } from '../../../core/registry/paths.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'

/** Every text that a value is found by, and its bytes, the slow and obvious way. */
export function textsOf(value: PropertyValue): string[] {
  switch (value.kind) {
    case 'dictionary':
      return value.entries.flatMap(([key, item]) => [key, ...textsOf(item)])
    case 'array':
    case 'set':
      return value.items.flatMap(textsOf)
    case 'string':
      return [value.text]
    case 'integer':
      return [`${value.value}`, `0x${BigInt.asUintN(64, value.value).toString(16)}`]
    case 'real':
      return [`${value.value}`]
    case 'boolean':
      return [value.value ? 'Yes' : 'No']
    case 'date':
      return [value.iso]
    case 'unreadable':
      return [value.raw]
    case 'missing':
      return []
    case 'data':
      return [bytesText(value.bytes), ...dataRuns(Buffer.from(value.bytes))]
  }
}

const bytesMark = '\u0001'

/** Bytes among texts: ` 84 9d`, told from texts by a mark in front. */
function bytesText(bytes: Uint8Array): string {
  return `${bytesMark}${Array.from(bytes, byte => ` ${byte.toString(16).padStart(2, '0')}`).join('')}`
}

/** Data is text when it is runs of characters with NULs between, zeros at its end or not. */
function dataRuns(data: Buffer): string[] {
  if (data.length < 2) return []
  const latin = data.toString('latin1').replace(/\0+$/, '')
  if (!/^[ -~\x80-\xfe][\0 -~\x80-\xfe]*$/.test(latin)) return []
  const beyondAscii = latin.replace(/[\0-~]/g, '').length
  const plain = latin.replace(/[^ -~]/g, '').length
  if (plain === 0 || Math.floor(plain / 4) < beyondAscii) return []
  return Buffer.from(latin, 'latin1').toString('utf8').split(/\0+/)
}

/** A node's own texts: what `names` are searched in. */
export function nameTexts(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string[] {
  const className = snapshot.entries.className[plane.entry[node]!]!
  return [nodeLabel(snapshot, plane, node), stringAt(snapshot.strings, className)]
}

/** All of it, with every row that the dump printed of the entry. */
export function nodeTexts(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string[] {
  const entry = plane.entry[node]!
  const { firstProperty } = snapshot.entries
  const rows = new Set([entry])
  for (const { entry: entries, sighting } of snapshot.planes) {
    entries.forEach((own, place) => own === entry && rows.add(sighting[place]!))
  }
  const texts = nameTexts(snapshot, plane, node)
  for (const row of rows) {
    for (let property = firstProperty[row]!; property < firstProperty[row + 1]!; property++) {
      texts.push(stringAt(snapshot.strings, snapshot.properties.key[property]!))
      texts.push(...textsOf(readValue(snapshot, property)))
    }
  }
  return texts
}

export function obviousHits(texts: readonly (readonly string[])[], wanted: string): number[] {
  const folded = wanted.trim().toLowerCase()
  const digits = folded.replace(/^0x/, '').replace(/[\s<>]/g, '')
  const bytes = /^[0-9a-f]+$/.test(digits) ? ` ${digits.match(/..?/g)!.join(' ')}` : null
  const has = (text: string) =>
    text.startsWith(bytesMark)
      ? bytes !== null && text.includes(bytes)
      : text.toLowerCase().includes(folded)
  return [...texts.keys()].filter(node => texts[node]!.some(has))
}

/** What somebody would type of it: bytes without the mark. */
export function typedForm(text: string): string {
  return text.startsWith(bytesMark) ? text.slice(2) : text
}
