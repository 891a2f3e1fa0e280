import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { escapeXml } from './cf-xml.ts'

const tags: Readonly<Partial<Record<PropertyValue['kind'], string>>> = {
  string: 'string',
  integer: 'integer',
  data: 'data',
  array: 'array',
  set: 'set',
  dictionary: 'dict',
}

/**
 * A value as `IOCFSerialize` writes it for the kernel (facts: kexts, section 2): on one line, numbers in
 * hexadecimal with their size, an object or a string that was there already by its IDREF, and a NUL behind.
 */
export function cfSerialize(value: PropertyValue): string {
  const counts = new Map<unknown, number>()
  countIn(value, counts)
  return `${new Writing(counts).write(value)}\0`
}

/** Equal strings are one object there; others are what they are. */
const identityOf = (value: PropertyValue): unknown => (value.kind === 'string' ? value.text : value)

function countIn(value: PropertyValue, counts: Map<unknown, number>): void {
  const identity = identityOf(value)
  const times = (counts.get(identity) ?? 0) + 1
  counts.set(identity, times)
  if (times > 1) return
  if (value.kind === 'dictionary') for (const [, item] of value.entries) countIn(item, counts)
  else if (value.kind === 'array' || value.kind === 'set') {
    for (const item of value.items) countIn(item, counts)
  }
}

class Writing {
  readonly #counts: ReadonlyMap<unknown, number>
  readonly #ids = new Map<unknown, number>()

  constructor(counts: ReadonlyMap<unknown, number>) {
    this.#counts = counts
  }

  write(value: PropertyValue): string {
    if (value.kind === 'boolean') return value.value ? '<true/>' : '<false/>'
    const tag = tags[value.kind] ?? 'string'
    const identity = identityOf(value)
    const known = this.#ids.get(identity)
    if (known !== undefined) return `<${tag} IDREF="${known}"/>`
    let attributes = ''
    if ((this.#counts.get(identity) ?? 0) > 1) {
      attributes = ` ID="${this.#ids.size}"`
      this.#ids.set(identity, this.#ids.size)
    }
    if (value.kind === 'integer') attributes += ' size="64"'
    return `<${tag}${attributes}>${this.#content(value)}</${tag}>`
  }

  #content(value: PropertyValue): string {
    switch (value.kind) {
      case 'string':
        return escapeXml(value.text)
      case 'integer':
        return `0x${BigInt.asUintN(64, value.value).toString(16)}`
      case 'data':
        return Buffer.from(value.bytes).toString('base64')
      case 'array':
      case 'set':
        return value.items.map(item => this.write(item)).join('')
      case 'dictionary':
        return value.entries
          .map(([key, item]) => `<key>${escapeXml(key)}</key>${this.write(item)}`)
          .join('')
      default:
        return ''
    }
  }
}
