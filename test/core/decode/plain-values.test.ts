import { expect, test } from 'vitest'
import { bytesAsBase64, bytesAsC, bytesAsHex } from '../../../core/decode/byte-formats.ts'
import { decodeProperty } from '../../../core/decode/decoders.ts'
import { noContext } from '../../../core/decode/decode-context.ts'
import { bitsText, integersAt } from '../../../core/decode/integers.ts'
import { textsOf } from '../../../core/decode/texts.ts'
import { durationText } from '../../../core/decode/times.ts'
import { hex, integer, text } from '../../helpers/decoder-registry.ts'
import { contextWith, draw } from './draw-decoding.ts'

test.each([
  [0n, '0 ns'],
  [999n, '999 ns'],
  [61_417_052n, '61.4 ms'],
  [1_500_000_000n, '1.5 s'],
  [59_999_999_999n, '59.9 s'],
  [125_000_000_000n, '2 min 5 s'],
  [3_600_000_000_000n, '1 h'],
  [273_600_000_000_000n, '3 d 4 h'],
])('%i nanoseconds are %s', (value, wanted) => {
  expect(durationText(value)).toBe(wanted)
})

test('times say their unit only where the key does', () => {
  expect(draw('nanoseconds', 'HIDIdleTime', integer(5_042_034_125n))).toEqual([
    'Duration in nanoseconds, certain: 5.04 s',
    '  Duration 5.04 s (5,042,034,125 ns)',
  ])
  expect(draw('ticks', 'StartedTimestamp', integer(24_000_000))).toEqual([
    'Time since boot, possible',
    '  As nanoseconds 24 ms (absolute time on Intel)',
    '  As ticks of 24 MHz 1 s (absolute time on Apple silicon)',
    '  As microseconds 24 s',
  ])
  expect(draw('unix-time', 'FullPathUpdated', integer(1_478_213_346))[0]).toBe(
    'Seconds since 1970, likely: 2016-11-03T22:49:06Z',
  )
  expect(draw('battery-date', 'ManufactureDate', integer(13_545))[0]).toBe(
    'Date of a battery, likely: 2006-07-09',
  )
})

test('a number is called an entry’s ID where its key says so, or where an entry has it', () => {
  const context = contextWith(
    {},
    {},
    { entryName: id => (id === 0x1_0000_0402n ? 'HS01@1' : null) },
  )
  const of = (key: string, id: bigint) => draw('entry-id', key, integer(id), context)
  expect(of('AppleUSBAlternateServiceRegistryID', 0x1_0000_0402n)).toEqual([
    'Registry entry ID, certain: HS01@1',
    '  Entry HS01@1 (0x100000402) -> 0x100000402',
  ])
  expect(of('IOPCITunnelID', 0x1_0000_0402n)[0]).toBe('Registry entry ID, possible')
  expect(of('IOPCITunnelID', 0x1_0000_0403n)).toEqual(['not read so'])
  expect(of('AppleUSBAlternateServiceRegistryID', 0x1_0000_0403n).at(-1)).toBe(
    '! No entry of this capture has this ID; it may have gone.',
  )
})

test.each([
  [
    'an integer whose key means characters',
    draw('os-type', 'IOAudioControlType', integer(0x736c6374)),
    ["Four characters (OSType), certain: 'slct'", "  Characters 'slct'", '  Number 0x736c6374'],
  ],
  [
    'four printable bytes of any key',
    draw('os-type', 'x', hex('62 6c 74 6e')),
    [
      'Four characters (OSType), possible',
      "  Characters 'bltn' [0, 4)",
      "  Backwards 'ntlb' (as a little-endian machine holds it)",
    ],
  ],
  ['no characters', draw('os-type', 'IOAudioControlType', integer(7)), ['not read so']],
  [
    'a UUID in both orders',
    draw('uuid', 'platform-uuid', hex('00112233445566778899aabbccddeeff')),
    [
      'UUID, likely',
      '  As it stands 00112233-4455-6677-8899-AABBCCDDEEFF (RFC 9562) [0, 16)',
      '  As EFI has it 33221100-5544-7766-8899-AABBCCDDEEFF (mixed order) [0, 16)',
    ],
  ],
  [
    'UTF-16',
    draw('utf-16', 'SystemSerialNumber', hex('34 00 48 00 36 00')),
    ['UTF-16 text, likely', '  Text "4H6" (UTF-16, little-endian) [0, 6)'],
  ],
  [
    'base64',
    draw('base64', 'x', text('AAECAwQFBgcICQo=')),
    [
      'Base64, possible',
      '  Length 11 bytes',
      '  Bytes 00 01 02 03 04 05 06 07 08 09 0a',
      '  ASCII ...........',
    ],
  ],
  [
    'a class name, which is no base64',
    draw('base64', 'x', text('AppleT8015TempSensor')),
    ['not read so'],
  ],
  [
    'a probe score of 32 bits with a sign',
    draw('known-key', 'IOProbeScore', integer(0xffff_ff9c)),
    ['About this key, certain', '  Score -100'],
  ],
  [
    'an integer in all its forms',
    draw('integer', 'x', integer(-1)),
    [
      'Integer, certain',
      '  Hexadecimal 0xffffffffffffffff',
      '  Unsigned, 64 bits 18,446,744,073,709,551,615',
      '  Signed, 64 bits -1',
      '  Unsigned, 32 bits 4,294,967,295 (0xffffffff)',
      '  Bits set 0–63',
    ],
  ],
])('%s', (_, found, wanted) => {
  expect(found).toEqual(wanted)
})

test('the surest reading comes first, and a possible one never before it', () => {
  const readings = decodeProperty(
    { key: 'idVendor', way: [], value: integer(0x6170706c) },
    noContext,
  )
  expect(readings.map(({ decoder, sureness }) => `${decoder} ${sureness}`)).toEqual([
    'usb-number certain',
    'os-type possible',
    'integer certain',
  ])
})

test('bytes are read as integers of every width that is there', () => {
  const readings = integersAt(Uint8Array.of(0xff, 0x01, 0x02), 0)
  expect(
    readings.map(({ width, order, unsigned, signed }) => [width, order, unsigned, signed]),
  ).toEqual([
    [1, 'little', 255n, -1n],
    [2, 'little', 511n, 511n],
    [2, 'big', 0xff01n, -255n],
  ])
  expect(bitsText(0b1011_0000n)).toBe('4–5, 7')
})

test('text is shown only in encodings that the bytes are', () => {
  expect(textsOf(new TextEncoder().encode('ä\0')).map(({ text: found }) => found)).toEqual([
    'ä',
    null,
    null,
  ])
  expect(textsOf(Uint8Array.of(0xff, 0xd8)).map(({ text: found }) => found)).toEqual([
    null,
    null,
    '\uffd8',
  ])
  expect(textsOf(Uint8Array.of(0x41, 0, 0x42, 0))[1]).toEqual({
    encoding: 'UTF-16, little-endian',
    text: 'AB',
  })
})

test('bytes for the clipboard: digits, base64, an array of C', () => {
  const bytes = Uint8Array.of(0, 1, 254, 255)
  expect(bytesAsHex(bytes)).toBe('0001feff')
  expect(bytesAsBase64(bytes)).toBe('AAH+/w==')
  expect(bytesAsC(bytes, 'vendor-id')).toBe(
    'static const unsigned char vendor_id[4] = {\n    0x00, 0x01, 0xfe, 0xff,\n};\n',
  )
  expect(bytesAsC(bytes, '1x')).toContain('char _1x[4]')
})
