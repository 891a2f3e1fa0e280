import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { DraftPlan } from '../../core/draft/draft-plan.ts'
import { providerKitOf } from '../../core/draft/provider-kits.ts'
import { valueAt } from '../../core/registry/property-value.ts'
import { EntryFlag, ServiceState, type EntryIndex } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'
import { startDemoGuest } from '../../main/demo/demo-guest.ts'
import { writeKextExecutable } from '../../main/demo/kernel/kexts/mach-o-writer.ts'
import { createDemoMachine } from '../../main/demo/machine/demo-machine.ts'
import type { TakenCapture } from '../../main/service/capture-guest.ts'
import { planDraft } from '../../main/service/draft-driver.ts'
import { createService } from '../../main/service/service.ts'
import { writeNewFolder } from '../../main/service/write-new-folder.ts'
import { loopOf, startAppWithDemo } from '../helpers/app-with-demo.ts'
import { hasPython, runPython } from '../helpers/run-python.ts'
import { compileDraft, compiler } from '../helpers/iokit-stubs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// Drafts for the services of the demo guest: what the matcher says of them, and what the guest's own kernel does.

const choices = {
  name: null,
  className: null,
  bundleIdentifier: null,
  keys: null,
  competition: 'best' as const,
  hasProbe: true,
  hasUserClient: false,
}

let taken: TakenCapture
beforeAll(async () => {
  taken = await captureOfDemo()
})

/** The guest and the service are gone after it; the capture needs neither. */
async function captureOfDemo(): Promise<TakenCapture> {
  const settingsFolder = mkdtempSync(join(tmpdir(), 'kextant-draft-'))
  const guest = await startDemoGuest({
    createMachine: files => createDemoMachine(files, { delayFactor: 0.1 }),
  })
  const service = createService({
    host: 'cli',
    version: '0.0.0',
    mayChangeGuest: false,
    settingsFolder,
    samplesFolder: settingsFolder,
    parseWorker: new URL('../../main/service/parse-worker.ts', import.meta.url),
    builtInTargets: [],
  })
  try {
    const { snapshotId } = await service.openAddress(
      {
        host: guest.host,
        port: guest.port,
        user: guest.user,
        method: 'password',
        keyPath: null,
        secret: guest.password,
        trustFingerprint: guest.hostKeyFingerprint,
        mayChangeGuest: false,
        isVirtualMachine: false,
      },
      new AbortController().signal,
    )
    return service.taken(snapshotId)
  } finally {
    await service.stop()
    await guest.stop()
    rmSync(settingsFolder, { recursive: true, force: true })
  }
}

const classOf = ({ snapshot }: TakenCapture, entry: EntryIndex) =>
  stringAt(snapshot.strings, snapshot.entries.className[entry]!)

function registeredServices({ snapshot: { entries } }: TakenCapture): EntryIndex[] {
  return Array.from({ length: entries.length }, (_, entry) => entry).filter(
    entry =>
      (entries.flags[entry]! & EntryFlag.isService) !== 0 &&
      (entries.state[entry]! & ServiceState.registered) !== 0,
  )
}

test('a draft wins on every registered service of the demo guest, by the matcher’s verdict', () => {
  const services = registeredServices(taken)
  expect(services.length).toBeGreaterThan(150)
  const lost = services.flatMap(entry => {
    const { wins, choices: all, chosen } = planDraft(taken, { ...choices, entry })
    const best = all.find(choice => choice.id === chosen)!
    return wins ? [] : [`${classOf(taken, entry)}: ${best.verdict}`]
  })
  expect(lost).toEqual([])
})

test('what a draft matches besides has not changed by itself since', () => {
  const volatile = /Statistics|IOPowerManagement|RegistryEntryID|Interest|BSD (Name|Unit|M)/
  for (const entry of registeredServices(taken)) {
    for (const { personality } of planDraft(taken, { ...choices, entry }).choices) {
      const asked = valueAt(personality, 'IOPropertyMatch')
      const keys = asked?.kind === 'dictionary' ? asked.entries.map(([key]) => key) : []
      expect(keys.filter(key => volatile.test(key))).toEqual([])
    }
  }
})

/** One service of each family, by its class. */
const families: readonly (readonly [className: string, keys: string])[] = [
  ['IOPCIDevice', 'pci-device'],
  ['IOUSBHostDevice', 'usb-product'],
  ['IOUSBHostInterface', 'usb-product'],
  ['IOACPIPlatformDevice', 'name'],
  ['IOMedia', 'media-whole'],
  ['IOHIDInterface', 'hid-product'],
  ['IOSCSILogicalUnitNub', 'scsi-product'],
  ['IOBlockStorageServices', 'block-storage-type'],
  ['IOResources', 'resource'],
  ['AppleUSB20HubPort', 'properties'],
  ['IOPMrootDomain', 'class'],
]

