import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDemoGuest, type DemoGuest } from '../../../main/demo/demo-guest.ts'

const tools = ['ssh', 'scp', 'sftp', 'ssh-keygen'].map(name => `/usr/bin/${name}`)
const missing = tools.filter(path => !existsSync(path))
if (missing.length > 0) console.log(`skipped: no OpenSSH client here (${missing.join(', ')})`)
const withOpenSsh = test.skipIf(missing.length > 0)

let guest: DemoGuest
let folder: string
let options: string[]

beforeAll(async () => {
  guest = await startDemoGuest()
  folder = mkdtempSync(join(tmpdir(), 'demo-openssh-'))
  if (missing.length > 0) return
  const key = join(folder, 'key')
  execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  guest.files.write('/Users/author/.ssh/authorized_keys', readFileSync(`${key}.pub`), {
    uid: 501,
    gid: 20,
  })
  const knownHosts = join(folder, 'known_hosts')
  writeFileSync(knownHosts, `[${guest.host}]:${guest.port} ${guest.hostKey}\n`)
  options = ['-F', '/dev/null', '-i', key, '-o', 'StrictHostKeyChecking=yes']
  options.push('-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'BatchMode=yes')
})
afterAll(async () => {
  await guest.stop()
  rmSync(folder, { recursive: true })
})

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

function tool(name: string, args: string[], input = ''): Promise<Ended> {
  return new Promise(resolve => {
    const child = execFile(`/usr/bin/${name}`, args, { maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
    child.stdin?.end(input)
  })
}

const ssh = (command: string, input = '') =>
  tool('ssh', [...options, '-p', String(guest.port), `author@${guest.host}`, command], input)

withOpenSsh('ssh verifies the host key, signs in with a key and gets the exit code', async () => {
  expect(await ssh('echo out; echo err >&2; exit 9')).toEqual({
    code: 9,
    out: 'out\n',
    err: 'err\n',
  })
  expect((await ssh('cat | wc -c', 'x'.repeat(100_000))).out).toBe('  100000\n')
})

withOpenSsh('ssh-keygen tells the same fingerprint', () => {
  const line = execFileSync('/usr/bin/ssh-keygen', ['-l', '-f', '-'], {
    input: `${guest.hostKey}\n`,
  })
  expect(String(line)).toContain(guest.hostKeyFingerprint)
})

/** `-O` asks for the protocol of clients before OpenSSH 9; clients of that time do not know the option. */
const speaksBoth =
  missing.length === 0 &&
  !/unknown|illegal/.test(spawnSync('/usr/bin/scp', ['-O']).stderr.toString())

test.skipIf(missing.length > 0).each([
  ['by SFTP', []],
  ['by the old protocol', ['-O']],
])('scp -r brings a bundle up and down with its modes, %s', async (_how, protocol) => {
  if (protocol.length > 0 && !speaksBoth) return
  const kext = join(folder, `A${protocol.length}.kext`)
  const name = basename(kext)
  mkdirSync(join(kext, 'Contents'), { recursive: true })
  writeFileSync(join(kext, 'Contents', 'A'), 'binary'.repeat(50_000), { mode: 0o755 })
  writeFileSync(join(kext, 'Contents', 'Info.plist'), '<plist/>', { mode: 0o644 })
  writeFileSync(join(kext, 'Contents', 'empty'), '', { mode: 0o644 })
  const place = `author@${guest.host}`
  const scp = (from: string, to: string) =>
    tool('scp', [...options, ...protocol, '-P', String(guest.port), '-rpq', from, to])
  expect(await scp(kext, `${place}:/tmp/`)).toEqual({ code: 0, out: '', err: '' })
  // A second time it goes over what is there.
  expect(await scp(kext, `${place}:/tmp/`)).toEqual({ code: 0, out: '', err: '' })
  expect((await ssh(`stat -f "%Lp %z %N" /tmp/${name}/Contents/*`)).out).toBe(
    `755 300000 /tmp/${name}/Contents/A\n644 8 /tmp/${name}/Contents/Info.plist\n644 0 /tmp/${name}/Contents/empty\n`,
  )
  const back = join(folder, `back${protocol.length}`)
  expect(await scp(`${place}:/tmp/${name}`, back)).toMatchObject({ code: 0, err: '' })
  expect(readFileSync(join(back, 'Contents', 'A'), 'utf8')).toBe('binary'.repeat(50_000))
  expect(statSync(join(back, 'Contents', 'A')).mode & 0o777).toBe(0o755)

  expect(await scp(join(kext, 'Contents', 'A'), `${place}:/Library/Extensions/`)).toMatchObject({
    code: 1,
    err: expect.stringContaining('Permission denied') as string,
  })
  expect(await scp(`${place}:/nothing`, back)).toMatchObject({
    code: 1,
    err: expect.stringContaining('No such file or directory') as string,
  })
})

withOpenSsh('sftp runs a batch: symlink in its order, rename over, listing', async () => {
  writeFileSync(join(folder, 'one'), '1')
  writeFileSync(join(folder, 'two'), '2')
  const batch = [
    'cd /tmp',
    `put ${join(folder, 'one')} one`,
    `put ${join(folder, 'two')} two`,
    'ln -s one link',
    'rename two one',
    'mkdir d',
    'chmod 700 d',
    'ls -l',
    'rm link',
    'rmdir d',
    '',
  ].join('\n')
  const args = [...options, '-P', String(guest.port), '-b', '-', `author@${guest.host}`]
  const ended = await tool('sftp', args, batch)
  expect(ended).toMatchObject({ code: 0, err: '' })
  expect(ended.out).toMatch(/drwx------ .* d\n/)
  expect(ended.out).toMatch(/lrwxr-xr-x .* link/)
  expect((await ssh('cat /tmp/one')).out).toBe('2')
})

withOpenSsh('tar over ssh carries a folder both ways', async () => {
  const from = join(folder, 'tarred')
  mkdirSync(join(from, 'sub'), { recursive: true })
  writeFileSync(join(from, 'sub', 'run'), '#!/bin/sh\n', { mode: 0o755 })
  symlinkSync('sub/run', join(from, 'link'))
  const packed = execFileSync('tar', ['-C', from, '-czf', '-', '.'])
  const child = spawn('/usr/bin/ssh', [
    ...[...options, '-p', String(guest.port), `author@${guest.host}`],
    'mkdir -p /tmp/t && tar -xzf - -C /tmp/t && stat -f "%Lp %N%SY" /tmp/t/sub/run /tmp/t/link',
  ])
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stdin.end(packed)
  await new Promise(resolve => child.once('close', resolve))
  expect(out).toBe('755 /tmp/t/sub/run\n755 /tmp/t/link -> sub/run\n')
  expect((await ssh('cd /tmp/t && tar -cf - . | tar -tf - | sort')).out).toBe(
    './\n./link\n./sub/\n./sub/run\n',
  )
})
