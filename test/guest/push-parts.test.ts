import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startDemoGuest } from '../../main/demo/demo-guest.ts'
import { createDemoMachine } from '../../main/demo/machine/demo-machine.ts'
import { checksumOf, readChecksums } from '../../main/guest/checksums.ts'
import { connectGuest } from '../../main/guest/connect.ts'
import { readListing } from '../../main/guest/list-bundle.ts'
import { mendLeftovers, readLeftovers } from '../../main/guest/push-leftovers.ts'
import { judgeParents } from '../../main/guest/push-parents.ts'
import {
  beginPush,
  newStagingFolder,
  ownTag,
  readTag,
  staleAfterSeconds,
} from '../../main/guest/push-tag.ts'
import { readGuestBuild } from '../../main/guest/read-guest-build.ts'
import { readHostBuild } from '../../main/service/read-host-build.ts'
import { samplesFolder } from '../helpers/app-with-demo.ts'
import { putInGuest } from '../helpers/push-samples.ts'
import { reasonWithoutOpenSsh, startSshdBeforeDemo } from '../helpers/sshd-before-demo.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { failureOf } from './failure-of.ts'
import { trusting } from './in-process-server.ts'

const now = Math.floor(Date.now() / 1000)

describe('checksums', () => {
  const sum = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

  test('the lines of every tool are read, also with names that look like other lines', () => {
    const lines = [
      `${sum}  ./a b`,
      `${sum} *./binary`,
      `\\${sum}  ./back\\\\slash`,
      `SHA256(./x)= ${sum}`,
      `SHA2-256(./y)= 1)= ${sum}`,
      '4294967295 0 ./empty file',
    ]
    expect([...readChecksums(lines)!.keys()]).toEqual([
      './a b',
      './binary',
      './back\\slash',
      './x',
      './y)= 1',
      './empty file',
    ])
  })

  test('a line that is none makes all of them unknown', () => {
    expect(readChecksums([`${sum}  ./a`, 'shasum: ./b: Permission denied'])).toBeNull()
  })

  test.skipIf(!existsSync('/usr/bin/cksum'))('cksum is computed as cksum(1) does', async () => {
    const folder = temporaryFolder()
    for (const length of [0, 1, 255, 256, 70_001]) {
      const path = join(folder, `${length}`)
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 0xff)
      writeFileSync(path, bytes)
      const theirs = execFileSync('/usr/bin/cksum', [path], { encoding: 'utf8' })
      expect(`${await checksumOf(pieces(bytes), 'cksum', path)} ${path}\n`).toBe(theirs)
    }
  })

  async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 100)
    yield bytes.subarray(100)
  }
})

describe('a listing of a bundle', () => {
  const sum = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  const text = (parts: readonly (readonly string[])[]) =>
    parts.map(lines => lines.map(line => `${line}\n`).join('')).join('///\n')

  test('tells folders, symlinks, files and what may be run', () => {
    const listing = readListing(
      text([['.', './Contents'], ['./Code'], ['Contents'], [], ['./x'], [`${sum}  ./x`]]),
    )
    expect(listing).toEqual({
      directories: new Set(['', 'Contents']),
      symlinks: new Map([['Code', 'Contents']]),
      files: new Map([['x', sum]]),
      executables: new Set(['x']),
    })
  })

  test.for([
    ['a name with a newline', [['.', './two', 'lines'], [], [], [], [], []]],
    ['a name that leaves the bundle', [['.', './../etc'], [], [], [], [], []]],
    ['a pipe', [['.'], [], [], ['./pipe'], [], []]],
    ['a symlink without its target', [['.'], ['./a', './b'], ['x'], [], [], []]],
    ['an output that breaks off', [['.'], [], []]],
  ] as const)('with %s is not understood', ([, parts]) => {
    expect(readListing(text(parts))).toBeNull()
  })
})

