import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ActionRequest } from '../../core/contract/types.ts'
import { samplesFolder, startAppWithDemo } from '../helpers/app-with-demo.ts'
import { connectBehindSshd } from '../helpers/ssh-servers.ts'
import { reasonWithoutOpenSsh } from '../helpers/sshd-before-demo.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// The whole loop through the service, with OpenSSH's own sshd as the transport and the demo guest's programs behind it.

if (reasonWithoutOpenSsh) console.warn(reasonWithoutOpenSsh)

const loop = (bundlePath: string): ActionRequest => ({
  kind: 'loop',
  bundlePath,
  endsWith: 'unloaded',
  expectationsPath: null,
  timeoutMs: null,
})

test.skipIf(reasonWithoutOpenSsh)(
  'MyKext goes round the loop, and the next build goes round with its Info.plist only',
  { timeout: 240_000 },
  async () => {
    const app = await startAppWithDemo()
    await connectBehindSshd(app)
    await app.capture()

    const bundle = join(temporaryFolder(), 'MyKext.kext')
    cpSync(join(samplesFolder, 'MyKext.kext'), bundle, { recursive: true })
    const first = await app.act(loop(bundle))
    expect([first.status, first.conclusion], JSON.stringify(first.steps, null, 1)).toEqual([
      'done',
      'holds',
    ])
    expect(new Set(first.steps.map(step => step.phase))).toEqual(
      new Set(['look', 'push', 'preflight', 'load', 'settle', 'verify', 'unload', 'leak-check']),
    )

    const infoPlist = join(bundle, 'Contents', 'Info.plist')
    writeFileSync(infoPlist, readFileSync(infoPlist, 'utf8').replaceAll('1.0.0', '1.0.1'))
    const second = await app.act(loop(bundle))
    expect([second.status, second.conclusion], JSON.stringify(second.steps, null, 1)).toEqual([
      'done',
      'holds',
    ])
    const sends = second.steps.find(step => step.explanation.startsWith('Info.plist differs only'))
    expect(sends?.command).toMatch(/^put .*\/Contents\/Info\.plist /)
    const root = { uid: 0, gid: 0 }
    expect(app.guest.files.list('/Library/Extensions', root)).toContain('MyKext.kext')
    const inGuest = app.guest.files.read(
      '/Library/Extensions/MyKext.kext/Contents/Info.plist',
      root,
    )
    expect(Buffer.from(inGuest).equals(readFileSync(infoPlist))).toBe(true)
  },
)
