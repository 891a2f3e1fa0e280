import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import {
  endingOf as ending,
  fileWith,
  runCli as run,
  startCli as start,
} from '../helpers/cli-process.ts'
import { startDemoGuest } from '../../main/demo/demo-guest.ts'
import { createDemoMachine } from '../../main/demo/machine/demo-machine.ts'

const dump = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>
  +-o QEMU  <class IOPlatformExpertDevice, id 0x100000116, registered, matched, active, busy 0 (61 ms), retain 47>
      {
        "compatible" = <"QEMU">
      }
      
`

const dumpFile = (content: string | Uint8Array = dump, name?: string) => fileWith(content, name)

test('info --json of a dump has these fields and no others', async () => {
  const { code, stdout, stderr } = await run(['info', dumpFile(), '--json'])
  expect([code, stderr]).toEqual([0, ''])
  expect(JSON.parse(stdout)).toEqual({
    format: 'ioreg-text',
    what: 'text of ioreg, plane IOService',
    lacks: [
      'superclasses',
      'properties of 1 of 2 entries',
      'busy times finer than a millisecond',
      'state bits other than registered, matched and inactive',
      'the signs of integers, which ioreg prints as unsigned 64 bits since 10.2',
      'the exact bytes of data printed as text (1 value)',
    ],
    source: 'dump',
    kernel: null,
    planes: { IOService: { nodes: 2, entries: 2 } },
    services: 1,
    kexts: null,
    personalities: null,
    problems: [],
    damage: [],
  })
})

test('a command that reads a file loads nothing that only a guest, an action or a project needs', async () => {
  const hook = pathToFileURL(resolve(import.meta.dirname, '../helpers/log-imports.mjs')).href
  const needless =
    /\/main\/demo\/|\/guest\/connect\.ts|\/service\/(?:actions\.ts|history|recipe)|\/projects\.ts|node_modules\/(?!commander)/
  const path = dumpFile()
  const needlessOf = async (...args: readonly string[]) => {
    const log = fileWith('', 'imports')
    const env = { KEXTANT_IMPORT_LOG: log, NODE_OPTIONS: `--import ${hook}` }
    expect(await run(args, env)).toMatchObject({ stderr: '' })
    const loaded = readFileSync(log, 'utf8').split('\n')
    expect(loaded.length).toBeGreaterThan(30)
    return loaded.filter(url => needless.test(url)).map(url => url.replace(/.*node_modules\//, ''))
  }
  expect(await needlessOf('info', path)).toEqual([])
  expect(await needlessOf('tree', path)).toEqual([])
  expect(await needlessOf('diff', path, path)).toEqual([])
  // The engine of patterns, for filters alone.
  const engine = [expect.stringMatching(/^re2js\//)]
  expect(await needlessOf('find', path, 'qemu')).toEqual(engine)
  expect(await needlessOf('tree', path, '--filter', 'qemu')).toEqual(engine)
  expect(await needlessOf('diff', path, path, '--filter', 'qemu')).toEqual(engine)
})

test('the same dump comes from a file and from standard input', async () => {
  const { stdout } = await run(['info', '-', '--json'], { stdin: dump })
  expect(JSON.parse(stdout)).toMatchObject({ source: 'standard input', services: 1 })
})

test('a dump that breaks off is read, with what is wrong among the problems', async () => {
  const { code, stdout } = await run(['info', dumpFile(dump.slice(0, -30)), '--json'])
  expect(code).toBe(0)
  expect((JSON.parse(stdout) as { problems: string[] }).problems).not.toEqual([])
})

test('what is damaged in many places is told once, with the first of them, and with all in JSON', async () => {
  const clipped = Array.from({ length: 6 }, (_, at) => `        "key ${at}" = <00${at}1$\n`).join(
    '',
  )
  const damaged = dump.replace(/ +"compatible".*\n/, clipped)
  const places = Array.from({ length: 6 }, (_, at) => damaged.indexOf(`<00${at}1$`))
  const { stdout: text } = await run(['info', dumpFile(damaged)])
  const sentence = /^note +(.+?) at bytes (.+): (6 values were clipped .+)$/m.exec(text)
  expect(sentence?.slice(1, 3)).toEqual(['dump', `${places.slice(0, 3).join(', ')} and 3 more`])
  const { stdout } = await run(['info', dumpFile(damaged), '--json'])
  const info = JSON.parse(stdout) as { problems: string[]; damage: object[] }
  expect(info.problems).toHaveLength(info.damage.length)
  expect(info.damage).toContainEqual({
    source: 'dump',
    kind: 'clipped',
    message: sentence![3],
    places,
    morePlaces: 0,
  })
})

test('a file’s words cannot steer the terminal', async () => {
  const evil = 'du\u001b]0;owned\u0007mp\u009b31m'
  for (const args of [[], ['--json']]) {
    const { code, stdout } = await run(['info', dumpFile(dump, evil), ...args])
    expect(code).toBe(0)
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    expect(stdout).not.toMatch(/[\u001b\u0007\u009b]/)
  }
  const { stderr } = await run(['info', dumpFile('a letter', evil)])
  expect(stderr).toContain('\\u001b]0;owned')
})

test.each([
  ['nothing there', ['info', '/nowhere/at/all'], 2],
  ['a folder', ['info', '/'], 2],
  ['no command', [], 64],
  ['no source', ['info'], 64],
  ['an unknown option', ['info', 'x', '--frobnicate'], 64],
  ['an unknown command', ['format'], 64],
  ['help', ['--help'], 0],
  ['the version', ['--version'], 0],
])('%s ends with its own exit code and no stack', async (_, args, expected) => {
  const { code, stderr } = await run(args)
  expect([code, stderr]).toEqual([expected, expect.not.stringMatching(/\n\s+at /)])
})

test('bytes that are no dump are refused with what they look like', async () => {
  const child = start(['info', '-'])
  child.stdin!.on('error', () => undefined)
  child.stdin!.end(Uint8Array.from({ length: 3_000_000 }, (__, at) => (at * 7919) & 255))
  const { code, stderr } = await ending(child)
  expect([code, stderr]).toEqual([2, expect.stringContaining('is not a registry dump')])
})

test('a dump of several megabytes from a pipe is read to its end', async () => {
  const line = (at: number) =>
    `  +-o D${at}  <class IOService, id 0x${(at + 4096).toString(16)}, registered, matched, active, busy 0 (1 ms), retain 4>\n      {\n      }\n      \n`
  const many = Array.from({ length: 30_000 }, (__, at) => line(at)).join('')
  const root = '+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>\n'
  const { code, stdout } = await run(['info', '-', '--json'], { stdin: root + many })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ planes: { IOService: { nodes: 30_001 } } })
})

test.each([
  ['a password', 'ssh://author:hunter2@127.0.0.1', /password in an address/],
  ['a path', 'ssh://author:hunter2@127.0.0.1/etc', /password in an address/],
  ['no user', 'ssh://127.0.0.1', /ssh:\/\/user@host:port/],
  ['a query', 'ssh://author@127.0.0.1?x=1', /ssh:\/\/user@host:port/],
  ['port 0', 'ssh://author@127.0.0.1:0', /ssh:\/\/user@host:port/],
  ['a port too high', 'ssh://author@127.0.0.1:65536', /ssh:\/\/user@host:port/],
  ['a broken escape', 'ssh://%zz@127.0.0.1', /hexadecimal/],
  ['a host with a blank', 'ssh://author@a%20b', /ssh:\/\/user@host:port/],
])(
  'an address with %s is refused with a sentence that does not repeat it',
  async (_, url, words) => {
    const { code, stderr, stdout } = await run(['info', url], { KEXTANT_PASSWORD: 'x' })
    expect(code).toBe(64)
    expect(stderr).toMatch(words)
    expect(stderr + stdout).not.toContain('hunter2')
  },
)

test('an IPv6 address stands in brackets', async () => {
  const { code, stderr } = await run(['info', 'ssh://author@[::1]:9'], { KEXTANT_PASSWORD: 'x' })
  expect(code).toBe(2)
  expect(stderr).toMatch(/::1/)
})

test('without a terminal the password is asked for in the environment only', async () => {
  const { code, stderr } = await run(['info', 'ssh://author@127.0.0.1:9'])
  expect([code, stderr]).toEqual([64, expect.stringContaining('KEXTANT_PASSWORD')])
})

test('a guest is captured, its host key only with the fingerprint that was given', async () => {
  const guest = await startDemoGuest({
    createMachine: createDemoMachine,
    password: 'not-to-be-seen',
  })
  onTestFinished(() => guest.stop())
  const url = `ssh://${guest.user}@${guest.host}:${guest.port}`
  const env = { KEXTANT_PASSWORD: guest.password }
  const unknown = await run(['info', url], env)
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('SHA256:')])
  const known = await run(['info', url, '--json', '--trust', guest.hostKeyFingerprint], env)
  expect([known.code, known.stderr]).toEqual([0, ''])
  const info = JSON.parse(known.stdout) as Record<string, number>
  expect(Object.keys(info)).toEqual([
    ...['format', 'what', 'lacks', 'source', 'kernel', 'planes', 'services', 'kexts'],
    ...['personalities', 'problems', 'damage'],
  ])
  expect(info['kexts']).toBeGreaterThan(50)
  expect(known.stdout).not.toContain(guest.password)
})

