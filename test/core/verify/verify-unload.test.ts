import { describe, expect, test } from 'vitest'
import { decodeUnload } from '../../../core/kext/decode-outcome.ts'
import { installedKextFrom } from '../../../core/kext/read-info-plist.ts'
import { readKextList } from '../../../core/kext/read-kext-list.ts'
import type { ObservedGuest } from '../../../core/verify/observed-guest.ts'
import type { VerifyReport } from '../../../core/verify/report.ts'
import { verifyUnload } from '../../../core/verify/verify-unload.ts'
import { valueFrom } from '../kext/property-values.ts'
import { drawSnapshot } from './draw-snapshot.ts'

const id = 'com.example.Foo'
const bundle = installedKextFrom(
  '/Library/Extensions/Foo.kext',
  valueFrom({
    CFBundleIdentifier: id,
    CFBundleVersion: '1.0.2',
    CFBundleExecutable: 'Foo',
    IOKitPersonalities: { Foo: { IOClass: 'Foo', IOProviderClass: 'IOResources' } },
  }),
)

const empty = `
  Root <IORegistryEntry, 0x100>
    IOResources <IORegistryEntry:IOService:IOResources, 0x101, RM busy 0>`
const withFoo = `${empty}
      Foo <IORegistryEntry:IOService:Foo, 0x200, RM busy 0> IOClass=Foo`
const dyingFoo = `${empty}
      Foo <IORegistryEntry:IOService:Foo, 0x200, X busy 1> IOClass=Foo
        FooClient <IORegistryEntry:IOService:IOUserClient:FooClient, 0x201, X busy 0>`

const kextRow = `40 1 0x1 0x2 0x3 ${id} (1.0.2) <3>\n`
const listed = (rows: string): ObservedGuest['kexts'] => readKextList(rows, 'kextstat').kexts

function verify(
  after: { drawing: string; kexts: string; count: number | null },
  refusal = '',
): VerifyReport {
  const guest = (drawing: string, kexts: string, count: number | null): ObservedGuest => ({
    snapshot: drawSnapshot(drawing),
    kexts: listed(kexts),
    classCounts: new Map(count === null ? [] : [['Foo', count]]),
    kernelLog: [],
  })
  return verifyUnload({
    bundle,
    bundleUuid: null,
    classes: null,
    before: guest(withFoo, kextRow, 1),
    after: guest(after.drawing, after.kexts, after.count),
    settled: { isSettled: true, waitedMs: 100 },
    outcome: decodeUnload({
      tool: 'kextunload',
      exitCode: refusal === '' ? 0 : 3,
      stdout: '',
      stderr: refusal,
      kernelLog: [],
    }),
  })
}

const inUse = `(kernel) Can't unload kext ${id}; classes have instances:
(kernel)     Kext ${id} class Foo has 1 instance.
Failed to unload ${id} - (libkern/kext) kext is in use or retained (cannot unload).
`
const fails = (report: VerifyReport): readonly string[] =>
  report.checks.filter(check => check.status === 'fail').map(check => check.title)

test('an unload that leaves nothing is good', () => {
  const report = verify({ drawing: empty, kexts: '', count: null })
  expect(report).toMatchObject({
    kind: 'unload',
    verdict: 'good',
    headline: 'com.example.Foo is unloaded, and no instance of it is left in the registry.',
    removed: [{ id: '0x200', name: 'Foo', path: 'IOService:/IOResources/Foo' }],
    classCounts: [{ className: 'Foo', before: 1, after: null }],
  })
  expect(report.checks.map(check => check.title)).toContain('The class Foo is gone')
})

describe('an unload that the kernel refuses', () => {
  test('because of an entry that stays names it and who holds it', () => {
    const report = verify({ drawing: dyingFoo, kexts: kextRow, count: 1 }, inUse)
    expect(report.headline).toBe(
      'com.example.Foo is still loaded: Foo (0x200) is terminated and still in the registry.',
    )
    expect(fails(report)).toEqual([
      'Its classes have instances',
      'The kext is still loaded',
      'Foo (0x200) is still in the registry',
    ])
    expect(report.checks.find(check => check.title.startsWith('Foo'))!.detail).toBe(
      'Foo (0x200) is still in the registry: it was terminated, and it goes as soon as FooClient (0x201) is closed.',
    )
  })

  test('because of a leak says that only a reboot helps', () => {
    const report = verify({ drawing: empty, kexts: kextRow, count: 1 }, inUse)
    expect(report.headline).toBe(
      'com.example.Foo is still loaded: 1 object of Foo is gone from the registry, but still counted. Only a reboot helps.',
    )
    expect(fails(report)).toContain('1 object of Foo is counted, but not in the registry')
    expect(report.verdict).toBe('bad')
  })

  test('because of other kexts names them', () => {
    const report = verify(
      {
        drawing: empty,
        kexts: `${kextRow}41 0 0x1 0x2 0x3 com.example.Bar (1.0) <40 3>\n`,
        count: 0,
      },
      `(kernel) Can't unload kext ${id}; outstanding references 1.\nFailed to unload ${id} - (libkern/kext) kext is in use or retained (cannot unload).\n`,
    )
    expect(report.headline).toBe(
      'com.example.Foo is still loaded: com.example.Bar is linked against it.',
    )
    expect(report.checks.at(-1)!.detail).toBe('Unload these first: com.example.Bar.')
  })
})

test('a tool that is content does not hide a kext that is still there', () => {
  expect(verify({ drawing: withFoo, kexts: kextRow, count: 1 }).verdict).toBe('bad')
})
