/**
 * A message whose columns have their buffers to themselves, and these buffers: to be transferred, so that the other
 * thread copies nothing. A column that is a view into a larger buffer is copied here; a clone of it would take all of
 * that buffer along.
 *
 * @param isKept the columns are still wanted here: all of them are copied
 */
export function withOwnBuffers<T>(
  message: T,
  isKept = false,
): {
  readonly message: T
  readonly buffers: ArrayBuffer[]
} {
  const buffers = new Set<ArrayBuffer>()
  const known = new Map<object, unknown>()
  const own = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const before = known.get(value)
    if (before !== undefined) return before
    const made = ownOf(value)
    known.set(value, made)
    return made
  }
  const ownOf = (value: object): unknown => {
    if (isColumn(value)) {
      const { buffer } = value
      const isOwner = buffer instanceof ArrayBuffer && buffer.byteLength === value.byteLength
      const column = isOwner && !isKept && !buffers.has(buffer) ? value : value.slice()
      buffers.add(column.buffer as ArrayBuffer)
      return column
    }
    if (Array.isArray(value)) return value.map(own)
    // Maps and the like hold no columns.
    if (Object.getPrototypeOf(value) !== Object.prototype) return value
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, own(part)]))
  }
  return { message: own(message) as T, buffers: [...buffers] }
}

type Column = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array

function isColumn(value: object): value is Column {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
}
