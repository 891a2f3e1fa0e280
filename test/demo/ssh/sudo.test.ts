import type { Client } from 'ssh2'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startDemoGuest, type DemoGuest } from '../../../main/demo/demo-guest.ts'
import { done, run, signIn, type collect } from './guest-client.ts'

let guest: DemoGuest
let client: Client

beforeAll(async () => {
  guest = await startDemoGuest()
})
afterAll(() => guest.stop())
// Each test has its own connection, since that is what sudo remembers by.
beforeEach(async () => {
  client = await signIn(guest)
})
afterEach(() => {
  client.end()
})

test('sudo -S takes the password from the first line and leaves the rest to the command', async () => {
  const outcome = await run(
    client,
    "sudo -S -p '' sh -c 'id -un; cat'",
    'kernel\nfor the command\n',
  )
  expect(outcome).toEqual({
    code: 0,
    signal: null,
    stdout: 'root\nfor the command\n',
    stderr: '',
  })
})

test('sudo -n refuses without a password, until one was given on this connection', async () => {
  const refused = { code: 1, stdout: '', stderr: 'sudo: a password is required\n' }
  expect(await run(client, 'sudo -n id -u')).toMatchObject(refused)
  expect(await run(client, 'sudo -S -v -p "pass? "', 'kernel\n')).toMatchObject({
    code: 0,
    stderr: 'pass? ',
  })
  expect(await run(client, 'sudo -n id -u')).toMatchObject({ code: 0, stdout: '0\n' })
  expect((await run(client, 'sudo -k')).code).toBe(0)
  expect(await run(client, 'sudo -n id -u')).toMatchObject(refused)
})

test('what one connection was allowed, another was not', async () => {
  await run(client, 'sudo -S true', 'kernel\n')
  const other = await signIn(guest)
  expect((await run(other, 'sudo -n true')).code).toBe(1)
  other.end()
})

test('three wrong passwords are enough', async () => {
  const outcome = await run(client, "sudo -S -p '' id", 'a\nb\nc\nkernel\n')
  expect(outcome).toMatchObject({
    code: 1,
    stdout: '',
    stderr:
      'Sorry, try again.\nSorry, try again.\nSorry, try again.\nsudo: 3 incorrect password attempts\n',
  })
})

test('a second try may be right', async () => {
  const outcome = await run(client, "sudo -S -p '' whoami", 'wrong\nkernel\n')
  expect(outcome).toMatchObject({ code: 0, stdout: 'root\n', stderr: 'Sorry, try again.\n' })
})

test('the end of input is no password', async () => {
  const outcome = await run(client, "sudo -S -p '' id")
  expect(outcome.code).toBe(1)
  expect(outcome.stderr).toContain('sudo: no password was provided')
})

test('without a terminal and without -S sudo cannot ask', async () => {
  expect(await run(client, 'sudo id', 'kernel\n')).toMatchObject({
    code: 1,
    stderr: 'sudo: no tty present and no askpass program specified\n',
  })
})

test('on a terminal sudo asks there and does not show the answer', async () => {
  const channel = await done<Parameters<typeof collect>[0]>(callback =>
    client.shell({ term: 'xterm' }, callback as never),
  )
  let text = ''
  channel.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await expect.poll(() => text).toContain('$ ')
  channel.write('sudo whoami\r')
  await expect.poll(() => text).toContain('Password:')
  channel.write('kernel\r')
  await expect.poll(() => text).toContain('\r\nroot\r\n')
  expect(text).not.toContain('kernel')
  channel.write('sudo -s\r')
  await expect.poll(() => text).toContain('darwinos:~ root# ')
  channel.write('exit 4\recho "was $?"\r')
  await expect.poll(() => text).toContain('was 4\r\n')
  channel.end('exit\r')
})

test('the command gets its arguments, its exit code counts, -u and -- are understood', async () => {
  await run(client, 'sudo -S true', 'kernel\n')
  expect((await run(client, "sudo -n -- sh -c 'exit 42'")).code).toBe(42)
  expect((await run(client, 'sudo -n -u author whoami')).stdout).toBe('author\n')
  expect((await run(client, 'sudo -n A="x y" sh -c \'echo "$A"\'')).stdout).toBe('x y\n')
  expect(await run(client, 'sudo -n nope')).toMatchObject({
    code: 1,
    stderr: 'sudo: nope: command not found\n',
  })
  expect((await run(client, 'sudo -n -u nobody-here id')).stderr).toBe(
    'sudo: unknown user: nobody-here\n',
  )
})

test('a guest may be told not to ask', async () => {
  const open = await startDemoGuest({ sudoNeedsPassword: false })
  const other = await signIn(open)
  expect((await run(other, 'sudo -n whoami')).stdout).toBe('root\n')
  other.end()
  await open.stop()
})