describe('what an earlier push left', () => {
  const host = (other: object = {}) => newStagingFolder({ ...ownTag(), ...other })
  const draw = (text: string) =>
    readLeftovers(text, '/Library/Extensions').found.map(one => `${one.mend}: ${one.kind}`)
  const ls = (path: string, uid = 501) => `drwx------  3 ${uid}  0  96 Nov 25 17:09 ${path}`
  // No process has this number: Linux and Darwin stop far below.
  const dead = { pid: 99_999_999 }

  test('the name of a staging folder says whose it is', () => {
    const tag = { host: '0123abcd', pid: 4711, startedAt: now }
    expect(readTag(newStagingFolder(tag).slice('/tmp/'.length))).toEqual(tag)
  })

  test('a dead process of this computer is told at once, one of another only by its age', () => {
    expect(draw(`uid 501\n${ls(host(dead))}`)).toEqual(['remove: staging'])
    const elsewhere = { ...dead, host: '00000000' }
    expect(draw(`uid 501\n${ls(host(elsewhere))}`)).toEqual(['leave alone: staging'])
    const old = { ...elsewhere, startedAt: now - staleAfterSeconds - 1 }
    expect(draw(`uid 501\n${ls(host(old))}`)).toEqual(['remove: staging'])
  })

  test('a push of this process that is under way is left alone, until it is over', () => {
    const folder = host()
    const end = beginPush(folder)
    expect(draw(`uid 501\n${ls(folder)}`)).toEqual(['leave alone: staging'])
    end()
    expect(draw(`uid 501\n${ls(folder)}`)).toEqual(['remove: staging'])
  })

  test('folders of other accounts, and names that no push makes, are passed over', () => {
    const text = [
      'uid 501',
      ls(host(dead), 502),
      ls('/tmp/kextant-of-somebody'),
      ls(`${host(dead)}/../../etc`),
      'beside /Library/Extensions/A.kext.kextant-of-somebody.old',
      `beside /Library/Elsewhere/A.kext.${host(dead).slice('/tmp/'.length)}.old`,
    ]
    expect(draw(text.join('\n'))).toEqual([])
  })

  test('an old bundle goes back where its place is empty, and only looks when it is not', () => {
    const tag = host(dead).slice('/tmp/'.length)
    const old = `/Library/Extensions/A.kext.${tag}.old`
    const missing = readLeftovers(`uid 501\nbeside ${old}`, '/Library/Extensions')
    expect(missing.found).toMatchObject([{ mend: 'put back', path: old, name: 'A.kext' }])
    const [step] = mendLeftovers(missing)
    expect(step!.command).toContain(`sh /Library/Extensions/A.kext ${old}`)
    const taken = `uid 501\nbeside /Library/Extensions/A.kext\nbeside ${old}`
    expect(draw(taken)).toEqual(['remove: old'])
  })

  test('what belongs to a push under way is not mended', () => {
    const folder = host()
    onTestFinished(beginPush(folder))
    const tag = folder.slice('/tmp/'.length)
    const text = `uid 501\n${ls(folder, 0)}\nbeside /Library/Extensions/A.kext.${tag}.old`
    expect(draw(text)).toEqual(['leave alone: staging'])
    expect(mendLeftovers(readLeftovers(text, '/Library/Extensions'))).toEqual([])
  })
})

test('a parent that is a symlink, or that nobody can see, is told', () => {
  const listing = [
    'drwxr-xr-x  20 0  0  640 Nov 25  2026 /',
    'lrwxr-xr-x   1 0  0   10 Nov 25 17:09 /Library -> /elsewhere',
  ].join('\n')
  const { isMissing, warnings } = judgeParents('/Library/Extensions', listing)
  expect(isMissing).toBe(true)
  expect(warnings).toEqual([
    '/Library in the guest is not a folder but a symlink. kmutil (macOS 11 and later) is reported to refuse kexts below such a folder.',
  ])
})

