import { chmodSync } from 'node:fs'
import { join, posix } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startDemoGuest, type DemoGuest } from '../../main/demo/demo-guest.ts'
import { createDemoMachine } from '../../main/demo/machine/demo-machine.ts'
import type { Program } from '../../main/demo/program.ts'
import { connectGuest } from '../../main/guest/connect.ts'
import { preparePush } from '../../main/guest/prepare-push.ts'
import { describePush } from '../../main/guest/describe-push.ts'
import { pushBundle, type PushOptions } from '../helpers/push-bundle.ts'
import { planPush } from '../../main/guest/push-plan.ts'
import { newStagingFolder, ownTag } from '../../main/guest/push-tag.ts'
import type { GuestSession } from '../../main/guest/session.ts'
import {
  drawGuestTree,
  drawnAsPushed,
  driver,
  namesIn,
  putInGuest,
  writeBundle,
  type BundleParts,
} from '../helpers/push-samples.ts'
import { reasonWithoutOpenSsh, startSshdBeforeDemo } from '../helpers/sshd-before-demo.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { failureOf } from './failure-of.ts'
import { trusting } from './in-process-server.ts'

const root = { uid: 0, gid: 0 }
const name = 'My Driver.kext'
const place = `/Library/Extensions/${name}`

interface Opened {
  readonly guest: DemoGuest
  readonly session: GuestSession
}

/** A tool that the guest does not have, or that does not work. */
const broken: Program = async process => {
  await process.stderr("Can't locate Digest/SHA.pm in @INC\n")
  return 2
}

interface GuestOptions {
  readonly hasSftp?: boolean
  readonly programs?: ReadonlyMap<string, Program>
}

async function startGuest(programs: GuestOptions['programs'] = new Map()): Promise<DemoGuest> {
  const guest = await startDemoGuest({
    createMachine: files => {
      const machine = createDemoMachine(files)
      return { ...machine, programs: new Map([...machine.programs, ...programs]) }
    },
  })
  onTestFinished(() => guest.stop())
  return guest
}

async function openDemo({ programs }: GuestOptions = {}): Promise<Opened> {
  const guest = await startGuest(programs)
  const session = await connectGuest(
    { host: guest.host, port: guest.port, user: guest.user },
    { method: 'password', password: guest.password },
    { trust: trusting(guest.hostKeyFingerprint) },
  )
  onTestFinished(() => session.close())
  return { guest, session }
}

async function openBehindSshd({ programs, hasSftp = true }: GuestOptions = {}): Promise<Opened> {
  const guest = await startGuest(programs)
  const sshd = await startSshdBeforeDemo(guest, { hasSftp })
  onTestFinished(() => sshd.close())
  const session = await sshd.connect()
  onTestFinished(() => session.close())
  return { guest, session }
}

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})

async function push({ session }: Opened, parts: BundleParts, options: PushOptions = {}) {
  return pushBundle(session, await planPush(writeBundle(folder, name, parts)), options)
}

function expectInstalled({ guest }: Opened, parts: BundleParts): void {
  expect(drawGuestTree(guest.files, place)).toEqual(drawnAsPushed(parts))
  const names = namesIn(guest.files, '/Library/Extensions')
  expect(names.filter(one => one.includes('kextant-'))).toEqual([])
  expect(namesIn(guest.files, '/private/tmp').filter(one => one.startsWith('kextant-'))).toEqual([])
}

if (reasonWithoutOpenSsh) console.warn(reasonWithoutOpenSsh)
const ways = [
  ['the demo guest', openDemo, null],
  ['the demo guest behind OpenSSH’s sshd', openBehindSshd, reasonWithoutOpenSsh],
] as const

