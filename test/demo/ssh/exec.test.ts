import type { Client } from 'ssh2'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startDemoGuest, type DemoGuest } from '../../../main/demo/demo-guest.ts'
import { createDemoMachine } from '../../../main/demo/machine/demo-machine.ts'
import type { Program } from '../../../main/demo/program.ts'
import { collect, done, openExec, openSftp, run, signIn } from './guest-client.ts'

let guest: DemoGuest
let client: Client
const stopped: string[] = []
const problems: unknown[] = []

/** Programs as the other half of the guest brings them. */
const programs = new Map<string, Program>([
  [
    '/usr/sbin/ioreg',
    async process => {
      await process.stdout(`called as ${process.argv.join(' ')}\n`)
      return 0
    },
  ],
  [
    '/usr/sbin/forever',
    async process => {
      await process.stdout('begun\n')
      await new Promise(resolve => process.signal.addEventListener('abort', resolve))
      stopped.push(String((process.signal.reason as { signalName?: string }).signalName))
      return 0
    },
  ],
  [
    '/usr/sbin/broken',
    () => {
      throw new Error('a bug in a program')
    },
  ],
  [
    '/usr/sbin/both',
    async process => {
      // More than one window of each stream, by turns.
      for (let i = 0; i < 40; i++) {
        await process.stdout(Buffer.alloc(100_000, 'o'))
        await process.stderr(Buffer.alloc(100_000, 'e'))
      }
      return 0
    },
  ],
])

beforeAll(async () => {
  guest = await startDemoGuest({
    onProblem: problem => problems.push(problem),
    createMachine: () => ({ programs, onPanic: () => {}, onUp: () => {}, dispose: () => {} }),
  })
  client = await signIn(guest)
})
afterAll(async () => {
  client.end()
  await guest.stop()
  expect(problems).toEqual([])
})

test('exit code, stdout and stderr of a command arrive apart', async () => {
  expect(await run(client, 'echo out; echo err >&2; exit 7')).toEqual({
    code: 7,
    signal: null,
    stdout: 'out\n',
    stderr: 'err\n',
  })
})

test('an unknown command is 127, a file that cannot be run 126', async () => {
  expect(await run(client, 'nope -x')).toMatchObject({
    code: 127,
    stderr: 'sh: nope: command not found\n',
  })
  expect(await run(client, '/etc/hosts')).toMatchObject({
    code: 126,
    stderr: 'sh: /etc/hosts: Permission denied\n',
  })
})

test('a program of the machine is a file that can be found, listed and run', async () => {
  const { stdout } = await run(
    client,
    'command -v ioreg; test -x /usr/sbin/ioreg && ioreg -a -l; stat -f "%Sp %Su:%Sg" /usr/sbin/ioreg',
  )
  expect(stdout).toBe('/usr/sbin/ioreg\ncalled as ioreg -a -l\n-rwxr-xr-x root:wheel\n')
})

test('a program taken away or made not executable does not run', async () => {
  const root = { uid: 0, gid: 0 }
  guest.files.changeMode('/usr/sbin/ioreg', 0o644, root)
  expect((await run(client, 'ioreg')).code).toBe(126)
  guest.files.changeMode('/usr/sbin/ioreg', 0o755, root)
  expect((await run(client, 'ioreg')).code).toBe(0)
})

test('a bug in a program fails the command and nothing else', async () => {
  const outcome = await run(client, 'broken; echo still here')
  expect(outcome.stdout).toBe('still here\n')
  expect(outcome.stderr).toContain('a bug in a program')
})

