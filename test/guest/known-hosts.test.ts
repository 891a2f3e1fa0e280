import { createHmac } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utils } from 'ssh2'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hostKeyFrom } from '../../main/guest/host-key.ts'
import type { HostKey } from '../../main/guest/host-key.ts'
import { openKnownHosts } from '../../main/guest/known-hosts.ts'
import { failureOf } from './failure-of.ts'
import { newKeyPair } from './new-key-pair.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kextant-hosts-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function newKey(): HostKey {
  const key = utils.parseKey(newKeyPair().public)
  if (key instanceof Error) throw key
  return hostKeyFrom(key.getPublicSSH())
}

function fileWith(...lines: string[]): string {
  const path = join(folder, `known_hosts_${readdirSync(folder).length}`)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

const ours = () => join(folder, 'store', 'known_hosts')

test('a key that was presented can be added, and is then known', async () => {
  const hosts = openKnownHosts({ path: ours() })
  const key = newKey()
  expect(hosts.known('Guest.local', 2222)).toEqual([])
  hosts.offered('guest.local', 2222, key)
  await hosts.add('guest.local', 2222, key.fingerprint)
  expect(hosts.known('Guest.local', 2222)).toEqual([key.fingerprint])
  expect(hosts.knownTypes('guest.local', 2222)).toEqual(['ssh-ed25519'])
  expect(hosts.known('guest.local', 22)).toEqual([])
  expect(readFileSync(ours(), 'utf8')).toBe(`[guest.local]:2222 ssh-ed25519 ${key.base64}\n`)
  expect(statSync(ours()).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(folder, 'store'))).toEqual(['known_hosts'])
})

test('a key that nobody presented cannot be added', async () => {
  const hosts = openKnownHosts({ path: ours() })
  hosts.offered('guest', 22, newKey())
  expect(await failureOf(hosts.add('guest', 22, newKey().fingerprint))).toMatchObject({
    kind: 'bad-request',
  })
})

test('a new key takes the place of the old one, and every other line stays as it was', async () => {
  const [old, other] = [newKey(), newKey()]
  const path = fileWith(
    '# my guests',
    `guest ssh-ed25519 ${old.base64} old`,
    `guest,192.0.2.7 ssh-ed25519 ${other.base64}`,
    'not a line of this format',
  )
  const hosts = openKnownHosts({ path })
  const key = newKey()
  hosts.offered('guest', 22, key)
  await hosts.add('guest', 22, key.fingerprint)
  expect(readFileSync(path, 'utf8').split('\n')).toEqual([
    '# my guests',
    `guest,192.0.2.7 ssh-ed25519 ${other.base64}`,
    'not a line of this format',
    `guest ssh-ed25519 ${key.base64}`,
    '',
  ])
})

test('keys added at the same time are all kept', async () => {
  const hosts = openKnownHosts({ path: ours() })
  const names = ['a', 'b', 'c', 'd', 'e']
  await Promise.all(
    names.map(name => {
      const key = newKey()
      hosts.offered(name, 22, key)
      return hosts.add(name, 22, key.fingerprint)
    }),
  )
  expect(names.map(name => hosts.known(name, 22).length)).toEqual([1, 1, 1, 1, 1])
})

test('the user’s own file is read, plain and hashed names alike, and never written', async () => {
  const [plain, hashed] = [newKey(), newKey()]
  const salt = Buffer.from('01234567890123456789')
  const digest = createHmac('sha1', salt).update('[10.0.2.15]:2222').digest('base64')
  const text = [
    `guest.local,*.example.org,!bad.example.org ssh-ed25519 ${plain.base64} me@here`,
    `|1|${salt.toString('base64')}|${digest} ssh-ed25519 ${hashed.base64}`,
  ]
  const theirs = fileWith(...text)
  const hosts = openKnownHosts({ path: ours(), alsoRead: [theirs, join(folder, 'absent')] })
  expect(hosts.known('guest.local', 22)).toEqual([plain.fingerprint])
  expect(hosts.known('one.example.org', 22)).toEqual([plain.fingerprint])
  expect(hosts.known('bad.example.org', 22)).toEqual([])
  expect(hosts.known('10.0.2.15', 2222)).toEqual([hashed.fingerprint])
  expect(hosts.known('10.0.2.15', 22)).toEqual([])
  expect(await hosts.forget('guest.local', 22)).toBe(false)
  expect(readFileSync(theirs, 'utf8')).toBe(`${text.join('\n')}\n`)
})

test('a key accepted here outdoes the one in the user’s own file, until it is forgotten', async () => {
  const [old, fresh] = [newKey(), newKey()]
  const theirs = fileWith(`guest ssh-ed25519 ${old.base64}`)
  const hosts = openKnownHosts({ path: ours(), alsoRead: [theirs] })
  hosts.offered('guest', 22, fresh)
  await hosts.add('guest', 22, fresh.fingerprint)
  expect(hosts.known('guest', 22)).toEqual([fresh.fingerprint])
  await hosts.forget('guest', 22)
  expect(hosts.known('guest', 22)).toEqual([old.fingerprint])
})

test('a revoked key is not known, and certificate authorities are not keys of hosts', () => {
  const [revoked, authority] = [newKey(), newKey()]
  const theirs = fileWith(
    `guest ssh-ed25519 ${revoked.base64}`,
    `@revoked * ssh-ed25519 ${revoked.base64}`,
    `@cert-authority guest ssh-ed25519 ${authority.base64}`,
  )
  expect(openKnownHosts({ path: ours(), alsoRead: [theirs] }).known('guest', 22)).toEqual([])
})
