import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectGuest } from '../../main/guest/connect.ts'
import { pushBundle } from '../helpers/push-bundle.ts'
import { newStagingFolder } from '../../main/guest/push-tag.ts'
import { planPush } from '../../main/guest/push-plan.ts'
import type { GuestSession } from '../../main/guest/session.ts'
import { failureOf } from './failure-of.ts'
import { trusting } from './in-process-server.ts'
import { reasonWithoutSshd, startSshd } from './real-sshd.ts'
import type { RealSshd } from './real-sshd.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kextant-push-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A bundle with an executable, a resource that is writable to all, and a link inside. */
function newBundle(version: string, executable: Buffer = Buffer.from(`code ${version}`)): string {
  const bundle = join(folder, 'built', 'My Driver.kext')
  rmSync(bundle, { recursive: true, force: true })
  mkdirSync(join(bundle, 'Contents', 'MacOS'), { recursive: true })
  mkdirSync(join(bundle, 'Contents', 'Resources'))
  writeFileSync(join(bundle, 'Contents', 'Info.plist'), `<plist version="${version}"/>`)
  writeFileSync(join(bundle, 'Contents', 'MacOS', "It's"), executable, { mode: 0o755 })
  writeFileSync(join(bundle, 'Contents', 'Resources', 'empty'), '')
  chmodSync(join(bundle, 'Contents', 'Resources', 'empty'), 0o666)
  symlinkSync('Contents/MacOS', join(bundle, 'Code'))
  writeFileSync(join(bundle, '.DS_Store'), 'where icons lie')
  return bundle
}

describe('planning', () => {
  test('a bundle is listed folder by folder, without what the Finder left', async () => {
    const plan = await planPush(newBundle('1'))
    expect(plan.installPath).toBe('/Library/Extensions/My Driver.kext')
    expect(plan.entries).toEqual([
      { kind: 'directory', path: '' },
      { kind: 'symlink', path: 'Code', target: 'Contents/MacOS' },
      { kind: 'directory', path: 'Contents' },
      { kind: 'file', path: 'Contents/Info.plist', bytes: 20, mode: 0o644 },
      { kind: 'directory', path: 'Contents/MacOS' },
      { kind: 'file', path: "Contents/MacOS/It's", bytes: 6, mode: 0o755 },
      { kind: 'directory', path: 'Contents/Resources' },
      { kind: 'file', path: 'Contents/Resources/empty', bytes: 0, mode: 0o666 },
    ])
    expect(plan.totalBytes).toBe(26)
  })

  test('a symlink that leaves the bundle is refused, however it does', async () => {
    for (const target of ['/etc/passwd', '../..', 'Contents/../../outside']) {
      const bundle = newBundle('1')
      symlinkSync(target, join(bundle, 'Way Out'))
      expect(await failureOf(planPush(bundle))).toMatchObject({
        kind: 'not-a-bundle',
        detail: 'Way Out is a symlink that leaves the bundle',
      })
    }
  })

  test('a socket in a bundle is refused', async () => {
    const bundle = newBundle('1')
    const server = createServer()
    await new Promise<void>(resolve => server.listen(join(bundle, 's'), resolve))
    const failure = await failureOf(planPush(bundle))
    server.close()
    expect(failure).toMatchObject({ detail: 's is neither a file nor a folder nor a symlink' })
  })

  test('what is no kext bundle is refused with the reason', async () => {
    const reason = async (path: string) => {
      const failure = await failureOf(planPush(path))
      return 'detail' in failure ? failure.detail : failure.kind
    }
    mkdirSync(join(folder, 'Empty.kext'))
    writeFileSync(join(folder, 'File.kext'), '')
    expect(await reason(join(folder, 'Empty.kext'))).toBe('it has no Info.plist')
    expect(await reason(join(folder, 'File.kext'))).toBe('it is not a folder')
    expect(await reason(join(folder, 'Absent.kext'))).toBe('it does not exist')
    expect(await reason(folder)).toBe('its name does not end in .kext')
  })
})

const reason =
  reasonWithoutSshd ??
  (process.getuid?.() === 0 ? null : 'skipped: a push ends as root, and these tests run as a user')
if (reason) console.warn(reason)

