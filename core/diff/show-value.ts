import type { PropertyValue } from '../registry/property-value.ts'

/** A value for one line of text, as ioreg would print it; what is longer than `limit` is cut with `…`. */
export function showValue(value: PropertyValue, limit = 100): string {
  const text = shown(value, limit)
  const oneLine = text.replaceAll('\n', '\\n')
  return oneLine.length > limit ? `${oneLine.slice(0, limit)}…` : oneLine
}

/** Stops soon after `limit` characters; deeper values than readers give do not come. */
function shown(value: PropertyValue, limit: number): string {
  switch (value.kind) {
    case 'string':
      return `"${value.text.slice(0, limit)}"`
    case 'integer':
    case 'real':
      return String(value.value)
    case 'boolean':
      return value.value ? 'Yes' : 'No'
    case 'data':
      return `<${Array.from(value.bytes.subarray(0, limit), twoDigits).join('')}>`
    case 'date':
      return value.iso
    case 'array':
      return list('(', ')', value.items, limit, shown)
    case 'set':
      return list('[', ']', value.items, limit, shown)
    case 'dictionary':
      return list('{', '}', value.entries, limit, ([key, item], rest) => {
        return `"${key}"=${shown(item, rest)}`
      })
    case 'missing':
      return '(not printed)'
    case 'unreadable':
      return `(unreadable: ${value.raw.slice(0, limit)})`
  }
}

function list<T>(
  open: string,
  close: string,
  items: readonly T[],
  limit: number,
  show: (item: T, limit: number) => string,
): string {
  let text = open
  for (const [i, item] of items.entries()) {
    if (text.length > limit) return `${text}…${close}`
    text += (i > 0 ? ',' : '') + show(item, limit - text.length)
  }
  return text + close
}

function twoDigits(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
