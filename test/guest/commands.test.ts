import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pack } from 'tar-stream'
import { afterEach, describe, expect, test } from 'vitest'
import { textOf } from '../../main/guest/command.ts'
import {
  archiveBootPersonalities,
  mayHaveBootPersonalities,
} from '../../main/guest/commands/boot-personalities.ts'
import { dmesg } from '../../main/guest/commands/dmesg.ts'
import { identify } from '../../main/guest/commands/identify.ts'
import { archiveInfoPlists } from '../../main/guest/commands/info-plists.ts'
import { ioclasscount } from '../../main/guest/commands/ioclasscount.ts'
import {
  archiveIsSupported,
  readPlaneArchive,
  readPlaneHeaders,
  readPlaneText,
  readRoot,
} from '../../main/guest/commands/ioreg.ts'
import { kextload } from '../../main/guest/commands/kextload.ts'
import { kextstat } from '../../main/guest/commands/kextstat.ts'
import { kextunload } from '../../main/guest/commands/kextunload.ts'
import { kextutil } from '../../main/guest/commands/kextutil.ts'
import { kmutilShowLoaded } from '../../main/guest/commands/kmutil.ts'
import { probeTools } from '../../main/guest/commands/probe-tools.ts'
import { connectGuest } from '../../main/guest/connect.ts'
import { readInfoPlists, type InfoPlistFile } from '../../main/guest/read-info-plists.ts'
import type { GuestSession } from '../../main/guest/session.ts'
import { failureOf } from './failure-of.ts'
import { answer, startServer, trusting } from './in-process-server.ts'
import type { Exec } from './in-process-server.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function guestThat(onExec: (exec: Exec) => void): Promise<GuestSession> {
  const server = await startServer({ onExec })
  endings.push(server.close)
  const session = await connectGuest(
    { host: '127.0.0.1', port: server.port, user: 'root' },
    { method: 'password', password: 'right' },
    { trust: trusting(server.fingerprint) },
  )
  endings.push(() => session.close())
  return session
}

/** A guest that answers from a table, as root, and has nothing that is not in the table. */
async function guestWith(table: Record<string, readonly [string, number, string?]>) {
  const lines: string[] = []
  const session = await guestThat(({ line, channel }) => {
    if (line === '/usr/bin/id -u') {
      answer(channel, '0\n', 0)
      return
    }
    lines.push(line)
    const [text, exitCode, stderr] = table[line] ?? ['', 127, `bash: ${line}: No such file\n`]
    answer(channel, text, exitCode, stderr)
  })
  return { session, lines }
}

/** Runs every command line in a real shell of this machine, with another place for a folder of the guest's. */
function inShell(place: string, folder = '/System/Library/Extensions') {
  return ({ line, channel }: Exec) => {
    const here = line.replaceAll(folder, place)
    const child = spawn('/bin/sh', ['-c', here])
    child.stdout.pipe(channel, { end: false })
    child.stderr.pipe(channel.stderr, { end: false })
    child.on('close', code => {
      channel.exit(code ?? 1)
      channel.end()
    })
  }
}

test('each command runs the line that one would type', async () => {
  const { session, lines } = await guestWith({})
  const path = '/Library/Extensions/My Kext.kext'
  const sink = () => {}
  const attempts = [
    readPlaneArchive(session, 'IOService', sink),
    readPlaneText(session, 'IODeviceTree', sink),
    readPlaneHeaders(session, 'IOService', sink),
    readRoot(session),
    kextstat(session),
    kmutilShowLoaded(session),
    ioclasscount(session, ['IOService', 'My Class']),
    dmesg(session),
    kextload(session, { path }, { dependencies: ['/tmp/A.kext'] }),
    kextunload(session, { bundleIdentifier: 'com.example.my-kext' }, { className: 'MyKext' }),
    kextutil(session, { path }, { dryRun: true, tests: true }),
  ]
  const failures = await Promise.all(attempts.map(failureOf))
  expect(failures.map(failure => failure.kind)).toEqual(attempts.map(() => 'command-missing'))
  expect(new Set(lines)).toEqual(
    new Set([
      '/usr/sbin/ioreg -a -l -p IOService',
      '/usr/sbin/ioreg -l -i -w0 -p IODeviceTree',
      '/usr/sbin/ioreg -i -w0 -p IOService',
      '/usr/sbin/ioreg -l -d1 -w0',
      '/usr/sbin/kextstat',
      '/usr/bin/kmutil showloaded',
      `/usr/sbin/ioclasscount IOService 'My Class'`,
      '/sbin/dmesg',
      `/sbin/kextload -d /tmp/A.kext '${path}'`,
      '/sbin/kextunload -c MyKext -b com.example.my-kext',
      `/usr/bin/kextutil -n -t '${path}'`,
    ]),
  )
})

