import { statSync } from 'node:fs'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { hostKeyAt, readableKeyPair } from '../../../main/demo/ssh/host-key.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const fresh = () => ssh2.utils.generateKeyPairSync('ed25519')
const isReadable = (key: string) => !(ssh2.utils.parseKey(key) instanceof Error)

/** What ssh2 makes now and then: the file looks right and cannot be read. */
function unreadablePair() {
  for (let tries = 0; tries < 20_000; tries++) {
    const pair = fresh()
    if (!isReadable(pair.private)) return pair
  }
  throw new Error('ssh2 makes only readable keys by now: the retry has no purpose any more')
}

test('a key that cannot be read again is thrown away, and the next one is taken', () => {
  const good = readableKeyPair(fresh)
  const made = [unreadablePair(), unreadablePair(), good]
  expect(readableKeyPair(() => made.shift()!)).toBe(good)
  expect(made).toEqual([])
})

test('a guest that keeps its key is the same host when it is started again', async () => {
  const path = join(temporaryFolder(), 'folder', 'host-key')
  const first = await hostKeyAt(path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await hostKeyAt(path)).toEqual(first)
})

test('two guests started at the same moment agree on one key', async () => {
  const path = join(temporaryFolder(), 'host-key')
  const [one, other] = await Promise.all([hostKeyAt(path), hostKeyAt(path)])
  expect(one.fingerprint).toBe(other.fingerprint)
})