for (const [where, open, reason] of ways) {
  describe.skipIf(reason)(`a push to ${where}`, { timeout: 60_000 }, () => {
    test('a first push sends everything and compares every checksum', async () => {
      const opened = await open()
      const { summary } = await push(opened, driver('1'))
      expect(summary).toBe('The whole bundle is sent: 5 files, 70066 bytes')
      expectInstalled(opened, driver('1'))
    })

    test('whatever the modes are here, there everybody may read it and only root may write it', async () => {
      const opened = await open()
      for (const version of ['1', '2']) {
        const bundle = writeBundle(folder, name, driver(version))
        chmodSync(join(bundle, 'Contents/Info.plist'), 0o600)
        chmodSync(join(bundle, 'Contents/Resources/table.bin'), 0o666)
        chmodSync(join(bundle, 'Contents/MacOS/My Driver'), 0o777)
        chmodSync(join(bundle, 'Contents/MacOS'), 0o700)
        await pushBundle(opened.session, await planPush(bundle))
        expectInstalled(opened, driver(version))
        // What an earlier tool has left open is closed by the next push.
        opened.guest.files.changeMode(`${place}/Contents/Info.plist`, 0o666, root)
      }
    })

    test('a cancel that comes with the swap does not stop it, nor what tidies up after it', async () => {
      const opened = await open()
      await push(opened, driver('1'))
      const controller = new AbortController()
      await push(opened, driver('2'), {
        signal: controller.signal,
        onStep: step => {
          // Sent to the guest, and called off right after.
          if (step.explanation.startsWith('Takes the place')) setImmediate(() => controller.abort())
        },
      })
      expect(controller.signal.aborted).toBe(true)
      expectInstalled(opened, driver('2'))
    })

    test('of a second push only what differs is sent', async () => {
      const opened = await open()
      await push(opened, driver('1'))
      const sent: string[] = []
      const onProgress = ({ path }: { readonly path: string }) => void sent.push(path)
      const { summary } = await push(opened, driver('2'), { onProgress })
      expect(summary).toBe('Info.plist differs only: 1 of 5 files, 20 bytes are sent')
      expect(sent).toEqual(['Contents/Info.plist'])
      expectInstalled(opened, driver('2'))
    })

    test('a file that is damaged on its way is named, and the old bundle stays', async () => {
      const opened = await open()
      await push(opened, driver('1'))
      const pushing = push(opened, driver('2'), {
        onStep: step => {
          if (!step.explanation.startsWith('Compares')) return
          const [staging] = namesIn(opened.guest.files, '/private/tmp').filter(one =>
            one.startsWith('kextant-'),
          )
          const path = `/private/tmp/${staging}/${name}/Contents/Resources/table.bin`
          const bytes = opened.guest.files.read(path, root).slice()
          bytes[40_000]! ^= 1
          opened.guest.files.write(path, bytes, root)
        },
      })
      expect(await failureOf(pushing)).toEqual({
        kind: 'transfer-failed',
        path: 'Contents/Resources/table.bin',
        detail:
          'its checksum in the guest is another one. Nothing was put in its place; push again',
      })
      expectInstalled(opened, driver('1'))
    })
  })
}

// What does not depend on the transport is tried in the faster way only.
describe('a push', () => {
  test('what is gone, what is new and what changed its kind is right after a second push', async () => {
    const opened = await openDemo()
    await push(opened, driver('1'))
    const { files } = driver('1')
    const other: BundleParts = {
      files: {
        'Contents/Info.plist': files['Contents/Info.plist']!,
        'Contents/MacOS/My Driver': files['Contents/MacOS/My Driver']!,
        // Was a folder with a plug-in in it.
        'Contents/PlugIns': 'a file now',
        'Contents/Resources/de.lproj/words': 'Wörter',
      },
      // Was a symlink elsewhere.
      symlinks: { 'Contents/Current': 'Resources' },
    }
    const { summary } = await push(opened, other)
    expect(summary).toBe(
      'Only what differs: 3 of 5 files, 17 bytes are sent; 1 thing that is gone here goes there too',
    )
    expectInstalled(opened, other)
  })

  test('where nothing differs nothing is sent, and owner and modes are set', async () => {
    const opened = await openDemo()
    await push(opened, driver('1'))
    opened.guest.files.changeOwner(`${place}/Contents/Info.plist`, 501, 20, root)
    opened.guest.files.changeMode(`${place}/Contents`, 0o777, root)
    const { summary, stage, install } = await push(opened, driver('1'))
    expect(summary).toBe('Nothing differs: nothing is sent, only owner and modes are set')
    expect([stage.length, install.length]).toEqual([3, 0])
    expectInstalled(opened, driver('1'))
  })

  test('who stops between staging and installing tidies up with one call', async () => {
    const opened = await openDemo()
    await push(opened, driver('1'))
    const plan = await planPush(writeBundle(folder, name, driver('2')))
    const refused = describePush(await preparePush(opened.session, plan))
    for (const step of refused.stage) await step.run({ session: opened.session })
    await refused.tidyUp(opened.session)
    await refused.tidyUp(opened.session)
    expectInstalled(opened, driver('1'))
  })

  test('a push that only looks leaves nothing but what was there', async () => {
    const opened = await openDemo()
    await push(opened, driver('1'))
    const plan = await planPush(writeBundle(folder, name, driver('2')))
    const looking = describePush(await preparePush(opened.session, plan, { purpose: 'look' }))
    expect(looking.install).toEqual([])
    for (const step of looking.stage) await step.run({ session: opened.session })
    expect(drawGuestTree(opened.guest.files, looking.stagedPath)).toEqual(
      drawnAsPushed(driver('2')),
    )
    for (const step of looking.discard) await step.run({ session: opened.session })
    expectInstalled(opened, driver('1'))
  })

  test('a push that only looks tells what an earlier one left, and leaves it to the next', async () => {
    const opened = await openDemo()
    const cutOff = newStagingFolder({ ...ownTag(), pid: 99_999_999 })
    const aside = `${place}.${posix.basename(cutOff)}.old`
    putInGuest(opened.guest.files, aside, driver('1'))
    const plan = await planPush(writeBundle(folder, name, driver('2')))
    const looking = describePush(await preparePush(opened.session, plan, { purpose: 'look' }))
    expect(looking.warnings).toEqual([
      expect.stringMatching(/goes back\. The next push does that\.$/),
    ])
    for (const step of looking.stage) await step.run({ session: opened.session })
    for (const step of looking.discard) await step.run({ session: opened.session })
    expect(drawGuestTree(opened.guest.files, aside)).toEqual(drawnAsPushed(driver('1')))

    await push(opened, driver('2'))
    expectInstalled(opened, driver('2'))
  })

  test('a step tells what its command printed and how it ended', async () => {
    const opened = await openDemo()
    const plan = await planPush(writeBundle(folder, name, driver('1')))
    const { stage, tidyUp } = describePush(await preparePush(opened.session, plan))
    const said: string[] = []
    const output = (stream: string, text: string) => void said.push(`${stream}: ${text}`)
    expect(await stage[0]!.run({ session: opened.session, output })).toEqual({ exitCode: 0 })
    // Once more: now the folder is there.
    const failure = await failureOf(stage[0]!.run({ session: opened.session, output }))
    expect(failure).toMatchObject({ kind: 'command-failed', exitCode: 1 })
    expect(said.join('')).toMatch(/^stderr: mkdir: \/tmp\/kextant-\S+: File exists\n$/)
    await tidyUp(opened.session)
  })
})