test('a plane arrives piece by piece and whole', async () => {
  const { session } = await guestWith({ '/usr/sbin/ioreg -a -l -p IOPower': ['<plist/>\n', 0] })
  const pieces: Uint8Array[] = []
  await readPlaneArchive(session, 'IOPower', piece => void pieces.push(piece))
  expect(Buffer.concat(pieces).toString()).toBe('<plist/>\n')
})

test('an ioreg before 10.8 says by its usage that it has no archives', async () => {
  const ask = '/usr/sbin/ioreg -a -r'
  const usage = 'ioreg: illegal option -- a\nusage: ioreg [-bcdfiklnprstwx]\n'
  const old = await guestWith({ [ask]: ['', 1, usage] })
  expect(await archiveIsSupported(old.session)).toBe(false)
  const fresh = await guestWith({ [ask]: ['', 0] })
  expect(await archiveIsSupported(fresh.session)).toBe(true)
  const broken = await guestWith({
    [ask]: ['', 1, "ioreg: error: can't obtain I/O Kit's root service.\n"],
  })
  expect(await failureOf(archiveIsSupported(broken.session))).toMatchObject({
    kind: 'command-failed',
  })
})

test('what a kext tool ends with is a result, whatever the code', async () => {
  const line = '/sbin/kextload /tmp/Foo.kext'
  const stderr = '/tmp/Foo.kext failed to load - (libkern/kext) not found; check the system log.\n'
  const { session } = await guestWith({ [line]: ['', 71, stderr] })
  expect(await kextload(session, { path: '/tmp/Foo.kext' })).toMatchObject({ exitCode: 71, stderr })
})

test('a path that could be read as an option is refused', async () => {
  const { session, lines } = await guestWith({})
  expect(await failureOf(kextload(session, { path: '-r' }))).toMatchObject({
    kind: 'bad-request',
    detail: '-r is not a full path',
  })
  expect(lines).toEqual([])
})

test('a bare Darwin is identified by what it has', async () => {
  const uname = 'Darwin pd 17.7.0 Darwin Kernel Version 17.7.0 x86_64\n'
  const { session } = await guestWith({
    '/usr/bin/uname -a': [uname, 0],
    '/usr/sbin/sysctl kern.bootsessionuuid kern.boottime kern.osversion kern.osrelease kern.version hw.machine kern.safeboot':
      ['hw.machine: x86_64\n', 1, 'sysctl: unknown oid\n'],
  })
  const { uname: kernel, swVers, sysctl } = await identify(session)
  expect(kernel && textOf(kernel)).toBe(uname)
  expect(swVers).toBeNull()
  // What it knows counts, although it ended with 1 for what it does not know.
  expect(sysctl).toMatchObject({ exitCode: 1, bytes: 19 })
})

test('tools are found where they are, and called there from then on', async () => {
  const lines: string[] = []
  const session = await guestThat(({ line, channel }) => {
    lines.push(line)
    if (line.startsWith('/bin/sh')) {
      answer(channel, '/opt/darwin/sbin/ioreg\nkextstat: aliased\n/sbin/dmesg\n', 0)
    } else answer(channel, '', 0)
  })
  const found = await probeTools(session)
  expect([...found]).toEqual([
    ['ioreg', '/opt/darwin/sbin/ioreg'],
    ['dmesg', '/sbin/dmesg'],
  ])
  await readRoot(session)
  expect(lines.at(-1)).toBe('/opt/darwin/sbin/ioreg -l -d1 -w0')
})

test('the probe works in a real shell', async () => {
  const session = await guestThat(inShell('/nowhere'))
  const found = await probeTools(session)
  expect(found.get('uname')).toMatch(/^\/(usr\/)?bin\/uname$/)
  expect(found.has('kextload')).toBe(false)
})

describe('the cache of boot-time personalities', () => {
  const startup = '/System/Library/Caches/com.apple.kext.caches/Startup'

  test('is that of the machine, or else of another architecture', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kextant-caches-'))
    endings.push(() => rmSync(folder, { recursive: true }))
    const session = await guestThat(inShell(folder, startup))
    const archive = async (machine: string | null) => {
      const result = await archiveBootPersonalities(session, machine)
      return result && /IOKitPersonalities_(\w+)/.exec(textOf(result))?.[1]
    }
    expect(await archive('x86_64')).toBeNull()
    const cache = (name: string) => join(folder, `IOKitPersonalities_${name}.ioplist.gz`)
    writeFileSync(cache('i386'), '')
    expect(await archive('x86_64')).toBe('i386')
    writeFileSync(cache('x86_64'), '')
    expect(await archive('x86_64')).toBe('x86_64')
    expect(await archive(null)).toBe('x86_64')
    expect(await archive('i386')).toBe('i386')
    expect(await archive('$(rm -rf /); ')).toBe('x86_64')
  })

  test('is asked of those systems that keep one', () => {
    const asked = [null, 9, 10, 17, 19, 20, 25].filter(mayHaveBootPersonalities)
    expect(asked).toEqual([null, 10, 17, 19])
  })
})

