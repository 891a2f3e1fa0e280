import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import ssh2 from 'ssh2'

export interface HostKey {
  readonly privateKey: string
  /** `ssh-ed25519 AAAA…`, as in known_hosts after the host. */
  readonly publicLine: string
  /** `SHA256:…`, as ssh-keygen -l prints it. */
  readonly fingerprint: string
}

/**
 * The guest's ed25519 key: read from `path`, or made and kept there, so that a guest started again is
 * the same host. Without a path the key lives as long as the process.
 */
export async function hostKeyAt(path?: string): Promise<HostKey> {
  if (path === undefined) return (unsavedKey ??= describe(generate()))
  try {
    return describe(await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const privateKey = generate()
  await mkdir(dirname(path), { recursive: true })
  try {
    await writeFile(path, privateKey, { mode: 0o600, flag: 'wx' })
    await chmod(path, 0o600)
    return describe(privateKey)
  } catch (error) {
    // Another guest was started at the same moment: its key is as good.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return describe(await readFile(path, 'utf8'))
  }
}

let unsavedKey: HostKey | undefined

function generate(): string {
  return readableKeyPair(() => ssh2.utils.generateKeyPairSync('ed25519', { comment: 'demo guest' }))
    .private
}

/**
 * The first pair that can be read again. About one in 250 Ed25519 keys that ssh2 makes cannot, by OpenSSH
 * neither: it takes a leading zero byte of the key for padding.
 */
export function readableKeyPair<Pair extends { readonly private: string }>(
  generatePair: () => Pair,
  passphrase?: string,
): Pair {
  for (;;) {
    const pair = generatePair()
    if (!(ssh2.utils.parseKey(pair.private, passphrase) instanceof Error)) return pair
  }
}

function describe(privateKey: string): HostKey {
  const key = ssh2.utils.parseKey(privateKey)
  if (key instanceof Error) throw new Error(`the host key cannot be read: ${key.message}`)
  const wire = key.getPublicSSH()
  const digest = createHash('sha256').update(wire).digest('base64').replace(/=+$/, '')
  return {
    privateKey,
    publicLine: `${key.type} ${wire.toString('base64')}`,
    fingerprint: `SHA256:${digest}`,
  }
}