describe('what the steps are', () => {
  test('a first push tells its exact command lines', async () => {
    const { session } = await openDemo()
    const plan = await planPush(writeBundle(folder, name, driver('1')))
    const stagingFolder = '/tmp/kextant-0123456789abcdef'
    const { stage, install } = describePush(await preparePush(session, plan, { stagingFolder }))
    const drawn = [...stage, ...install].map(
      step => `${step.asRoot ? '#' : '$'} ${step.command.replace(/'[^']*; [^']*'/, "'…'")}`,
    )
    const staged = `'${stagingFolder}/${name}'`
    expect(drawn).toEqual([
      `$ /bin/mkdir -m 700 ${stagingFolder}`,
      `$ put -r '${plan.localPath}' ${staged}`,
      `$ /bin/sh -c '…' sh ${staged} /usr/bin/shasum -a 256`,
      `$ /bin/chmod -R u+rwX,go+rX,go-w ${stagingFolder}`,
      `# /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin chown -R 0:0 ${stagingFolder}`,
      `# /bin/sh -c '…' sh ${staged} '${place}.kextant-0123456789abcdef.new'`,
      [
        `# /bin/sh -c '…' sh '${place}'`,
        ...['new', 'old', 'gone'].map(end => `'${place}.kextant-0123456789abcdef.${end}'`),
        `'${place}/${name}.kextant-0123456789abcdef.new'`,
      ].join(' '),
      `# /bin/rm -rf ${stagingFolder}`,
    ])
  })

  test('a second push copies in the guest, and tells which file it sends', async () => {
    const opened = await openDemo()
    await push(opened, driver('1'))
    const plan = await planPush(writeBundle(folder, name, driver('2')))
    const stagingFolder = '/tmp/kextant-0123456789abcdef'
    const { stage } = describePush(await preparePush(opened.session, plan, { stagingFolder }))
    const staged = `${stagingFolder}/${name}`
    expect(stage.slice(1, 5).map(step => step.command)).toEqual([
      `/bin/cp -R -P '${place}' '${staged}'`,
      `/bin/chmod -R u+rwX '${staged}'`,
      `/bin/rm -rf -- '${staged}/Contents/Info.plist'`,
      `put '${plan.localPath}/Contents/Info.plist' '${staged}/Contents/Info.plist'`,
    ])
    expect(stage[4]!.explanation).toBe('Info.plist differs only: 1 of 5 files, 20 bytes are sent.')
  })
})

