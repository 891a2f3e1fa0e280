import type { ByteOrder } from './bytes.ts'
import { hexText, unsignedAt } from './bytes.ts'
import { fieldOf, type DecodedProperty, type Decoding } from './decoding.ts'

export const integerWidths = [1, 2, 4, 8, 16] as const
export type IntegerWidth = (typeof integerWidths)[number]

/** Bytes read as one integer. */
export interface IntegerReading {
  readonly width: IntegerWidth
  readonly order: ByteOrder
  readonly unsigned: bigint
  readonly signed: bigint
}

/** All integers that begin at a byte: every width that is there, in both orders. */
export function integersAt(bytes: Uint8Array, at: number): readonly IntegerReading[] {
  const found: IntegerReading[] = []
  for (const width of integerWidths) {
    for (const order of ['little', 'big'] as const) {
      const unsigned = unsignedAt(bytes, at, width, order)
      // One byte has no order.
      if (unsigned === null || (width === 1 && order === 'big')) continue
      found.push({ width, order, unsigned, signed: BigInt.asIntN(8 * width, unsigned) })
    }
  }
  return found
}

/** An integer property: in hexadecimal, signed and unsigned, its bits. */
export function decodeInteger({ value }: DecodedProperty): Decoding | null {
  if (value.kind !== 'integer') return null
  const unsigned = BigInt.asUintN(64, value.value)
  const signed = BigInt.asIntN(64, value.value)
  const fields = [
    fieldOf('Hexadecimal', hexText(unsigned)),
    fieldOf('Unsigned, 64 bits', unsigned.toLocaleString('en-US')),
  ]
  if (signed < 0n) fields.push(fieldOf('Signed, 64 bits', signed.toLocaleString('en-US')))
  const low = unsigned & 0xffff_ffffn
  // Numbers of 32 bits come sign-extended (facts: ioreg, section 5).
  if (unsigned >> 31n === 0x1_ffff_ffffn) {
    fields.push(
      fieldOf('Unsigned, 32 bits', low.toLocaleString('en-US'), { meaning: hexText(low) }),
    )
  }
  if (unsigned > 0n) fields.push(fieldOf('Bits set', bitsText(unsigned)))
  return {
    decoder: 'integer',
    title: 'Integer',
    sureness: 'certain',
    because: 'The value is an integer of 64 bits.',
    summary: '',
    fields,
    problems: [],
  }
}

/** Bits as numbers, runs as `4–7`. */
export function bitsText(value: bigint): string {
  const runs: string[] = []
  for (let bit = 0; bit < 128; bit++) {
    if (((value >> BigInt(bit)) & 1n) === 0n) continue
    const from = bit
    while (((value >> BigInt(bit + 1)) & 1n) === 1n) bit++
    runs.push(from === bit ? String(bit) : `${from}–${bit}`)
  }
  return runs.join(', ')
}
