import { createHash } from 'node:crypto'

/** A server's public key as SSH sends it. */
export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, … */
  readonly type: string
  /** The key blob, as it stands in a known_hosts file. */
  readonly base64: string
  /** `SHA256:` and base64 without padding, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string
}

/**
 * What decides whether a host key is the right one. `known` must answer at once: see the verifier in
 * connect.ts for why nothing here may be asynchronous.
 */
export interface HostKeyTrust {
  /** Fingerprints accepted for this host, empty for a host never seen. */
  known(host: string, port: number): readonly string[]
  /**
   * Types of the accepted keys. They are asked for first, as ssh does: a host that is known by its RSA key
   * must not look changed only because it has an Ed25519 key as well.
   */
  knownTypes?(host: string, port: number): readonly string[]
  /** Told of every key a server presents, so that it can be added once the user has compared it. */
  offered?(host: string, port: number, key: HostKey): void
}

/** Reads the type out of a key blob (RFC 4253, section 6.6) and computes the fingerprint. */
export function hostKeyFrom(blob: Uint8Array): HostKey {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength)
  const length = bytes.length >= 4 ? bytes.readUInt32BE(0) : 0
  const type = bytes.subarray(4, 4 + Math.min(length, 64)).toString('latin1')
  return { type, base64: bytes.toString('base64'), fingerprint: fingerprintOf(bytes) }
}

export function fingerprintOf(blob: Uint8Array): string {
  const digest = createHash('sha256').update(blob).digest('base64')
  return `SHA256:${digest.replace(/=+$/, '')}`
}