describe('reading every Info.plist', () => {
  const readPlists = async (session: GuestSession, onFile: (file: InfoPlistFile) => void) =>
    readInfoPlists([(await archiveInfoPlists(session)).stdout!], onFile)

  test('one archive brings those of kexts and their plug-ins, and no others', async () => {
    const extensions = mkdtempSync(join(tmpdir(), 'kextant plists '))
    endings.push(() => rmSync(extensions, { recursive: true }))
    const write = (path: string, text: string) => {
      mkdirSync(join(extensions, path), { recursive: true })
      writeFileSync(join(extensions, path, 'Info.plist'), text)
    }
    write('A.kext/Contents', 'a')
    write('A.kext/Contents/PlugIns/B C.kext/Contents', 'b')
    write('Flat.kext', 'flat')
    write('A.kext/Contents/Resources/Help.bundle/Contents', 'no')
    write('Not a kext', 'no')
    write(`Long.kext/Contents/PlugIns/${'long name '.repeat(20)}.kext/Contents`, 'long')
    write('elsewhere/Linked.kext/Contents', 'linked')
    symlinkSync(join(extensions, 'elsewhere', 'Linked.kext'), join(extensions, 'Linked.kext'))
    symlinkSync('Linked.kext', join(extensions, 'Loop.kext'))
    const session = await guestThat(inShell(`"${extensions}"`))
    const files = new Map<string, string>()
    const report = await readPlists(session, file => {
      files.set(file.path.replace(extensions, ''), Buffer.from(file.bytes).toString())
    })
    expect(Object.fromEntries([...files].sort())).toEqual({
      '/A.kext/Contents/Info.plist': 'a',
      '/A.kext/Contents/PlugIns/B C.kext/Contents/Info.plist': 'b',
      '/Flat.kext/Info.plist': 'flat',
      '/Linked.kext/Contents/Info.plist': 'linked',
      [`/Long.kext/Contents/PlugIns/${'long name '.repeat(20)}.kext/Contents/Info.plist`]: 'long',
      '/Loop.kext/Contents/Info.plist': 'linked',
      '/elsewhere/Linked.kext/Contents/Info.plist': 'linked',
    })
    expect(report).toEqual({ fileCount: 7, problems: [] })
  })

  const archiveOf = async (files: readonly (readonly [string, Buffer])[]) => {
    const archive = pack()
    for (const [name, bytes] of files) archive.entry({ name }, bytes)
    archive.finalize()
    const pieces: Buffer[] = []
    for await (const piece of archive) pieces.push(piece as Buffer)
    return Buffer.concat(pieces)
  }
  const guestSending = (bytes: Buffer) =>
    guestThat(({ channel }) => {
      channel.write(bytes)
      channel.exit(0)
      channel.end()
    })

  test('a file too large is left out and named, the rest is read', async () => {
    const session = await guestSending(
      await archiveOf([
        ['L/Big.kext/Contents/Info.plist', Buffer.alloc(5_000_000)],
        ['L/../../etc/X.kext/Info.plist', Buffer.from('climbs')],
        ['L/Small.kext/Contents/Info.plist', Buffer.from('small')],
      ]),
    )
    const paths: string[] = []
    const report = await readPlists(session, file => void paths.push(file.path))
    expect(paths).toEqual(['/L/Small.kext/Contents/Info.plist'])
    expect(report.problems).toEqual([
      '/L/Big.kext/Contents/Info.plist is larger than 4 MB and was left out.',
    ])
  })

  test('what is no archive, and one that breaks off, is a failure with its place', async () => {
    const noise = await guestSending(Buffer.alloc(4096, 'login: '))
    expect(await failureOf(readPlists(noise, () => {}))).toMatchObject({
      kind: 'dump-malformed',
      byteOffset: 4096,
    })
    const whole = await archiveOf([['A.kext/Info.plist', Buffer.alloc(3000)]])
    const cut = await guestSending(whole.subarray(0, 1500))
    expect(await failureOf(readPlists(cut, () => {}))).toMatchObject({
      kind: 'dump-malformed',
      byteOffset: 1500,
    })
  })

  test('a consumer that throws ends the reading with its error', async () => {
    const session = await guestSending(
      await archiveOf([['A.kext/Info.plist', Buffer.alloc(3_000_000)]]),
    )
    const read = readPlists(session, () => {
      throw new RangeError('enough')
    })
    await expect(read).rejects.toThrow(RangeError)
  })

  test('a guest without kexts has none', async () => {
    const session = await guestThat(inShell('/nowhere'))
    expect(await readPlists(session, () => {})).toEqual({ fileCount: 0, problems: [] })
  })
})
