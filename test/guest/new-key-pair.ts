import { utils } from 'ssh2'

export interface KeyPair {
  readonly private: string
  readonly public: string
}

/**
 * A fresh Ed25519 pair in OpenSSH format. About one in 250 that ssh2 makes cannot be read again (by
 * OpenSSH neither): it strips a leading zero byte of the key.
 */
export function newKeyPair(passphrase?: string): KeyPair {
  for (;;) {
    const pair = passphrase
      ? utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 16 })
      : utils.generateKeyPairSync('ed25519')
    if (!(utils.parseKey(pair.private, passphrase) instanceof Error)) return pair
  }
}
