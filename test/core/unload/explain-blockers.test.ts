import { describe, expect, test } from 'vitest'
import { decodeUnload } from '../../../core/kext/decode-outcome.ts'
import type { Outcome } from '../../../core/kext/outcome.ts'
import { installedKextFrom } from '../../../core/kext/read-info-plist.ts'
import { readKextList } from '../../../core/kext/read-kext-list.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import type { BlockerReport } from '../../../core/unload/blocker-report.ts'
import { explainBlockers } from '../../../core/unload/explain-blockers.ts'
import { valueFrom } from '../kext/property-values.ts'
import { drawSnapshot } from '../verify/draw-snapshot.ts'

const id = 'com.example.Foo'
const foo = bundle('Foo', { Foo: { IOClass: 'Foo', IOProviderClass: 'IOResources' } })

function bundle(
  name: string,
  personalities: object = {},
  libraries: object = { 'com.apple.kpi.iokit': '17.0' },
): InstalledKext {
  return installedKextFrom(
    `/Library/Extensions/${name}.kext`,
    valueFrom({
      CFBundleIdentifier: `com.example.${name}`,
      CFBundleVersion: '1.0.0',
      CFBundleExecutable: name,
      OSBundleLibraries: libraries,
      IOKitPersonalities: personalities,
    }),
  )
}

const nothing = `
  Root <IORegistryEntry, 0x100>
    IOResources <IORegistryEntry:IOService:IOResources, 0x101, RM busy 0>`
const running = `${nothing}
      Foo <IORegistryEntry:IOService:Foo, 0x200, RM busy 0> CFBundleIdentifier=${id}`

const row = (name: string, index: number, linked = '3', refs = 0): string =>
  `${index} ${refs} 0x1 0x2 0x3 com.example.${name} (1.0.0) <${linked}>\n`

interface Asked {
  readonly drawing?: string
  readonly rows?: string
  readonly counts?: Readonly<Record<string, number>> | null
  readonly outcome?: Outcome | null
  readonly installed?: readonly InstalledKext[]
  readonly classes?: readonly string[] | null
}

function explain(asked: Asked): BlockerReport {
  return explainBlockers({
    bundleIdentifier: id,
    guest: {
      snapshot: drawSnapshot(asked.drawing ?? running),
      kexts: readKextList(asked.rows ?? row('Foo', 40), 'kextstat').kexts,
      classCounts:
        asked.counts === null ? null : new Map(Object.entries(asked.counts ?? { Foo: 1 })),
      kernelLog: null,
    },
    installed: asked.installed ?? [foo],
    outcome: asked.outcome ?? null,
    classes: asked.classes ?? null,
  })
}

/** What the kernel says when these classes have instances. */
function refused(instances: Readonly<Record<string, number>>): Outcome {
  const lines = Object.entries(instances).map(
    ([name, count]) =>
      `(kernel)     Kext ${id} class ${name} has ${count} instance${count === 1 ? '' : 's'}.\n`,
  )
  return failed(
    `(kernel) Can't unload kext ${id}; classes have instances:\n${lines.join('')}Failed to unload ${id} - (libkern/kext) kext is in use or retained (cannot unload).\n`,
  )
}
function failed(stderr: string): Outcome {
  return decodeUnload({ tool: 'kextunload', exitCode: 3, stdout: '', stderr, kernelLog: [] })
}
/** A report as one reads it. */
const told = (report: BlockerReport) => ({
  verdict: report.verdict,
  headline: report.headline,
  explanation: report.explanation,
  advice: report.advice.map(
    ({ sentence, action }) => `${sentence}${action === null ? '' : ` [${action.kind}]`}`,
  ),
})

