// Looking at bytes, sixteen at a time.

/** The next `<` from `at`. There is always one: a window ends in sixteen of them. */
export function nextLess(at: usize): usize {
  const less = i8x16.splat(0x3c)
  while (true) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), less))
    if (mask != 0) return at + ctz(mask)
    at += 16
  }
}

/** The next line break from `at`. There is always one: a window of text ends in sixteen of them. */
export function nextNewline(at: usize): usize {
  const newline = i8x16.splat(10)
  while (true) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), newline))
    if (mask != 0) return at + ctz(mask)
    at += 16
  }
}

/** The first byte from `at` that is no blank and no bar, as before a line break there is one. */
export function treeEnd(at: usize): usize {
  while (true) {
    const bytes = v128.load(at)
    const isTree = v128.or(i8x16.eq(bytes, i8x16.splat(0x20)), i8x16.eq(bytes, i8x16.splat(0x7c)))
    const mask = i8x16.bitmask(isTree) ^ 0xffff
    if (mask != 0) return at + ctz(mask)
    at += 16
  }
}

/** Are there `length` equal bytes? Both may be read sixteen bytes beyond. */
export function isEqual(a: usize, b: usize, length: usize): bool {
  while (length > 16) {
    if (i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b))) != 0xffff) return false
    a += 16
    b += 16
    length -= 16
  }
  const equal = i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b)))
  return (~equal & ((1 << i32(length)) - 1)) == 0
}
