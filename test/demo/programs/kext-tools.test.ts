import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootTestMachine, type TestMachine } from '../run-program.ts'

let m: TestMachine
beforeAll(() => {
  m = bootTestMachine()
})
afterAll(() => m.dispose())

const author = { uid: 501, gid: 20, user: 'author' }

test('kextstat has the header and the rows of 10.11 and later', async () => {
  const [header, ...rows] = (await m.run('kextstat')).stdout.trimEnd().split('\n')
  expect(header).toBe(
    'Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>',
  )
  const row =
    /^ {2}[ \d]{2}\d [ \d]{3}\d 0x[0-9a-f]{16} 0x[0-9a-f]+ +0x[0-9a-f]+ +\S+ \(\S+\) [0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}(?: <\d+(?: \d+)*>)?$/
  for (const line of rows) expect(line).toMatch(row)
  expect(rows[0]).toMatch(
    /^ {4}1 +\d+ 0xffffff7f80a00000 .* com\.apple\.kpi\.bsd \(17\.7\.0\) [0-9A-F-]{36}$/,
  )
  const tags = rows.flatMap(line => {
    const list = /<(.*)>/.exec(line)?.[1]
    return list === undefined ? [] : [list.split(' ').map(Number)]
  })
  for (const list of tags) expect(list).toEqual([...list].sort((a, b) => b - a))
})

test('kextstat -b shows one kext, or the header alone when it is not loaded', async () => {
  const one = (await m.run('kextstat -b com.apple.iokit.IOPCIFamily')).stdout.split('\n')
  expect(one).toHaveLength(3)
  const none = await m.run('kextstat -b io.nothing')
  expect(none.stdout.split('\n')).toHaveLength(2)
  expect(none.exitCode).toBe(0)
  expect((await m.run('kextstat -k -l')).stdout).not.toContain('com.apple.kpi.')
  expect((await m.run('kextstat -z')).exitCode).toBe(64)
})

test('kextload refuses who is not root, what is not there, and no arguments', async () => {
  const path = m.push('MyKext.kext')
  expect(await m.run(`kextload ${path}`, author)).toEqual({
    stdout: '',
    stderr: `${path} failed to load - (libkern/kext) not privileged; check the system/kernel logs for errors or try kextutil(8).\n`,
    exitCode: 77,
  })
  const gone = await m.run('kextload /Library/Extensions/Gone.kext')
  expect(gone.exitCode).toBe(71)
  expect(gone.stderr).toContain(
    '/Library/Extensions/Gone.kext failed to load - (libkern/kext) not found;',
  )
  const none = await m.run('kextload')
  expect(none.exitCode).toBe(64)
  expect(none.stderr).toContain('No kernel extensions specified; ')
})

test('kextload -v tells what it does; the number after it is its own', async () => {
  const path = m.push('NeverRegisters.kext')
  expect(await m.run(`kextload -v 4 ${path}`)).toEqual({
    stdout: '',
    stderr: `Requesting load of ${path}.\n${path} loaded successfully (or already loaded).\n`,
    exitCode: 0,
  })
})

test('kextload finds a broken Info.plist', async () => {
  const path = m.push('StartFails.kext')
  m.files.write(`${path}/Contents/Info.plist`, new TextEncoder().encode('<plist><dict>'), {
    uid: 0,
    gid: 0,
  })
  const failed = await m.run(`kextload ${path}`)
  expect(failed.stderr).toContain('(libkern/kext) validation failure (plist/executable)')
  expect((await m.run(`kextutil -n -t ${path}`)).stderr).toContain(
    "Validation Failures: \n    Can't parse info dictionary XML: \n",
  )
})

test('kextunload says why not', async () => {
  expect(await m.run('kextunload -b io.gone', author)).toMatchObject({
    stderr:
      'You must be running as root to unload kexts, terminate services, or remove driver personalities.\n',
    exitCode: 77,
  })
  expect(await m.run('kextunload -b io.gone')).toMatchObject({
    stderr:
      '(kernel) Kext io.gone not found for unload request.\nFailed to unload io.gone - (libkern/kext) not found.\n',
    exitCode: 3,
  })
  expect(await m.run('kextunload /tmp/No.kext')).toMatchObject({
    stderr: "Can't create /tmp/No.kext.\n",
    exitCode: 1,
  })
  expect((await m.run('kextunload')).exitCode).toBe(64)
  const used = await m.run('kextunload -b com.apple.iokit.IOPCIFamily')
  expect(used.exitCode).toBe(3)
  expect(used.stderr).toMatch(
    /^\(kernel\) Can't unload kext com\.apple\.iokit\.IOPCIFamily; outstanding references \d+\.\nFailed to unload com\.apple\.iokit\.IOPCIFamily - \(libkern\/kext\) kext is in use or retained \(cannot unload\)\.\n$/,
  )
  const apples = await m.run('kextunload -b com.apple.driver.AppleHPET')
  expect(apples.stderr).toContain(
    'Failed to unload com.apple.driver.AppleHPET - (iokit/common) unsupported function.\n',
  )
  expect((await m.run('dmesg')).stdout).toContain(
    'disallowing kextunload terminate for bundleID com.apple.driver.AppleHPET\n',
  )
})