describe('before an unload', () => {
  test('nothing is in the way of a driver that nobody has open', () => {
    expect(told(explain({}))).toEqual({
      verdict: 'free',
      headline: 'Nothing is in the way of unloading com.example.Foo.',
      explanation:
        'The unload terminates Foo (0x200) first; no process has it open, and no kext is linked against it.',
      advice: ['Unload it. [unload]'],
    })
  })

  test('a kext that is not in the list is not loaded', () => {
    expect(told(explain({ rows: row('Bar', 41) }))).toMatchObject({
      verdict: 'not-loaded',
      headline: 'com.example.Foo is not loaded.',
    })
  })

  test('a list that could not be read says nothing about what is loaded', () => {
    expect(explain({ rows: '' })).toMatchObject({
      verdict: 'unknown',
      missing: [
        'There is no list of loaded kexts, so kexts that are linked against it cannot be told.',
      ],
    })
    expect(explain({ rows: '', drawing: nothing, counts: { Foo: 1 } }).verdict).toBe('leaked')
  })

  test('kexts that are linked against it go first, in an order that works', () => {
    const report = explain({
      rows: row('Foo', 40, '3', 2) + row('Bar', 41, '40 3', 1) + row('Baz', 42, '41 40'),
      installed: [foo, bundle('Later', {}, { [id]: '1.0.0' })],
    })
    expect(told(report)).toEqual({
      verdict: 'referenced',
      headline:
        'com.example.Foo cannot be unloaded: com.example.Bar, com.example.Baz are linked against it.',
      explanation:
        'A kext cannot go before the kexts that use its symbols; the kernel looks at this before it terminates anything.',
      advice: ['Unload in this order: com.example.Baz, com.example.Bar, com.example.Foo. [unload]'],
    })
    expect(report.dependents).toEqual([
      { bundleIdentifier: 'com.example.Bar', how: 'linked', isLoaded: true },
      { bundleIdentifier: 'com.example.Baz', how: 'linked', isLoaded: true },
      { bundleIdentifier: 'com.example.Later', how: 'declared', isLoaded: false },
    ])
    expect(report.dependencies).toEqual([
      { bundleIdentifier: 'com.apple.kpi.iokit', how: 'declared', isLoaded: false },
    ])
    expect(report.advice[0]!.action).toEqual({
      kind: 'unload',
      bundleIdentifiers: ['com.example.Baz', 'com.example.Bar', 'com.example.Foo'],
    })
  })

  test('references that the list counts and does not show are told', () => {
    expect(explain({ rows: row('Foo', 40, '3', 2) }).headline).toBe(
      'com.example.Foo cannot be unloaded: 2 kexts that the list does not show are linked against it.',
    )
  })

  test('a process that has it open is named with its ID', () => {
    const report = explain({
      drawing: `${running}
        FooUserClient <IORegistryEntry:IOService:IOUserClient:FooUserClient, 0x201, - busy 0> IOUserClientCreator="pid 531, reader"
        FooUserClient <IORegistryEntry:IOService:IOUserClient:FooUserClient, 0x202, - busy 0> IOUserClientCreator="pid 531, reader"`,
    })
    expect(told(report)).toEqual({
      verdict: 'held',
      headline: 'com.example.Foo may not be unloaded: reader (pid 531) has Foo (0x200) open.',
      explanation:
        'Foo (0x200) has 2 open connections: FooUserClient (0x201) of reader (pid 531), FooUserClient (0x202) of reader (pid 531). If it is still open when Foo (0x200) is terminated, Foo (0x200) stays in the registry and the kernel refuses.',
      advice: [
        'Close FooUserClient (0x201) first: end reader (pid 531), or let it close the connection. [show-entry]',
        'Capture again: what was held goes by itself. [capture]',
        'Then unload it. [unload]',
      ],
    })
    expect(report.instances[0]).toMatchObject({
      openCount: 2,
      holders: [
        {
          kind: 'user-client',
          creator: { pid: 531, processName: 'reader' },
          stateWords: ['!registered', '!matched', 'active'],
        },
        { kind: 'user-client' },
      ],
    })
  })

  test('a creator of another form is no process, and the connection counts all the same', () => {
    const report = explain({
      drawing: `${running}
        FooUserClient <IORegistryEntry:IOService:IOUserClient:FooUserClient, 0x201, - busy 0> IOUserClientCreator=somebody`,
    })
    expect(report.headline).toBe(
      'com.example.Foo may not be unloaded: 1 user client of Foo (0x200) is open.',
    )
    expect(report.instances[0]!.holders[0]!.creator).toBeNull()
  })

  test('a user client of its class on a driver of another kext holds it too', () => {
    const report = explain({
      drawing: `${nothing}
      Other <IORegistryEntry:IOService:Other, 0x300, RM busy 0> CFBundleIdentifier=com.example.Other
        FooClient <IORegistryEntry:IOService:IOUserClient:FooClient, 0x301, - busy 0> IOUserClientCreator="pid 9, tool"`,
      classes: ['FooClient'],
      counts: { FooClient: 1 },
    })
    expect(report.instances).toMatchObject([
      { openCount: 1, creator: { pid: 9, processName: 'tool' }, isOutOfReach: true },
    ])
    expect(report.advice[0]!.sentence).toBe(
      'Close FooClient (0x301) first: end tool (pid 9), or let it close the connection.',
    )
  })

  test('an object that no service of the kext is above is out of reach', () => {
    const report = explain({
      drawing: `${nothing}
      Other <IORegistryEntry:IOService:Other, 0x300, RM busy 0> CFBundleIdentifier=com.example.Other
        Foo <IORegistryEntry:IOService:Foo, 0x200, RM busy 0>`,
    })
    expect(told(report)).toMatchObject({
      verdict: 'held',
      headline:
        'com.example.Foo cannot be unloaded by this alone: Foo (0x200) is not terminated with it.',
      advice: [
        'Terminate the instances of Foo. [terminate-class]',
        'Capture again: what was held goes by itself. [capture]',
        'Then unload it. [unload]',
      ],
    })
  })

  test('a start() that has not returned is told by what its provider is busy with', () => {
    const report = explain({
      drawing: `
  Root <IORegistryEntry, 0x100>
    Device <IORegistryEntry:IOService:Device, 0x101, RM busy 1>
      Foo <IORegistryEntry:IOService:Foo, 0x200, - busy 0> CFBundleIdentifier=${id}`,
    })
    expect(report.headline).toBe(
      'com.example.Foo may not be unloaded: start() of Foo (0x200) seems not to have returned.',
    )
  })

  test('a class that is counted without an entry was leaked before', () => {
    expect(told(explain({ drawing: nothing }))).toMatchObject({
      verdict: 'leaked',
      headline:
        'com.example.Foo cannot be unloaded: 1 object of Foo is gone from the registry, but still counted. Only a reboot helps.',
    })
  })

  test('helper objects of a driver that runs are no leak', () => {
    const report = explain({ classes: ['Foo', 'FooQueue'], counts: { Foo: 1, FooQueue: 4 } })
    expect(report.verdict).toBe('free')
    expect(report.classes).toMatchObject([
      { className: 'Foo', counted: 1, inRegistry: 1, fromSubclasses: 0, unseen: 0 },
      { className: 'FooQueue', counted: 4, inRegistry: 0, fromSubclasses: 0, unseen: 4 },
    ])
  })

  test('a subclass with instances adds one to its superclass, and is no leak', () => {
    const report = explain({
      drawing: `${running}
        Fast <IORegistryEntry:IOService:Foo:FastFoo, 0x201, RM busy 0>
        Fast <IORegistryEntry:IOService:Foo:FastFoo, 0x202, RM busy 0>`,
      classes: ['Foo', 'FastFoo'],
      counts: { Foo: 2, FastFoo: 2 },
    })
    expect(report.classes.map(each => [each.fromSubclasses, each.unseen])).toEqual([
      [1, 0],
      [0, 0],
    ])
  })

  test('a kext of Apple’s is protected', () => {
    const report = explainBlockers({
      bundleIdentifier: 'com.apple.driver.Foo',
      guest: {
        snapshot: drawSnapshot(nothing),
        kexts: readKextList('40 0 0x1 0x2 0x3 com.apple.driver.Foo (1.0.0)\n', 'kextstat').kexts,
        classCounts: new Map(),
        kernelLog: null,
      },
      installed: [],
      outcome: null,
      classes: null,
    })
    expect(report.verdict).toBe('protected')
  })

  describe('what is not known is said', () => {
    test('no class counts', () => {
      expect(told(explain({ counts: null }))).toMatchObject({
        verdict: 'unknown',
        headline: 'Whether something is in the way of unloading com.example.Foo is not known.',
        explanation:
          'Nothing that is seen here is in the way, but not all could be looked at. There are no class counts: the guest has no ioclasscount, or it failed. Objects outside the registry cannot be told.',
      })
    })

    test('a dump without classes', () => {
      const report = explain({
        drawing: 'Root\n  IOResources\n    Foo',
      })
      expect(report.verdict).toBe('unknown')
      expect(report.missing).toEqual([
        'This dump does not give the classes of entries, so instances cannot be told.',
      ])
      expect(report.classes).toMatchObject([{ counted: 1, inRegistry: null, unseen: null }])
    })

    test('classes of the kext', () => {
      expect(explain({ installed: [], drawing: nothing }).missing).toEqual([
        'Which classes the kext defines is not known: neither its executable nor a personality of it was found.',
      ])
    })

    test('IDs', () => {
      const report = explain({
        drawing: `
  Root <IORegistryEntry>
    IOResources <IORegistryEntry:IOService:IOResources, RM busy 0>
      Foo <IORegistryEntry:IOService:Foo, RM busy 0> CFBundleIdentifier=${id}`,
      })
      expect(report.explanation).toContain('The dump has no registry entry IDs')
    })
  })
})

