/** An EDID as a display would send it, made by the standard: 1920 × 1080 at 60 Hz, with the checksum right. */
export function edidBytes(name = 'Sextant 24'): Uint8Array {
  const bytes = new Uint8Array(128)
  bytes.set([0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00])
  // "APP", product 0x9c5f, serial number 1234, week 12 of 2016, version 1.4
  bytes.set([0x06, 0x10, 0x5f, 0x9c, 0xd2, 0x04, 0x00, 0x00, 12, 26, 1, 4], 8)
  // digital, 8 bits, DisplayPort; 53 × 30 cm; gamma 2.2; sRGB and a preferred timing
  bytes.set([0xa5, 53, 30, 120, 0x06], 20)
  bytes.set([0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54], 25)
  // 640 × 480 and 800 × 600 at 60 Hz, 1024 × 768 at 60 Hz
  bytes.set([0x21, 0x08, 0x00], 35)
  bytes.fill(0x01, 38, 54)
  // 1280 × 1024 at 60 Hz
  bytes.set([0x81, 0x80], 38)
  bytes.set(
    [
      0x02, 0x3a, 0x80, 0x18, 0x71, 0x38, 0x2d, 0x40, 0x58, 0x2c, 0x45, 0x00, 0x13, 0x2b, 0x21, 0,
      0, 0x1e,
    ],
    54,
  )
  bytes.set(textDescriptor(0xfc, name), 72)
  bytes.set(textDescriptor(0xff, 'SX24-0042'), 90)
  bytes.set([0, 0, 0, 0xfd, 0, 48, 75, 30, 83, 17, 0, 0x0a, 32, 32, 32, 32, 32, 32], 108)
  bytes[127] = (256 - (bytes.reduce((sum, byte) => sum + byte, 0) & 0xff)) & 0xff
  return bytes
}

function textDescriptor(tag: number, text: string): readonly number[] {
  const padded = `${text}\n`.padEnd(13, ' ')
  return [0, 0, 0, tag, 0, ...Array.from(padded, character => character.charCodeAt(0))]
}
