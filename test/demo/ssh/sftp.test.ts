import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, ClientChannel, FileEntry, SFTPWrapper, Stats } from 'ssh2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDemoGuest, type DemoGuest } from '../../../main/demo/demo-guest.ts'
import { done, openSftp, run, signIn } from './guest-client.ts'

let guest: DemoGuest
let client: Client
let sftp: SFTPWrapper
let folder: string
const problems: unknown[] = []

beforeAll(async () => {
  guest = await startDemoGuest({ onProblem: problem => problems.push(problem) })
  client = await signIn(guest)
  sftp = await openSftp(client)
  folder = mkdtempSync(join(tmpdir(), 'demo-sftp-'))
})
afterAll(async () => {
  client.end()
  await guest.stop()
  rmSync(folder, { recursive: true })
  expect(problems).toEqual([])
})

test('a bundle is uploaded with its modes and symlinks, and is what the shell then sees', async () => {
  const plist = join(folder, 'Info.plist')
  const binary = join(folder, 'My')
  writeFileSync(plist, '<plist/>')
  writeFileSync(binary, Buffer.alloc(300_000, 7))
  await done(back => sftp.mkdir('My.kext', back))
  await done(back => sftp.mkdir('My.kext/Contents', { mode: 0o750 }, back))
  await done(back => sftp.fastPut(plist, 'My.kext/Contents/Info.plist', { mode: 0o600 }, back))
  await done(back => sftp.fastPut(binary, 'My.kext/Contents/My', { mode: 0o755 }, back))
  await done(back => sftp.symlink('Contents/My', 'My.kext/link', back))
  const { stdout } = await run(
    client,
    'cd My.kext; find . -type f -o -type l -o -type d | while read f; do stat -f "%Sp %z %N%SY" $f; done',
  )
  expect(
    stdout
      .split('\n')
      .map(line => line.replace(/^(d\S+) \d+/, '$1 -'))
      .sort(),
  ).toEqual([
    '',
    '-rw------- 8 ./Contents/Info.plist',
    '-rwxr-xr-x 300000 ./Contents/My',
    'drwxr-x--- - ./Contents',
    'drwxr-xr-x - .',
    'lrwxr-xr-x 11 ./link -> Contents/My',
  ])
})

test('what was uploaded comes down again byte for byte', async () => {
  const bytes = Buffer.from(Array.from({ length: 1_000_003 }, (_, i) => (i * 7919) % 251))
  const [up, down] = [join(folder, 'up'), join(folder, 'down')]
  writeFileSync(up, bytes)
  await done(back => sftp.fastPut(up, '/tmp/round', back))
  await done(back => sftp.fastGet('/tmp/round', down, back))
  expect(readFileSync(down).equals(bytes)).toBe(true)
  const stream = sftp.createReadStream('/tmp/round', { start: 10, end: 19 })
  const parts: Buffer[] = []
  for await (const part of stream as AsyncIterable<Buffer>) parts.push(part)
  expect(Buffer.concat(parts)).toEqual(bytes.subarray(10, 20))
})

test('a write stream, an append and a write at an offset end up in one file', async () => {
  const stream = sftp.createWriteStream('/tmp/text')
  await new Promise((resolve, reject) =>
    stream.on('close', resolve).on('error', reject).end('0123'),
  )
  await done(back => sftp.appendFile('/tmp/text', 'ab', back))
  const handle = await done<Buffer>(back => sftp.open('/tmp/text', 'r+', back))
  await done(back => sftp.write(handle, Buffer.from('XY'), 0, 2, 8, back))
  await done(back => sftp.close(handle, back))
  expect(Buffer.from(guest.files.read('/tmp/text', { uid: 0, gid: 0 }))).toEqual(
    Buffer.from('0123ab\0\0XY'),
  )
})

test('40 MB go up and take no quadratic time', async () => {
  const big = join(folder, 'big')
  writeFileSync(big, Buffer.alloc(40_000_000, 1))
  await done(back => sftp.fastPut(big, '/tmp/big', back))
  expect(guest.files.status('/tmp/big', { uid: 0, gid: 0 }).size).toBe(40_000_000)
  await done(back => sftp.unlink('/tmp/big', back))
})

test('plain rename refuses an existing target, posix-rename replaces it', async () => {
  await done(back => sftp.writeFile('/tmp/old', 'old', back))
  await done(back => sftp.writeFile('/tmp/new', 'new', back))
  await expect(done(back => sftp.rename('/tmp/new', '/tmp/old', back))).rejects.toMatchObject({
    code: 4,
  })
  await done(back => sftp.ext_openssh_rename('/tmp/new', '/tmp/old', back))
  expect(String(await done(back => sftp.readFile('/tmp/old', back as never)))).toBe('new')
  await done(back => sftp.rename('/tmp/old', '/tmp/moved', back))
  await expect(done(back => sftp.stat('/tmp/old', back as never))).rejects.toMatchObject({
    code: 2,
  })
})

