import { expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../../core/registry/base64.ts'
import { Random } from '../../helpers/random.ts'

test('base64 is as Node writes it, and reads back', () => {
  const random = new Random(3)
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, () => random.below(256))
    const base64 = encodeBase64(bytes)
    expect(Buffer.from(base64).toString('latin1')).toBe(Buffer.from(bytes).toString('base64'))
    expect(decodeBase64(base64)).toEqual(bytes)
  }
})