describe.skipIf(reason)('pushing through a real sshd', { timeout: 60_000 }, () => {
  let sshd: RealSshd
  let session: GuestSession
  let installFolder: string

  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd?.close())
  beforeEach(async () => {
    installFolder = join(folder, 'Extensions')
    mkdirSync(installFolder)
    session = await connectGuest(
      { host: '127.0.0.1', port: sshd.port, user: sshd.user },
      { method: 'key', path: sshd.keys.plain },
      { trust: trusting(sshd.fingerprint) },
    )
  })
  afterEach(() => session.close())

  const installed = () => join(installFolder, 'My Driver.kext')
  const version = () => readFileSync(join(installed(), 'Contents', 'Info.plist'), 'utf8')
  const staged = () => readdirSync('/tmp').filter(name => ours.has(`/tmp/${name}`))
  const ours = new Set<string>()
  const ownStaging = () => {
    const folder = newStagingFolder()
    ours.add(folder)
    return folder
  }

  test('a first push installs the bundle, owned by root and writable to nobody else', async () => {
    const executable = Buffer.alloc(3_000_000, 'kext')
    const plan = await planPush(newBundle('1', executable), installFolder)
    const steps: string[] = []
    let sentBytes = 0
    await pushBundle(session, plan, {
      stagingFolder: ownStaging(),
      onStep: step => void steps.push(step.command),
      onProgress: progress => (sentBytes = progress.sentBytes),
    })
    expect(steps.length).toBe(8)
    expect(sentBytes).toBe(plan.totalBytes)
    expect(readFileSync(join(installed(), 'Contents', 'MacOS', "It's")).equals(executable)).toBe(
      true,
    )
    expect(readlinkSync(join(installed(), 'Code'))).toBe('Contents/MacOS')
    expect(existsSync(join(installed(), '.DS_Store'))).toBe(false)
    const mode = (...path: string[]) =>
      (statSync(join(installed(), ...path)).mode & 0o777).toString(8)
    expect([
      mode(),
      mode('Contents', 'Info.plist'),
      mode('Contents', 'MacOS', "It's"),
      mode('Contents', 'Resources', 'empty'),
    ]).toEqual(['755', '644', '755', '644'])
    expect(readdirSync(installFolder)).toEqual(['My Driver.kext'])
    expect(staged()).toEqual([])
  })

  test('a second push takes the place of the first and leaves nothing of it', async () => {
    await pushBundle(session, await planPush(newBundle('1'), installFolder))
    writeFileSync(join(installed(), 'Contents', 'stale'), '')
    await pushBundle(session, await planPush(newBundle('2'), installFolder))
    expect(version()).toBe('<plist version="2"/>')
    expect(readdirSync(join(installed(), 'Contents'))).not.toContain('stale')
    expect(readdirSync(installFolder)).toEqual(['My Driver.kext'])
  })

  test('a push cancelled at any step before the last ones leaves the old bundle and no rest', async () => {
    await pushBundle(session, await planPush(newBundle('1'), installFolder))
    const plan = await planPush(newBundle('2'), installFolder)
    for (let stopAt = 0; stopAt < 9; stopAt++) {
      const stop = new AbortController()
      const push = pushBundle(session, plan, {
        stagingFolder: ownStaging(),
        signal: stop.signal,
        onStep: (_, index) => {
          if (index === stopAt) stop.abort()
        },
      })
      expect(await failureOf(push)).toEqual({ kind: 'cancelled' })
      expect(version()).toBe('<plist version="1"/>')
      expect(readdirSync(installFolder)).toEqual(['My Driver.kext'])
    }
    await expect.poll(staged).toEqual([])
  })

  test('a new bundle that cannot take its place gives it back to the old one', async () => {
    await pushBundle(session, await planPush(newBundle('1'), installFolder))
    const plan = await planPush(newBundle('2'), installFolder)
    const stagingFolder = ownStaging()
    const push = pushBundle(session, plan, {
      stagingFolder,
      onStep: step => {
        // Somebody takes the new bundle away just before its move.
        if (step.command.includes('.old'))
          rmSync(join(installFolder, newName(stagingFolder)), { recursive: true })
      },
    })
    expect(await failureOf(push)).toMatchObject({ kind: 'command-failed', exitCode: 1 })
    expect(version()).toBe('<plist version="1"/>')
    expect(readdirSync(installFolder)).toEqual(['My Driver.kext'])
    expect(staged()).toEqual([])
  })

  test('a connection that breaks while sending leaves the old bundle', async () => {
    await pushBundle(session, await planPush(newBundle('1'), installFolder))
    const plan = await planPush(newBundle('2', Buffer.alloc(20_000_000)), installFolder)
    const stagingFolder = ownStaging()
    const push = pushBundle(session, plan, { stagingFolder, onProgress: () => session.close() })
    expect(await failureOf(push)).toEqual({ kind: 'not-connected' })
    expect(version()).toBe('<plist version="1"/>')
    rmSync(stagingFolder, { recursive: true })
  })

  test('a file that changed since the plan is noticed', async () => {
    const bundle = newBundle('1')
    const plan = await planPush(bundle, installFolder)
    writeFileSync(join(bundle, 'Contents', 'MacOS', "It's"), 'much longer than before')
    expect(await failureOf(pushBundle(session, plan))).toMatchObject({
      kind: 'transfer-failed',
      path: "Contents/MacOS/It's",
    })
    expect(existsSync(installed())).toBe(false)
  })
})

function newName(stagingFolder: string): string {
  return `My Driver.kext.${stagingFolder.replace('/tmp/', '')}.new`
}
