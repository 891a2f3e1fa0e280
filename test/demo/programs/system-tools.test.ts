import { afterAll, beforeAll, expect, test } from 'vitest'
import { vis } from '../../../main/demo/programs/dmesg.ts'
import { messageBufferBytes } from '../../../main/demo/kernel/message-buffer.ts'
import { bootTestMachine, type TestMachine } from '../run-program.ts'

let m: TestMachine
beforeAll(() => {
  m = bootTestMachine()
})
afterAll(() => m.dispose())

test('dmesg is for root, and takes no arguments', async () => {
  expect(await m.run('dmesg', { uid: 501 })).toEqual({
    stdout: '',
    stderr: 'Unable to obtain kernel buffer: Operation not permitted\nusage: sudo dmesg\n',
    exitCode: 1,
  })
  expect(await m.run('dmesg -x')).toMatchObject({ stderr: 'usage: sudo dmesg\n', exitCode: 1 })
  expect((await m.run('dmesg')).stdout).toMatch(/^Darwin Kernel Version 17\.7\.0: /)
})

test('dmesg encodes what cannot be printed', () => {
  expect(vis(Uint8Array.of(0x41, 0x09, 0x0a, 0x07, 0x7f, 0xe9, 0x81, 0x5c))).toBe(
    'A\t\n\\^G\\^?\\M-i\\M^A\\\\',
  )
})

test('the message buffer is a ring: it keeps the newest bytes', async () => {
  const other = bootTestMachine()
  for (let i = 0; i < 2000; i++) other.kernel.boot.log.line(`message number ${i}`)
  const { stdout } = await other.run('dmesg')
  other.dispose()
  expect(stdout.length).toBe(messageBufferBytes)
  expect(stdout.endsWith('message number 1998\nmessage number 1999\n')).toBe(true)
})

test('ioclasscount lists every class, or answers for the ones named', async () => {
  const all = (await m.run('ioclasscount')).stdout.trimEnd().split('\n')
  for (const line of all) expect(line).toMatch(/^\S+ = \d+$/)
  const names = all.map(line => line.split(' ')[0]!.toLowerCase())
  expect(names).toEqual([...names].sort())
  expect(await m.run('ioclasscount IOPMrootDomain NoSuchClass')).toEqual({
    stdout: 'IOPMrootDomain = 1, NoSuchClass = <no such class>\n',
    stderr: '',
    exitCode: 0,
  })
})

test('ioclasscount agrees with the registry and with the diagnostics of Root', async () => {
  const shown = (await m.run('ioreg -w0')).stdout
  const ids = new Set([...shown.matchAll(/<class IOPCIDevice, id (0x\w+)/g)].map(match => match[1]))
  expect((await m.run('ioclasscount IOPCIDevice')).stdout).toBe(`IOPCIDevice = ${ids.size}\n`)
  expect((await m.run('ioreg -l -d1 -w0')).stdout).toContain(`"IOPCIDevice"=${ids.size},`)
})

test('the system says what it is', async () => {
  expect((await m.run('sw_vers')).stdout).toBe(
    'ProductName:\tdarwinOS\nProductVersion:\t10.13.6\nBuildVersion:\t17G65\n',
  )
  expect((await m.run('sw_vers -buildVersion')).stdout).toBe('17G65\n')
  expect((await m.run('uname')).stdout).toBe('Darwin\n')
  expect((await m.run('uname -mr')).stdout).toBe('17.7.0 x86_64\n')
  expect((await m.run('uname -a')).stdout).toMatch(
    /^Darwin darwinos 17\.7\.0 Darwin Kernel Version 17\.7\.0: .*\/RELEASE_X86_64 x86_64\n$/,
  )
  expect((await m.run('csrutil status')).stdout).toBe(
    'System Integrity Protection status: disabled.\n',
  )
  expect((await m.run('nvram boot-args')).stdout).toMatch(/^boot-args\t.+\n$/)
})

test('sysctl answers by name; an unknown one fails and the others are still shown', async () => {
  const uuid = m.kernel.boot.identity.sessionUuid
  expect((await m.run('sysctl kern.bootsessionuuid')).stdout).toBe(
    `kern.bootsessionuuid: ${uuid}\n`,
  )
  expect((await m.run('sysctl -n kern.osversion kern.osrelease')).stdout).toBe('17G65\n17.7.0\n')
  expect((await m.run('sysctl -n kern.boottime')).stdout).toMatch(
    /^\{ sec = \d+, usec = \d+ \} \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\n$/,
  )
  expect(await m.run('sysctl -n kern.osproductversion hw.machine')).toEqual({
    stdout: 'x86_64\n',
    stderr: "sysctl: unknown oid 'kern.osproductversion'\n",
    exitCode: 1,
  })
})
