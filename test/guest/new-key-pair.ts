import { utils } from 'ssh2'
import { readableKeyPair } from '../../main/demo/ssh/host-key.ts'

export interface KeyPair {
  readonly private: string
  readonly public: string
}

/** A fresh Ed25519 pair in OpenSSH format. One round of the key derivation: sixteen take a second, each way. */
export function newKeyPair(passphrase?: string): KeyPair {
  return readableKeyPair(
    () =>
      passphrase
        ? utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 1 })
        : utils.generateKeyPairSync('ed25519'),
    passphrase,
  )
}
