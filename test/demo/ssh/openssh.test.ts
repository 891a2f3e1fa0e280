import { execFile, execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

withOpenSsh('scp -r brings a bundle up and down with its modes', async () => {
  const kext = join(folder, 'A.kext')
  mkdirSync(join(kext, 'Contents'), { recursive: true })
  writeFileSync(join(kext, 'Contents', 'A'), 'binary', { mode: 0o755 })
  writeFileSync(join(kext, 'Contents', 'Info.plist'), '<plist/>', { mode: 0o644 })
  const place = `author@${guest.host}`
  const scp = (from: string, to: string) =>
    tool('scp', [...options, '-P', String(guest.port), '-rpq', from, to])
  expect(await scp(kext, `${place}:/tmp/`)).toEqual({ code: 0, out: '', err: '' })
  expect((await ssh('stat -f "%Lp %N" /tmp/A.kext/Contents/*')).out).toBe(
    '755 /tmp/A.kext/Contents/A\n644 /tmp/A.kext/Contents/Info.plist\n',
  )
  expect(await scp(`${place}:/tmp/A.kext`, join(folder, 'back'))).toMatchObject({ code: 0 })
  expect(readFileSync(join(folder, 'back', 'Contents', 'A'), 'utf8')).toBe('binary')
  expect(await scp(join(kext, 'Contents', 'A'), `${place}:/Library/Extensions/`)).toMatchObject({
    err: expect.stringContaining('Permission denied') as string,
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