describe('after a refusal', () => {
  const dying = `
  Root <IORegistryEntry, 0x100>
    IOResources <IORegistryEntry:IOService:IOResources, 0x101, RM busy 1>
      Foo <IORegistryEntry:IOService:Foo, 0x200, X busy 1> CFBundleIdentifier=${id}`
  const held = `${dying}
        FooUserClient <IORegistryEntry:IOService:IOUserClient:FooUserClient, 0x201, X busy 0>`

  test('what is still in the registry has to be closed first', () => {
    const report = explain({ drawing: held, outcome: refused({ Foo: 1 }) })
    expect(told(report)).toEqual({
      verdict: 'held',
      headline:
        'com.example.Foo is still loaded: Foo (0x200) is terminated and still in the registry.',
      explanation:
        'Foo (0x200) is still in the registry: it was terminated, and it goes as soon as FooUserClient (0x201) is closed.',
      advice: [
        'Close FooUserClient (0x201) first: end the program that opened it. [show-entry]',
        'Capture again: what was held goes by itself. [capture]',
        'Then unload it again. [unload]',
      ],
    })
    expect(report.instances).toMatchObject([
      {
        entry: { id: '0x200', path: 'IOService:/IOResources/Foo' },
        provider: { name: 'IOResources' },
        stateWords: ['!registered', '!matched', 'inactive'],
        busyCount: 1,
        isTerminated: true,
        openCount: 1,
        isOutOfReach: false,
        mayBeStarting: false,
      },
    ])
  })

  test('what is gone from the registry and counted is a leak of its class', () => {
    expect(
      told(explain({ drawing: nothing, outcome: refused({ Foo: 1 }), counts: { Foo: 1 } })),
    ).toEqual({
      verdict: 'leaked',
      headline:
        'com.example.Foo is still loaded: 1 object of Foo is gone from the registry, but still counted. Only a reboot helps.',
      explanation:
        'The kernel counts 1 of Foo and the registry shows 0: the object is gone from the registry, and was not freed. That is a retain() without a release() of Foo, or an object that was made and never attached or released. Nothing can terminate it, and only a reboot removes it.',
      advice: [
        'Restart the guest: only that removes what is left of Foo.',
        'In the source of Foo, look for a retain() without a release(), for a notifier or a timer that is not removed in stop(), and for objects that are made and not released.',
        'If the object is used by work that is under way, capture again. [capture]',
      ],
    })
  })

  test('both at once are told apart, by class', () => {
    const report = explain({ drawing: held, outcome: refused({ Foo: 2 }), counts: { Foo: 2 } })
    expect(report.verdict).toBe('held-and-leaked')
    expect(report.headline).toBe(
      'com.example.Foo is still loaded: Foo (0x200) is terminated and still in the registry, and 1 object of Foo is gone from the registry, but still counted. Only a reboot helps.',
    )
  })

  test('an object whose class is no service’s is not said to have been in the registry', () => {
    expect(
      told(
        explain({
          drawing: nothing,
          outcome: refused({ FooQueue: 2 }),
          counts: { Foo: 0, FooQueue: 2 },
        }),
      ),
    ).toMatchObject({
      verdict: 'leaked',
      headline:
        'com.example.Foo is still loaded: 2 objects of FooQueue are counted, and not in the registry. If nothing uses them any more, only a reboot helps.',
      explanation:
        'The kernel counts 2 of FooQueue and the registry shows 0: a helper object that no entry of the registry is, or one that is gone from there, was not freed. Where nothing uses it any more, that is a missing release() of FooQueue, and only a reboot removes it.',
    })
  })

  test('helpers of an instance that is still there are not called leaked', () => {
    const report = explain({
      drawing: held,
      outcome: refused({ Foo: 1, FooQueue: 2 }),
      counts: { Foo: 1, FooQueue: 2 },
    })
    expect(report.verdict).toBe('held')
    expect(report.explanation).toContain(
      '2 objects of FooQueue are counted too and in no entry; helper objects go together with the driver that made them.',
    )
  })

  test('what the kernel named counts where there is no ioclasscount', () => {
    const report = explain({ drawing: nothing, outcome: refused({ Foo: 3 }), counts: null })
    expect(report.verdict).toBe('leaked')
    expect(report.classes).toMatchObject([{ className: 'Foo', counted: 3, unseen: 3 }])
  })

  test('an instance whose start() hangs is told from one that is open', () => {
    const report = explain({
      drawing: dying.replace('RM busy 1', 'RM busy 2'),
      outcome: refused({ Foo: 1 }),
    })
    expect(told(report)).toMatchObject({
      verdict: 'held',
      headline:
        'com.example.Foo is still loaded: Foo (0x200) is terminated, but its start() seems not to have returned.',
    })
    expect(report.advice.at(-1)).toEqual({
      sentence: 'If it stays, restart the guest.',
      action: null,
    })
  })

  test('an instance that nobody visible holds is held by somebody else', () => {
    const report = explain({ drawing: dying, outcome: refused({ Foo: 1 }) })
    expect(report.explanation).toBe(
      'Foo (0x200) is still in the registry: it was terminated, and somebody has it open or holds on to its attachment. Who that is the registry does not show; it is no user client.',
    )
  })

  test('instances that are gone by now are in nobody’s way', () => {
    expect(
      told(explain({ drawing: nothing, outcome: refused({ Foo: 1 }), counts: { Foo: 0 } })),
    ).toMatchObject({
      verdict: 'free',
      headline: 'What kept com.example.Foo is gone by now; unload it again.',
    })
  })

  test('a stop routine that refuses is its own case', () => {
    const report = explain({
      drawing: nothing,
      counts: { Foo: 0 },
      outcome: failed(
        `(kernel) Kext ${id} did not stop (return code 0x5).\n(kernel) Kext ${id} can't unload - module stop returned 0xdc008017.\nFailed to unload ${id} - (libkern/kext) kext (kmod) start/stop routine failed.\n`,
      ),
    })
    expect(told(report)).toMatchObject({
      verdict: 'stop-refused',
      headline: 'com.example.Foo is still loaded: its own stop routine refused.',
    })
  })

  test('a tool that had no privileges has tried nothing, so the instance is not called held', () => {
    const outcome = failed(
      'You must be running as root to unload kexts, terminate services, or remove driver personalities.\n',
    )
    expect(outcome.kind).toBe('not-privileged')
    expect(explain({ outcome })).toMatchObject({ when: 'before', verdict: 'free' })
  })

  test('a dump without classes leaves open what the kernel counts', () => {
    const report = explain({ drawing: 'Root\n  IOResources', outcome: refused({ Foo: 1 }) })
    expect(report.verdict).toBe('unknown')
    expect(report.headline).toBe('What holds com.example.Foo is not known.')
  })
})

test('a registry full of instances is listed within bounds', () => {
  const many = Array.from(
    { length: 300 },
    (_, i) =>
      `      Foo <IORegistryEntry:IOService:Foo, 0x${(0x1000 + i).toString(16)}, X busy 1> CFBundleIdentifier=${id}`,
  )
  const report = explain({
    drawing: `${nothing}\n${many.join('\n')}`,
    outcome: refused({ Foo: 300 }),
    counts: { Foo: 300 },
  })
  expect(report.instances).toHaveLength(100)
  expect(report.omittedCount).toBe(200)
  expect(report.headline).toBe(
    'com.example.Foo is still loaded: 300 instances of its classes are still in the registry.',
  )
})