test('an ordinary third-party driver goes and comes back', async () => {
  const clients = async (): Promise<string> => (await m.run('ioreg -w0 -r -n S18')).stdout
  expect(await clients()).toContain('+-o VirtIOEntropy  <')
  expect(await m.run('kextunload -v -b io.darwinos.driver.VirtIOEntropy')).toEqual({
    stdout: '',
    stderr: 'io.darwinos.driver.VirtIOEntropy unloaded and personalities removed.\n',
    exitCode: 0,
  })
  expect(await clients()).not.toContain('VirtIOEntropy')
  expect(await m.run('kextload /Library/Extensions/VirtIOEntropy.kext')).toMatchObject({
    exitCode: 0,
  })
  await m.settle()
  expect(await clients()).toMatch(
    /\+-o VirtIOEntropy {2}<class VirtIOEntropy, id 0x\w+, registered, matched/,
  )
})

test('kextunload -p leaves the code, -c takes the instances only', async () => {
  await m.run(`kextload ${m.push('LeaksInstance.kext')}`)
  await m.settle()
  expect((await m.run('kextunload -v -c LeaksInstance')).stderr).toBe(
    'All instances of class LeaksInstance terminated.\n',
  )
  expect(await m.run('kextunload -v -p -b io.darwinos.contrib.LeaksInstance')).toMatchObject({
    stderr:
      'io.darwinos.contrib.LeaksInstance: services terminated and personalities removed (kext not unloaded).\n',
    exitCode: 0,
  })
  expect((await m.run('kextstat -l -b io.darwinos.contrib.LeaksInstance')).stdout).not.toBe('')
  expect((await m.run('kextunload -c NoSuchClass')).exitCode).toBe(3)
})

test('kextutil -n judges without loading; the report has its layout', async () => {
  const path = m.push('HangsInStart.kext')
  expect(await m.run(`kextutil -n -t ${path}`, author)).toEqual({
    stdout: '',
    stderr:
      "Defaulting to kernel file '/System/Library/Kernels/kernel'\n" +
      `${path} appears to be loadable (including linkage for on-disk libraries).\n`,
    exitCode: 0,
  })
  expect((await m.run(`kextutil ${path}`, author)).exitCode).toBe(77)
  expect((await m.run('kextutil -n /no/such.kext')).exitCode).toBe(1)
  const owner = await m.run('kextutil -n -t /Library/Extensions/WrongOwner.kext')
  expect(owner.stderr).toContain(
    'Diagnostics for /Library/Extensions/WrongOwner.kext:\n' +
      'Authentication Failures: \n' +
      '    File owner/permissions are incorrect (must be root:wheel, nonwritable by group/other): \n' +
      '        /Library/Extensions/WrongOwner.kext\n' +
      '        /Library/Extensions/WrongOwner.kext/Contents\n',
  )
  expect((await m.run('kextstat -l -b io.darwinos.contrib.HangsInStart')).stdout).toBe('')
})

test('kextlibs names the libraries as OSBundleLibraries wants them', async () => {
  const path = m.push('MyKext.kext')
  expect(await m.run(`kextlibs ${path}`)).toEqual({
    stdout: '    com.apple.kpi.iokit = 17.7.0\n    com.apple.kpi.libkern = 17.7.0\n',
    stderr: 'For all architectures:\n',
    exitCode: 0,
  })
  expect((await m.run(`kextlibs -xml -c ${path}`)).stdout).toBe(
    '\t<key>OSBundleLibraries</key>\n\t<dict>\n' +
      '\t\t<key>com.apple.kpi.iokit</key>\n\t\t<string>7.0</string>\n' +
      '\t\t<key>com.apple.kpi.libkern</key>\n\t\t<string>8.0.0d0</string>\n' +
      '\t</dict>\n',
  )
  expect(await m.run(`kextlibs ${m.push('MissingDependency.kext')}`)).toMatchObject({
    stderr: 'For all architectures:\n    1 symbol not found in any library kext.\n',
    exitCode: 1,
  })
})