describe('which build it is', () => {
  const myKext = join(samplesFolder, 'MyKext.kext')

  async function openDemo() {
    const guest = await startDemoGuest({ createMachine: files => createDemoMachine(files) })
    onTestFinished(() => guest.stop())
    const session = await connectGuest(
      { host: guest.host, port: guest.port, user: guest.user },
      { method: 'password', password: guest.password },
      { trust: trusting(guest.hostKeyFingerprint) },
    )
    onTestFinished(() => session.close())
    return { guest, session }
  }

  test('the host’s build has a version, a UUID and the time of its newest file', async () => {
    const { build, reason } = await readHostBuild(myKext, 'x86_64')
    expect(reason).toBeNull()
    expect(build!.version).toBe('1.0.0')
    expect(build!.uuid).toMatch(/^[0-9A-F-]{36}$/)

    const bundle = join(temporaryFolder(), 'A.kext')
    mkdirSync(join(bundle, 'Contents'), { recursive: true })
    const plist = '<plist><dict><key>CFBundleVersion</key><string>2.0</string></dict></plist>'
    writeFileSync(join(bundle, 'Contents', 'Info.plist'), plist)
    writeFileSync(join(bundle, 'Contents', 'new'), '')
    utimesSync(join(bundle, 'Contents', 'Info.plist'), 1_000_000_000, 1_000_000_000)
    utimesSync(join(bundle, 'Contents', 'new'), 1_500_000_000, 1_500_000_000)
    expect(await readHostBuild(bundle, null)).toEqual({
      build: { version: '2.0', uuid: null, builtAt: '2017-07-14T02:40:00.000Z' },
      reason: `The UUID of ${bundle} is not known: the kext has no code of its own.`,
      classes: null,
    })
  })

  test('the guest’s build is the same after a push, and null with a reason where there is none', async () => {
    const { guest, session } = await openDemo()
    const place = '/Library/Extensions/WrongOwner.kext'
    const host = await readHostBuild(join(samplesFolder, 'WrongOwner.kext'), 'x86_64')
    const inGuest = await readGuestBuild(session, place, { architecture: 'x86_64' })
    expect(inGuest).toEqual({
      build: { ...host.build, builtAt: null },
      reason: null,
      classes: ['WrongOwner'],
    })

    const absent = '/Library/Extensions/Absent.kext'
    expect(await readGuestBuild(session, absent, { architecture: null })).toEqual({
      build: null,
      reason: `No kext can be read at ${absent} in the guest: cat: ${absent}/Contents/Info.plist: No such file or directory.`,
      classes: null,
    })

    const key = (name: string, value: string) => `<key>${name}</key><string>${value}</string>`
    const plist = (executable: string) =>
      `<plist><dict>${key('CFBundleVersion', '3.0')}${key('CFBundleExecutable', executable)}</dict></plist>`
    const odd = '/Library/Extensions/Odd.kext'
    for (const [executable, content, because] of [
      ['../../../../etc/passwd', 'x', 'its CFBundleExecutable is no file name'],
      ['Odd', 'no code', 'the executable is not Mach-O'],
    ] as const) {
      putInGuest(guest.files, odd, {
        files: { 'Contents/Info.plist': plist(executable), 'Contents/MacOS/Odd': content },
      })
      const { build, reason } = await readGuestBuild(session, odd, { architecture: 'x86_64' })
      expect(build).toEqual({ version: '3.0', uuid: null, builtAt: null })
      expect(reason).toContain(because)
    }
  })

  test('a host’s bundle that cannot be read gives a reason', async () => {
    const nowhere = await readHostBuild('/nowhere/A.kext', null)
    expect(nowhere.build).toBeNull()
    expect(nowhere.reason).toContain('/nowhere/A.kext')
    const bundle = join(temporaryFolder(), 'A.kext')
    mkdirSync(join(bundle, 'Contents'), { recursive: true })
    writeFileSync(join(bundle, 'Contents', 'Info.plist'), '{ not = "xml"; }')
    chmodSync(bundle, 0o755)
    expect((await readHostBuild(bundle, null)).build).toBeNull()
  })
})

test.skipIf(reasonWithoutOpenSsh)(
  'a guest without SFTP is asked for it once, so that no channel is lost',
  async () => {
    const guest = await startDemoGuest()
    onTestFinished(() => guest.stop())
    const sshd = await startSshdBeforeDemo(guest, { hasSftp: false })
    onTestFinished(() => sshd.close())
    const session = await sshd.connect()
    onTestFinished(() => session.close())
    for (let i = 0; i < 15; i++) {
      expect((await failureOf(session.sftp())).kind).toBe('transfer-failed')
    }
    expect((await session.run({ name: 'true', argv: ['/usr/bin/true'] })).exitCode).toBe(0)
  },
)
