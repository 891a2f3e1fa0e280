/** The CRC of POSIX's cksum(1): polynomial 0x04c11db7, highest bit first, over the bytes and then their number. */
export class Cksum {
  #crc = 0
  #length = 0

  add(bytes: Uint8Array): void {
    this.#length += bytes.length
    for (const byte of bytes) this.#crc = step(this.#crc, byte)
  }

  /** `checksum length`, as cksum prints them before the name. */
  text(): string {
    let crc = this.#crc
    // The number of bytes, lowest byte first, without the zero bytes at its end.
    for (let left = this.#length; left > 0; left = Math.floor(left / 256)) {
      crc = step(crc, left % 256)
    }
    return `${~crc >>> 0} ${this.#length}`
  }
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x80000000 ? 0x04c11db7 : 0)
  return crc >>> 0
})

function step(crc: number, byte: number): number {
  return (crc << 8) ^ table[((crc >>> 24) ^ byte) & 0xff]!
}
