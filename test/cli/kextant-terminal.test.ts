import { spawn, spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import ssh2 from 'ssh2'
import { expect, onTestFinished, test } from 'vitest'
import { fileWith, runCli } from '../helpers/cli-process.ts'
import { startCliGuest } from '../helpers/cli-guest.ts'
import { samplesFolder } from '../helpers/start-service.ts'

const { Client, utils } = ssh2
const script = resolve(import.meta.dirname, '../../main/cli/index.ts')
/** util-linux has a `script` that runs a command in a terminal of its own and ends with its exit code. */
const hasTerminal = /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '')
const noTerminal = 'the script command of util-linux is not here'

/** Runs the command line in a terminal; each answer is typed when its question is there. */
async function inTerminal(
  args: readonly string[],
  env: Record<string, string>,
  answers: readonly (readonly [question: string, answer: string])[],
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const words = [process.execPath, script, ...args].map(word => `'${word}'`).join(' ')
  const child = spawn('script', ['-qefc', words, '/dev/null'], {
    env: { ...process.env, NODE_NO_WARNINGS: '1', TERM: 'xterm', ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let screen = ''
  let from = 0
  const open = [...answers]
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString()
    const [next] = open
    if (next && screen.includes(next[0], from)) {
      open.shift()
      from = screen.length
      child.stdin.write(next[1])
    }
  })
  const code = await new Promise<number | null>(done => child.on('exit', done))
  return { code, screen: screen.replaceAll('\r', '') }
}

test(
  'in a terminal it is asked, and the plan stands before the question',
  { timeout: 60_000 },
  async context => {
    context.skip(!hasTerminal, noTerminal)
    const guest = await startCliGuest()
    const args = ['push', guest.source, join(samplesFolder, 'MyKext.kext'), ...guest.signIn]
    const no = await inTerminal(args, guest.env, [['Do it? [y/N]', '\r']])
    expect(no.code).toBe(64)
    expect(no.screen.indexOf('put -r')).toBeLessThan(no.screen.indexOf('Do it?'))
    expect(no.screen).toContain('nothing was done.')
    const yes = await inTerminal(args, guest.env, [['Do it? [y/N]', 'y\r']])
    expect(yes.code).toBe(0)
    expect(yes.screen).toContain('\u001b[32mholds')
  },
)

test('a stop is asked about by its name, and sudo’s password is typed without an echo', async context => {
  context.skip(!hasTerminal, noTerminal)
  const guest = await startCliGuest()
  const { KEXTANT_SUDO_PASSWORD: _sudo, KEXTANT_PASSWORD: _password, ...env } = guest.env
  // Who signs in with a key has given no password that sudo could be tried with.
  const key = await authorizedKey(Number(guest.source.split(':').at(-1)))
  const { code, screen } = await inTerminal(
    ['loop', guest.source, join(samplesFolder, 'MyKext.kext'), '-i', key, ...guest.signIn],
    env,
    [
      ['Go on in spite of not-a-virtual-machine? [y/N]', 'y\r'],
      ['Do it? [y/N]', 'yes\r'],
      ['Password for sudo in the guest:', 'kernel\r'],
    ],
  )
  expect(screen).toMatch(/Password for sudo in the guest: *\n/)
  expect(code).toBe(0)
}, 60_000)

test('without a terminal sudo’s password has to be given, and it is said how', async () => {
  const guest = await startCliGuest()
  const { KEXTANT_SUDO_PASSWORD: _sudo, KEXTANT_PASSWORD: _password, ...env } = guest.env
  const key = await authorizedKey(Number(guest.source.split(':').at(-1)))
  const args = ['push', guest.source, join(samplesFolder, 'MyKext.kext'), '--yes', '-i', key]
  const { code, stderr } = await runCli([...args, ...guest.signIn], env)
  expect(code).toBe(64)
  expect(stderr).toContain('set KEXTANT_SUDO_PASSWORD, or run this in a terminal')
}, 60_000)

/** A private key that the guest's account lets in, as a file. */
async function authorizedKey(port: number): Promise<string> {
  const pair = utils.generateKeyPairSync('ed25519')
  const client = new Client()
  await new Promise<void>((done, fail) => {
    client.once('ready', () => done()).once('error', fail)
    client.connect({ host: '127.0.0.1', port, username: 'author', password: 'kernel' })
  })
  await new Promise<void>((done, fail) =>
    client.exec('mkdir -p ~/.ssh && cat > ~/.ssh/authorized_keys', (error, channel) => {
      if (error) return fail(error)
      channel.on('close', () => done()).resume()
      channel.end(`${pair.public}\n`)
    }),
  )
  client.end()
  return fileWith(pair.private, 'key')
}

test('Ctrl-C at a question cancels, and nothing was done', { timeout: 60_000 }, async context => {
  context.skip(!hasTerminal, noTerminal)
  const guest = await startCliGuest()
  const args = ['push', guest.source, join(samplesFolder, 'MyKext.kext'), ...guest.signIn]
  const { code } = await inTerminal(args, guest.env, [['Do it? [y/N]', '\u0003']])
  expect(code).toBe(130)
})