test('Ctrl-C while a guest does not answer, or a pipe gives nothing, ends it with 130', async () => {
  const silent = createServer(socket => void socket.resume().on('error', () => undefined))
  const reached = new Promise(done => silent.once('connection', done))
  await new Promise<void>(done => silent.listen(0, '127.0.0.1', done))
  onTestFinished(() => void silent.close())
  const { port } = silent.address() as { port: number }
  const guest = start(['info', `ssh://author@127.0.0.1:${port}`], { KEXTANT_PASSWORD: 'x' })
  const guestEnds = ending(guest)
  await reached
  guest.kill('SIGINT')
  expect((await guestEnds).code).toBe(130)

  const pipe = start(['info', '-'])
  const pipeEnds = ending(pipe)
  // More than a pipe holds: it is written when the command reads, and only then listens for Ctrl-C.
  await new Promise(done => pipe.stdin!.write(dump + '\n'.repeat(1_000_000), done))
  pipe.kill('SIGINT')
  expect((await pipeEnds).code).toBe(130)
})

test('a reader that goes away early is no failure', async () => {
  const child = start(['info', 'demo', '--json'])
  child.stdout!.destroy()
  let stderr = ''
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const code = await new Promise(done => child.on('exit', done))
  expect([code, stderr]).toEqual([0, ''])
})