const planFor = (className: string): DraftPlan => {
  const entry = registeredServices(taken).find(one => classOf(taken, one) === className)!
  return planDraft(taken, { ...choices, entry, name: `draft-${className}`.toLowerCase() })
}

describe.each(families)('a draft for %s', (className, keys) => {
  test('goes by the keys of its family, and its files are whole', async () => {
    const plan = planFor(className)
    expect(plan.chosen).toBe(keys)
    expect(plan.warnings).toEqual([])
    const folder = join(temporaryFolder(), plan.names.name)
    const paths = await writeNewFolder(folder, plan.files)
    expect(paths.map(path => path.slice(folder.length + 1))).toEqual([
      'Info.plist',
      `${plan.names.fileName}.hpp`,
      `${plan.names.fileName}.cpp`,
      'Makefile',
      'README.md',
    ])
    const makefile = readFileSync(join(folder, 'Makefile'), 'utf8')
    expect(makefile).toContain(`KEXT_NAME = ${plan.names.kextName}\n`)
    expect(makefile).toContain(`KEXT_BUNDLE_ID = ${plan.names.bundleIdentifier}\n`)
    expect(makefile).toContain('include ../../../glue/mk/kext.mk\n')
  })

  test.skipIf(!hasPython)('Python’s plistlib reads its Info.plist', () => {
    const plan = planFor(className)
    const print = `
import plistlib, sys
info = plistlib.loads(sys.stdin.buffer.read())
print([p['IOClass'] for p in info['IOKitPersonalities'].values()], sorted(info['OSBundleLibraries']))
`
    const said = runPython(print, new TextEncoder().encode(plan.files[0]!.text))
    expect(new TextDecoder().decode(said)).toContain(plan.names.className)
  })

  test.skipIf(compiler === undefined)('a compiler reads its source', () => {
    const plan = planFor(className)
    const header = plan.files.find(({ name }) => name.endsWith('.hpp'))!.text
    const included = /#include <(IOKit\/[^>]+)>\n\nclass/.exec(header)?.[1]
    const provider = /^ {4}(\w+) \*fProvider;$/m.exec(header)?.[1]
    expect(providerKitOf(provider === undefined ? [] : [provider])?.header).toBe(
      provider === undefined ? undefined : included,
    )
    const headers = provider === undefined ? [] : ([[provider, included!]] as const)
    expect(compileDraft(plan.files, headers)).toBe('')
  })
})

test('the demo guest’s own kernel starts what was drafted, on the service it was drafted for', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const { snapshotId } = await app.capture()
  const first = app.service.taken(snapshotId)
  const started: string[] = []
  for (const [className] of families) {
    const entry = registeredServices(first).find(one => classOf(first, one) === className)!
    const plan = planDraft(first, { ...choices, entry, name: `draft-${className}`.toLowerCase() })
    const bundlePath = built(plan)
    const record = await app.act(loopOf(bundlePath))
    const instances = record.report?.personalities.flatMap(({ instances: all }) => all) ?? []
    const provider = first.snapshot.entries.id[entry]!
    const others = plan.choices.find(({ id }) => id === plan.chosen)!.alsoMatchCount
    expect([className, record.status, instances.length]).toEqual([className, 'done', others + 1])
    const providers = instances.map(instance => instance.provider?.id)
    expect(providers, className).toContain(`0x${provider.toString(16)}`)
    started.push(className)
  }
  expect(started).toHaveLength(families.length)
}, 120_000)

/** As `make kexts` would build it, but with an executable that the demo guest's kernel can run. */
function built({ names, files }: DraftPlan): string {
  const bundle = join(temporaryFolder(), `${names.kextName}.kext`)
  mkdirSync(join(bundle, 'Contents', 'MacOS'), { recursive: true })
  writeFileSync(join(bundle, 'Contents', 'Info.plist'), files[0]!.text)
  const executable = writeKextExecutable({
    bundleIdentifier: names.bundleIdentifier,
    version: '1.0.0',
    classes: [{ name: names.className, superclass: 'IOService' }],
    program: {
      format: 1,
      classes: { [names.className]: { start: [{ do: 'registerService' }] } },
    },
  })
  writeFileSync(join(bundle, 'Contents', 'MacOS', names.kextName), executable)
  return bundle
}
