// `core/dump/text-value-type.ts` again: what a printed value is, by its first and last bytes.

// `ValueType` in snapshot.ts.
const typeString: u8 = 1
const typeInteger: u8 = 2
const typeBoolean: u8 = 4
const typeData: u8 = 5
const typeArray: u8 = 7
const typeSet: u8 = 8
const typeDictionary: u8 = 9
const typeMissing: u8 = 10

/** The type of a value that its line holds whole, or 0. */
export function closedType(from: usize, to: usize): u8 {
  if (to <= from) return typeMissing
  const first = load<u8>(from)
  const last = load<u8>(to - 1)
  switch (first) {
    case 34:
      return last == 34 && to - from >= 2 ? typeString : 0
    case 60: // Not <unknown object>.
      return last == 62 && load<u8>(from, 1) != 0x75 ? typeData : 0
    case 40:
      return last == 41 ? typeArray : 0
    case 123:
      return last == 125 ? typeDictionary : 0
    case 91:
      return last == 93 ? typeSet : 0
    case 89: // Yes
      return to - from == 3 && load<u16>(from, 1) == 0x7365 ? typeBoolean : 0
    case 78: // No
      return to - from == 2 && last == 0x6f ? typeBoolean : 0
    default:
      return isNumber(from, to) ? typeInteger : 0
  }
}

function isNumber(from: usize, to: usize): bool {
  const isHex = load<u16>(from) == 0x7830
  let at = isHex ? from + 2 : load<u8>(from) == 45 ? from + 1 : from
  if (at >= to) return false
  for (; at < to; at++) {
    const byte = u32(load<u8>(at))
    if (byte - 48 > 9 && !(isHex && byte - 97 < 6)) return false
  }
  return true
}
