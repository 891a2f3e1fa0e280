import type { PropertyValue } from '../../core/registry/property-value.ts'
import { hexOfInteger, textOfData, valueLine } from './format-value.ts'
import type { PropertyItem } from './property-rows.ts'

/**
 * The properties with a text in their key or anywhere in their value, whatever the case. In a comparison, what a value was
 * counts too.
 */
export function filterItems(
  items: readonly PropertyItem[],
  filter: string,
): readonly PropertyItem[] {
  const wanted = filter.trim().toLowerCase()
  if (wanted === '') return items
  return items.filter(
    ({ key, value, before }) =>
      has(key, wanted) ||
      (value !== undefined && isInside(value, wanted)) ||
      (before !== undefined && isInside(before, wanted)),
  )
}

function isInside(value: PropertyValue, wanted: string): boolean {
  switch (value.kind) {
    case 'dictionary':
      return value.entries.some(([key, item]) => has(key, wanted) || isInside(item, wanted))
    case 'array':
    case 'set':
      return value.items.some(item => isInside(item, wanted))
    case 'integer':
      return has(value.value.toString(), wanted) || has(hexOfInteger(value.value), wanted)
    case 'data':
      return has(textOfData(value.bytes) ?? '', wanted)
    default:
      return has(valueLine(value), wanted)
  }
}

function has(text: string, wanted: string): boolean {
  return text.toLowerCase().includes(wanted)
}