describe('the folders above', () => {
  const warningsIn = async ({ session }: Opened) =>
    describePush(await preparePush(session, await planPush(writeBundle(folder, name, driver('1')))))
      .warnings

  test('folders of root that only root may write are nothing to tell', async () => {
    expect(await warningsIn(await openDemo())).toEqual([])
  })

  test('a folder of another owner, and one that others may write, are told and left as they are', async () => {
    const opened = await openDemo()
    opened.guest.files.changeOwner('/Library/Extensions', 501, 20, root)
    opened.guest.files.changeMode('/Library', 0o775, root)
    const refuses = 'kmutil (macOS 11 and later) is reported to refuse kexts below such a folder.'
    expect(await warningsIn(opened)).toEqual([
      `/Library in the guest may be written by others than root (drwxrwxr-x). ${refuses} To change it: sudo chmod go-w /Library`,
      `/Library/Extensions in the guest belongs to 501:20, not to root:wheel (0:0). ${refuses} To change it: sudo chown root:wheel /Library/Extensions`,
    ])
    await push(opened, driver('1'))
    expect(opened.guest.files.status('/Library/Extensions', root)).toMatchObject({ uid: 501 })
  })

  test('a missing /Library/Extensions is made by a step of its own, for root and wheel', async () => {
    const opened = await openDemo()
    opened.guest.files.rename('/Library/Extensions', '/Library/Elsewhere', root)
    const { install } = await push(opened, driver('1'))
    expect(install[0]).toMatchObject({
      command: '/usr/bin/install -d -o 0 -g 0 -m 755 /Library/Extensions',
      asRoot: true,
    })
    expect(opened.guest.files.status('/Library/Extensions', root)).toMatchObject({
      uid: 0,
      gid: 0,
      mode: 0o755,
    })
    expectInstalled(opened, driver('1'))
  })
})

describe('how files are compared', () => {
  const labels = async (opened: Opened) => {
    const { stage } = await push(opened, driver('1'))
    expectInstalled(opened, driver('1'))
    return stage.find(
      step => step.explanation.includes('compare') || /Compares/.test(step.explanation),
    )!.explanation
  }

  test('without a tool that makes checksums everything is read back', async () => {
    const opened = await openDemo({ programs: new Map([['/usr/bin/shasum', broken]]) })
    expect(await labels(opened)).toBe(
      'Reads every file (4) back by SFTP and compares: the guest has no tool that makes checksums.',
    )
  })

  test('a file that comes back changed is named', async () => {
    const opened = await openDemo({ programs: new Map([['/usr/bin/shasum', broken]]) })
    const pushing = push(opened, driver('1'), {
      onStep: step => {
        if (!step.explanation.startsWith('Reads')) return
        const [staging] = namesIn(opened.guest.files, '/private/tmp')
        const path = `/private/tmp/${staging}/${name}/Contents/MacOS/My Driver`
        opened.guest.files.write(path, new TextEncoder().encode('other code'), root)
      },
    })
    expect(await failureOf(pushing)).toMatchObject({ path: 'Contents/MacOS/My Driver' })
    expect(drawGuestTree(opened.guest.files, place)).toEqual([`ENOENT ${place}`])
  })

  const openssl: Program = async process => {
    for (const path of process.argv.slice(3)) {
      const bytes = process.files.read(posix.resolve(process.cwd, path), root)
      const digest = await crypto.subtle.digest('SHA-256', bytes.slice())
      await process.stdout(`SHA256(${path})= ${Buffer.from(digest).toString('hex')}\n`)
    }
    return 0
  }

  test('openssl is asked where shasum does not work, since its Perl is not there', async () => {
    const programs = new Map([
      ['/usr/bin/shasum', broken],
      ['/usr/bin/openssl', openssl],
    ])
    expect(await labels(await openDemo({ programs }))).toBe(
      'Compares every file (4) with this computer’s, by SHA-256 (openssl).',
    )
  })
})

describe.skipIf(reasonWithoutOpenSsh)('a guest without SFTP', { timeout: 60_000 }, () => {
  test('gets the bundle as a tar archive, first whole and then what differs', async () => {
    const opened = await openBehindSshd({ hasSftp: false })
    const first = await push(opened, driver('1'))
    expect(first.summary).toBe(
      'The whole bundle is sent: 5 files, 70066 bytes, as a tar archive, since the guest offers no SFTP',
    )
    expectInstalled(opened, driver('1'))
    const second = await push(opened, driver('2'))
    expect(second.summary).toMatch(/^Info\.plist differs only: 1 of 5 files, 20 bytes are sent/)
    expectInstalled(opened, driver('2'))
  })

  test('whose files change while they are archived gets none of them', async () => {
    const opened = await openBehindSshd({ hasSftp: false })
    const pushing = push(opened, driver('1'), {
      onStep: step => {
        if (!step.command.includes('tar -x')) return
        const { files } = driver('1')
        writeBundle(folder, name, {
          files: { ...files, 'Contents/MacOS/My Driver': 'longer'.repeat(99) },
        })
      },
    })
    expect(await failureOf(pushing)).toMatchObject({
      kind: 'transfer-failed',
      path: 'Contents/MacOS/My Driver',
    })
    expect(drawGuestTree(opened.guest.files, place)).toEqual([`ENOENT ${place}`])
  })
})