test('author cannot put anything into /Library/Extensions, nor give files away', async () => {
  const refused = { code: 3, message: 'Permission denied' }
  const inside = '/Library/Extensions/x'
  await expect(done(back => sftp.writeFile(inside, 'x', back))).rejects.toMatchObject(refused)
  await expect(done(back => sftp.mkdir(inside, back))).rejects.toMatchObject(refused)
  await expect(done(back => sftp.symlink('/x', inside, back))).rejects.toMatchObject(refused)
  await done(back => sftp.writeFile('/tmp/mine', 'x', back))
  await expect(done(back => sftp.chown('/tmp/mine', 0, 0, back))).rejects.toMatchObject(refused)
  await expect(done(back => sftp.readdir('/var/root', back as never))).rejects.toMatchObject(
    refused,
  )
})

test('status, modes, times and owners are told and changed', async () => {
  await done(back => sftp.writeFile('/tmp/status', 'four', { mode: 0o640 }, back))
  await done(back => sftp.utimes('/tmp/status', 1_000_000, 1_500_000_000, back))
  await done(back => sftp.chmod('/tmp/status', 0o604, back))
  const stats = await done<Stats>(back => sftp.stat('/tmp/status', back))
  expect([stats.size, stats.mode, stats.uid, stats.mtime]).toEqual([4, 0o100604, 501, 1.5e9])
  await done(back => sftp.symlink('nowhere', '/tmp/dangling', back))
  const link = await done<Stats>(back => sftp.lstat('/tmp/dangling', back))
  expect(link.isSymbolicLink()).toBe(true)
  await expect(done(back => sftp.stat('/tmp/dangling', back as never))).rejects.toMatchObject({
    code: 2,
  })
  expect(await done(back => sftp.readlink('/tmp/dangling', back as never))).toBe('nowhere')
})

test('a folder of many files is listed whole, and paths are resolved', async () => {
  await run(
    client,
    'mkdir many; cd many; for i in 1 2 3 4 5; do for j in a b c d e f g h i j k l m n o p q r s t u v w x y z; do :>$i$j; :>$i$j$j; done; done',
  )
  const list = await done<FileEntry[]>(back => sftp.readdir('many', back))
  expect(list.length).toBe(260)
  expect(list[0]?.longname).toMatch(/^-rw-r--r-- +1 author +staff +0 \w{3} .* 1a$/)
  const real = (path: string) => done<string>(back => sftp.realpath(path, back))
  expect(await real('.')).toBe('/Users/author')
  expect(await real('/tmp/../tmp/./x')).toBe('/private/tmp/x')
  expect(await real('../../../../etc')).toBe('/private/etc')
})

test('exclusive creation, missing folders and wrong kinds are told apart', async () => {
  const open = (path: string, flags: 'wx' | 'w' | 'r') =>
    done<Buffer>(back => sftp.open(path, flags, back as never))
  await done(back => sftp.close(Buffer.alloc(0), () => back()))
  await open('/tmp/once', 'wx')
  await expect(open('/tmp/once', 'wx')).rejects.toMatchObject({ code: 4 })
  await expect(open('/tmp/no/file', 'w')).rejects.toMatchObject({ code: 2 })
  await expect(open('/tmp', 'w')).rejects.toMatchObject({ code: 4 })
  await expect(open('/etc/hosts/x', 'r')).rejects.toMatchObject({ code: 2 })
  await expect(done(back => sftp.rmdir('/tmp', back))).rejects.toBeDefined()
  await expect(done(back => sftp.unlink('/Users', back))).rejects.toMatchObject({ code: 3 })
  await expect(open('/tmp/a\0b', 'w')).rejects.toMatchObject({ code: 5 })
})

test('a handle nobody opened fails the request, and too many handles are refused', async () => {
  for (const handle of ['garbage', '', 'x'.repeat(256)]) {
    await expect(
      done(back => sftp.fstat(Buffer.from(handle), back as never)),
    ).rejects.toMatchObject({ code: 4 })
  }
  const other = await openSftp(client)
  const opened: Buffer[] = []
  for (let i = 0; i < 100; i++) {
    opened.push(await done<Buffer>(back => other.open('/etc/hosts', 'r', back as never)))
  }
  const oneMore = done(back => other.open('/etc/hosts', 'r', back as never))
  await expect(oneMore).rejects.toMatchObject({ code: 4 })
  await done(back => other.close(opened[0]!, back))
  await done(back => other.open('/etc/hosts', 'r', back as never))
  other.end()
})

test.each([
  ['a packet of 4 GB', [0xff, 0xff, 0xff, 0xff, 3]],
  ['an empty packet', [0, 0, 0, 0]],
  ['a string longer than its packet', [0, 0, 0, 9, 3, 0, 0, 0, 1, 0, 0, 255, 255]],
  ['a request before the greeting', [0, 0, 0, 9, 16, 0, 0, 0, 1, 0, 0, 0, 0]],
])('%s ends the SFTP session and nothing else', async (_what, bytes) => {
  const greeting = _what.includes('string') ? [0, 0, 0, 5, 1, 0, 0, 0, 3] : []
  const channel = await done<ClientChannel>(back => client.subsys('sftp', back))
  const ended = new Promise(resolve => channel.once('exit', resolve))
  channel.resume()
  channel.write(Buffer.from([...greeting, ...bytes]))
  expect(await ended).toBe(255)
  expect((await run(client, 'echo alive')).stdout).toBe('alive\n')
})