test('12 MB pass whole through a pipeline to a client that reads slowly', async () => {
  const channel = await openExec(client, 'yes | head -c 12000000 | cat')
  let byteCount = 0
  // The guest has to wait for it; how far it may run ahead is told further down.
  for await (const chunk of channel as AsyncIterable<Buffer>) {
    byteCount += chunk.length
    if (byteCount % 7 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  expect(byteCount).toBe(12_000_000)
})

test('12 MB sent to a command are counted right', async () => {
  const outcome = await run(client, 'cat | wc -c', Buffer.alloc(12_000_000, 'x'))
  expect(outcome).toMatchObject({ code: 0, stdout: ' 12000000\n' })
})

test('much output on both streams arrives whole and unmixed', async () => {
  const { stdout, stderr } = await run(client, 'both')
  expect([stdout.length, stderr.length]).toEqual([4_000_000, 4_000_000])
  expect([/[^o]/.test(stdout), /[^e]/.test(stderr)]).toEqual([false, false])
})

test('a command that is not read does not run ahead', async () => {
  const channel = await openExec(client, 'yes')
  channel.pause()
  await new Promise(resolve => setTimeout(resolve, 300))
  expect(channel.readableLength).toBeLessThan(5_000_000)
  channel.close()
})

test('a signal reaches the program and is how the command ended', async () => {
  const channel = await openExec(client, 'forever')
  await new Promise(resolve => channel.once('data', resolve))
  channel.signal('TERM')
  expect(await collect(channel)).toMatchObject({ code: null, signal: 'SIGTERM' })
  expect(stopped.pop()).toBe('TERM')
})

test('closing the channel stops the program', async () => {
  const channel = await openExec(client, 'forever')
  await new Promise(resolve => channel.once('data', resolve))
  channel.close()
  await expect.poll(() => stopped.pop()).toBe('HUP')
})

test('losing the connection stops the program', async () => {
  const other = await signIn(guest)
  const channel = await openExec(other, 'forever | cat')
  await new Promise(resolve => channel.once('data', resolve))
  other.destroy()
  await expect.poll(() => stopped.pop()).toBe('HUP')
})

test('the eleventh session of a connection is refused, and a closed one makes room', async () => {
  const other = await signIn(guest)
  const channels = []
  for (let i = 0; i < 10; i++) channels.push(await openExec(other, 'cat'))
  await expect(openExec(other, 'cat')).rejects.toThrow('Channel open failure')
  await collect(channels.pop()!)
  expect((await run(other, 'echo room')).stdout).toBe('room\n')
  other.end()
})

test('the environment a client sends arrives, except what a login decides', async () => {
  const channel = await new Promise<Parameters<typeof collect>[0]>((resolve, reject) => {
    const env = { LANG: 'de_DE.UTF-8', PATH: '/evil', HOME: '/evil' }
    client.exec('echo $LANG $PATH $HOME', { env }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    )
  })
  expect((await collect(channel)).stdout).toBe(
    'de_DE.UTF-8 /usr/bin:/bin:/usr/sbin:/sbin /Users/author\n',
  )
})

test('the connection can be cut in the middle of what a command prints', async () => {
  const other = await signIn(guest)
  guest.cutNext({ command: /head -c 500000/, bytes: 100_000 })
  const closed = new Promise<void>(resolve => other.once('close', () => resolve()))
  expect((await run(other, 'echo not this one')).code).toBe(0)
  const outcome = await run(other, 'yes | head -c 500000')
  await closed
  expect(outcome.code).toBe(null)
  expect(outcome.stdout.length).toBe(100_000)
  expect((await run(client, 'yes | head -c 500000')).stdout.length).toBe(500_000)
})

test('a guest that goes down resets connections and comes back as the same host', async () => {
  const other = await startDemoGuest()
  const before = await signIn(other)
  const closed = new Promise<void>(resolve => before.once('close', () => resolve()))
  other.goDown(400)
  await closed
  expect(other.connectionCount()).toBe(0)
  await expect(signIn(other)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await expect
    .poll(
      async () =>
        signIn(other).then(
          again => (again.end(), 'up'),
          () => 'down',
        ),
      {
        timeout: 5000,
      },
    )
    .toBe('up')
  await other.stop()
})

test('going down in the middle of output, input and a transfer leaves nothing running', async () => {
  const seen: unknown[] = []
  const other = await startDemoGuest({ onProblem: problem => seen.push(problem) })
  const busy = await signIn(other)
  const closed = new Promise<void>(resolve => busy.once('close', () => resolve()))
  const talking = await openExec(busy, 'yes | cat')
  talking.resume()
  const listening = await openExec(busy, 'cat >/tmp/x')
  listening.write(Buffer.alloc(1_000_000))
  const sftp = await openSftp(busy)
  sftp
    .createWriteStream('/tmp/y')
    .on('error', () => {})
    .write(Buffer.alloc(3_000_000))
  await new Promise(resolve => setTimeout(resolve, 50))
  other.goDown()
  await closed
  expect(other.connectionCount()).toBe(0)
  await other.comeUp()
  const again = await signIn(other)
  expect((await run(again, 'echo back')).stdout).toBe('back\n')
  const started = performance.now()
  await other.stop()
  expect(performance.now() - started).toBeLessThan(900)
  expect(seen).toEqual([])
})

test('a panic of the machine takes the guest down until the machine is up', async () => {
  let panic = () => {}
  let up = () => {}
  const other = await startDemoGuest({
    createMachine: () => ({
      programs: new Map(),
      onPanic: listener => void (panic = listener),
      onUp: listener => void (up = listener),
      dispose: () => {},
    }),
  })
  const before = await signIn(other)
  panic()
  await new Promise<void>(resolve => before.once('close', () => resolve()))
  await expect(signIn(other)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  up()
  await expect
    .poll(async () =>
      signIn(other).then(
        again => (again.end(), 'up'),
        () => 'down',
      ),
    )
    .toBe('up')
  await other.stop()
})

test('a reboot is for root; the guest comes back with an empty /tmp and nothing loaded', async () => {
  const other = await startDemoGuest({
    sudoNeedsPassword: false,
    createMachine: files => createDemoMachine(files, { delayFactor: 0, rebootMs: 50 }),
  })
  onTestFinished(() => other.stop())
  const before = await signIn(other)
  expect(await run(before, 'reboot')).toMatchObject({
    code: 1,
    stderr: 'reboot: Operation not permitted\n',
  })
  await run(before, 'mkdir -p /tmp/a/b; echo x >/tmp/a/b/c; ln -s / /tmp/l; echo y >~/kept')
  const session = (await run(before, 'sysctl -n kern.bootsessionuuid')).stdout
  const isDown = new Promise<void>(resolve => before.once('close', () => resolve()))
  run(before, 'sudo reboot').catch(() => {})
  await isDown
  const again = await vi.waitFor(() => signIn(other), { timeout: 5000, interval: 20 })
  expect(await run(again, 'ls /tmp; cat ~/kept')).toMatchObject({ code: 0, stdout: 'y\n' })
  expect((await run(again, 'sysctl -n kern.bootsessionuuid')).stdout).not.toBe(session)
})

test.each([
  ['a very long command', `echo ${'x'.repeat(30_000)} | wc -c`, { code: 0, stdout: '   30001\n' }],
  ['a NUL byte', 'echo a\0b', { code: 0, stdout: 'a\n' }],
  [
    'an unterminated quote',
    "echo 'abc",
    { code: 2, stderr: "sh: unexpected EOF while looking for matching `''\n" },
  ],
  [
    'a path out of the tree',
    'ls /../../../etc/hosts',
    { code: 0, stdout: '/../../../etc/hosts\n' },
  ],
  ['deep nesting', `${'('.repeat(5000)}true${')'.repeat(5000)}`, { code: 2 }],
])('%s does no harm', async (_what, command, expected) => {
  expect(await run(client, command)).toMatchObject(expected)
})

test('an endless loop leaves time for others and ends with its channel', async () => {
  const channel = await openExec(client, 'while :; do :; done')
  expect((await run(client, 'echo meanwhile')).stdout).toBe('meanwhile\n')
  channel.close()
  expect((await run(client, 'echo after')).stdout).toBe('after\n')
})

test('an interactive shell prompts, echoes, remembers, and ends with exit', async () => {
  const channel = await done<Parameters<typeof collect>[0]>(callback =>
    client.shell({ term: 'xterm' }, callback as never),
  )
  let text = ''
  channel.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const shows = (expected: string) => expect.poll(() => text).toContain(expected)
  await shows('darwinos:~ author$ ')
  channel.write('cd /tmp; X=5x\x7f\r')
  await shows('darwinos:tmp author$ ')
  channel.write('echo "value $X\r')
  await shows('> ')
  channel.write('end"\r')
  await shows('value 5\r\nend\r\n')
  channel.write('sleep 100\r')
  await new Promise(resolve => setTimeout(resolve, 100))
  channel.write('\x03')
  await shows('^C\r\n')
  channel.write('echo $?; exit 3\r')
  const code = await new Promise(resolve => channel.once('exit', resolve))
  expect(text).toContain('\r\n130\r\n')
  expect(code).toBe(3)
})

test('a shell without a terminal runs its input and shows no prompt', async () => {
  const channel = await done<Parameters<typeof collect>[0]>(callback =>
    client.shell(false, callback as never),
  )
  expect(await collect(channel, 'echo one\ncat\nto cat\n')).toMatchObject({
    code: 0,
    stdout: 'one\nto cat\n',
  })
})
