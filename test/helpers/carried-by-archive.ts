import type { PropertyValue } from '../../core/registry/property-value.ts'
import type { DescribedNode } from './describe-snapshot.ts'

/**
 * The nodes of any snapshot after a trip through an archive: the same, but for what `xmlLoss` tells, and for the
 * chain of a root, which text tells without `-i` and an archive does not.
 */
export function carriedByArchive(nodes: readonly DescribedNode[]): DescribedNode[] {
  const hasChains = nodes.some(({ classChain }) => classChain.includes(':'))
  return nodes.map(node => ({
    ...node,
    label: inXml(node.label),
    className: inXml(node.className),
    classChain: hasChains ? inXml(node.classChain) : '',
    properties: node.properties.map(([key, value]) => [inXml(key), valueInArchive(value)] as const),
  }))
}

function valueInArchive(value: PropertyValue): PropertyValue {
  switch (value.kind) {
    case 'string':
      return { kind: 'string', text: inXml(value.text) }
    case 'integer':
      return { kind: 'integer', value: BigInt.asIntN(64, value.value) }
    case 'data':
      return { kind: 'data', bytes: value.bytes }
    case 'array':
    case 'set':
      return { kind: 'array', items: value.items.map(valueInArchive) }
    case 'dictionary':
      return {
        kind: 'dictionary',
        entries: value.entries.map(([key, item]) => [inXml(key), valueInArchive(item)] as const),
      }
    case 'missing':
      return { kind: 'string', text: '' }
    case 'unreadable':
      return { kind: 'string', text: inXml(value.raw) }
    default:
      return value
  }
}

function inXml(text: string): string {
  return [...text]
    .map(character => {
      const code = character.codePointAt(0)!
      if (code === 0xfffe || code === 0xffff) return '\ufffd'
      return code < 32 && !'\t\n\r'.includes(character)
        ? String.fromCodePoint(0x2400 + code)
        : character
    })
    .join('')
}
