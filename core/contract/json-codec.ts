/**
 * JSON that keeps what property values hold: 64-bit integers as `{"$int":"…"}`, bytes as
 * `{"$data":"base64"}`. An object of the guest's that has such a key itself is wrapped in `{"$object":…}`,
 * so nothing can be mistaken.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(encode(value))
}

export function fromJson(text: string): unknown {
  return decode(JSON.parse(text))
}

function encode(value: unknown): unknown {
  if (typeof value === 'bigint') return { $int: value.toString() }
  if (value instanceof Uint8Array) return { $data: base64(value) }
  if (Array.isArray(value)) return value.map(encode)
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(([key, item]) => [key, encode(item)] as const)
    const encoded = Object.fromEntries(entries)
    return entries.some(([key]) => key.startsWith('$')) ? { $object: encoded } : encoded
  }
  return value
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode)
  if (value === null || typeof value !== 'object') return value
  const fields = value as Record<string, unknown>
  if (typeof fields['$int'] === 'string') return BigInt(fields['$int'])
  if (typeof fields['$data'] === 'string') return bytesOf(fields['$data'])
  const inner = '$object' in fields ? (fields['$object'] as Record<string, unknown>) : fields
  return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, decode(item)]))
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  }
  return btoa(text)
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), character => character.charCodeAt(0))
}
