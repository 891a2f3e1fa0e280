import type { FileStatus } from '../files/file-system.ts'

/**
 * SFTP version 3 on the wire (draft-ietf-secsh-filexfer-02): a packet is uint32 length, byte type, then
 * for everything but the greeting uint32 request id. A string is uint32 length and bytes.
 */
export const request = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  extended: 200,
} as const

export const response = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
  extendedReply: 201,
} as const

export const statusCode = {
  ok: 0,
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const

export const openFlag = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 }

/** What a client says of a file; absent is "leave as it is". Times are seconds. */
export interface SftpAttributes {
  readonly size?: number
  readonly uid?: number
  readonly gid?: number
  readonly mode?: number
  readonly modifiedSeconds?: number
}

/** The packet is shorter than it claims, or claims what cannot be. */
export class MalformedPacketError extends Error {}

/** Reads the fields of one packet. */
export class PacketReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  byte(): number {
    return this.#take(1)[0]!
  }

  uint32(): number {
    return this.#take(4).readUInt32BE()
  }

  /** An offset or size; those no file can have are refused. */
  uint64(): number {
    const value = this.#take(8).readBigUInt64BE()
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new MalformedPacketError('number too large')
    return Number(value)
  }

  bytes(): Buffer {
    return this.#take(this.uint32())
  }

  text(): string {
    return this.bytes().toString('utf8')
  }

  attributes(): SftpAttributes {
    const flags = this.uint32()
    const found: { -readonly [K in keyof SftpAttributes]: SftpAttributes[K] } = {}
    if (flags & 1) found.size = this.uint64()
    if (flags & 2) {
      found.uid = this.uint32()
      found.gid = this.uint32()
    }
    if (flags & 4) found.mode = this.uint32() & 0o7777
    if (flags & 8) {
      this.uint32() // the access time, which is not kept
      found.modifiedSeconds = this.uint32()
    }
    if (flags & 0x8000_0000) {
      for (let count = this.uint32(); count > 0; count--) {
        this.bytes()
        this.bytes()
      }
    }
    return found
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new MalformedPacketError('packet too short')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}

/** A packet of `type` with its length in front. */
export function packet(type: number, ...fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.of(type), ...fields])
  return Buffer.concat([uint32(body.length), body])
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

export function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

export function string(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([uint32(bytes.length), bytes])
}

const kindBits = { file: 0o100000, directory: 0o040000, symlink: 0o120000 }

/** Size, owner, mode and times. */
export function attributes(status: FileStatus): Buffer {
  const seconds = Math.max(0, Math.floor(status.modifiedMs / 1000))
  return Buffer.concat([
    uint32(1 | 2 | 4 | 8),
    uint64(status.size),
    uint32(status.uid),
    uint32(status.gid),
    uint32(kindBits[status.kind] | status.mode),
    uint32(seconds),
    uint32(seconds),
  ])
}
