import { answer } from '../../core/contract/answer.ts'
import { fromJson, toJson } from '../../core/contract/json-codec.ts'
import type { EventEnvelope, Handlers, RequestName } from '../../core/contract/requests.ts'
import type { Reply } from '../../core/failure.ts'
import { FailureError } from '../../core/failure.ts'
import type {
  BuildMessage,
  BuildRun,
  BuiltKext,
  Project,
  ProjectDriver,
} from '../../core/project/project.ts'
import type { LoopHandlers } from './loop-handlers.ts'
import type { PageTransport } from '../../renderer/client.ts'

// A project on generated data: the requests `project.*` and `expectations.*` of a transport are answered here, all
// others by the transport itself.

type OwnName = Extract<RequestName, `project.${string}` | `expectations.${string}`>
type OwnHandlers = Pick<Handlers, OwnName>

export interface ProjectTransport extends PageTransport {
  readonly emit: (event: EventEnvelope) => void
  /** A driver was built: the project changes, and the window is told. */
  readonly build: (name: string, version: string, uuid: string) => void
  /** Everything that was asked for, in order. */
  readonly asked: readonly { readonly name: RequestName; readonly params: unknown }[]
}

export interface ProjectOptions {
  readonly isOpenAtStart?: boolean
  readonly isBuiltAtStart?: boolean
  readonly driverCount?: number
  /** Answers `action.plan` and `action.run` in the place of the transport. */
  readonly loop?: LoopHandlers
}

export const projectRoot = '/home/dev/darwinos'
const contrib = `${projectRoot}/drivers/contrib`

function builtKext(name: string, version: string, uuid: string, at: number): BuiltKext {
  return {
    path: `${projectRoot}/build/x86_64-debug/kexts/${name}.kext`,
    target: 'x86_64-debug',
    bundleIdentifier: `io.darwinos.contrib.${name}`,
    version,
    uuid,
    builtAt: new Date(at).toISOString(),
  }
}

const minute = 60_000

function sampleDrivers(now: number): readonly ProjectDriver[] {
  const driver = (name: string, kext: string, change: Partial<ProjectDriver>): ProjectDriver => ({
    folder: `${contrib}/${name}`,
    name,
    kextName: kext,
    bundleIdentifier: `io.darwinos.contrib.${kext}`,
    builds: [],
    newestSource: {
      path: `${contrib}/${name}/${name.replaceAll('-', '_')}.cpp`,
      changedAt: new Date(now - 30 * minute).toISOString(),
    },
    state: 'not-built',
    expectationsPath: null,
    problems: [],
    ...change,
  })
  return [
    driver('ahci-quirks', 'AHCIQuirks', {
      state: 'current',
      builds: [
        builtKext('AHCIQuirks', '2.4', '0B7C1E52-6D1F-3A0C-9C53-6C0E0F6C1B77', now - 26 * minute),
      ],
    }),
    driver('my-kext', 'MyKext', {
      state: 'stale',
      newestSource: {
        path: `${contrib}/my-kext/my_kext.cpp`,
        changedAt: new Date(now - 4 * minute).toISOString(),
      },
      expectationsPath: `${contrib}/my-kext/kextant.yaml`,
      builds: [
        builtKext('MyKext', '1.0.0', '6A1F0E52-0D1B-3F6C-8C43-2C7E0F6C1B57', now - 26 * minute),
        {
          ...builtKext(
            'MyKext',
            '0.9.2',
            '51D0AB52-AA1B-3F6C-8C43-2C7E0F6C1B57',
            now - 3 * 1440 * minute,
          ),
          path: `${projectRoot}/build/x86_64-release/kexts/MyKext.kext`,
          target: 'x86_64-release',
        },
      ],
    }),
    driver('null-block', 'NullBlock', {}),
    driver('ps2-touchpad', 'PS2Touchpad', {
      kextName: null,
      bundleIdentifier: null,
      state: 'unknown',
      problems: [
        'The Makefile has no line that sets KEXT_NAME, so Kextant does not know which bundle is built of it.',
      ],
    }),
    driver('virtio-console', 'VirtioConsole', {
      state: 'current',
      builds: [
        builtKext(
          'VirtioConsole',
          '1.2.1',
          '9F20AC11-17E9-3D5E-B1A9-4E6D5B2C8A10',
          now - 25 * minute,
        ),
      ],
    }),
  ]
}

const sourceLines = [
  '#include "my_kext.hpp"',
  '',
  '#include <IOKit/IOLib.h>',
  '',
  'OSDefineMetaClassAndStructors(org_darwinos_MyKext, IOService)',
  '',
  'bool org_darwinos_MyKext::start(IOService *provider)',
  '{',
  '    if (!IOService::start(provider)) {',
  '        return false;',
  '    }',
  '    IOLog("MyKext: hello from kernel space\\n")',
  '    int unused;',
  '    registerService();',
  '    return true;',
  '}',
]

const compileLine =
  'clang++ -arch x86_64 -mkernel -nostdinc -fno-exceptions -fno-rtti -fno-builtin -DKERNEL -DKERNEL_PRIVATE -I../../../sdk/Kernel.framework/Headers -c my_kext.cpp -o ../../../build/x86_64-debug/obj/my-kext/my_kext.o'

const failedOutput = [
  "make[1]: Entering directory '/home/dev/darwinos/drivers/contrib/my-kext'",
  compileLine,
  "my_kext.cpp:12:47: error: expected ';' after expression",
  '    IOLog("MyKext: hello from kernel space\\n")',
  '                                              ^',
  "my_kext.cpp:13:9: warning: unused variable 'unused' [-Wunused-variable]",
  '    int unused;',
  '        ^',
  'In file included from my_kext.cpp:1:',
  'my_kext.hpp:9:10: note: previous declaration is here',
  '1 warning and 1 error generated.',
  'make[1]: *** [../../kext.mk:41: my_kext.o] Error 1',
  'make: *** [Makefile:12: kexts] Error 2',
  '',
].join('\n')

const failedMessages: readonly BuildMessage[] = [
  message('error', 'my_kext.cpp', 12, 47, "expected ';' after expression", 2),
  message('warning', 'my_kext.cpp', 13, 9, "unused variable 'unused' [-Wunused-variable]", 5),
  message('note', 'my_kext.hpp', 9, 10, 'previous declaration is here', 9),
  {
    severity: 'error',
    file: `${projectRoot}/drivers/kext.mk`,
    line: 41,
    column: null,
    text: 'make[1]: my_kext.o: Error 1',
    outputLine: 11,
  },
]

function message(
  severity: BuildMessage['severity'],
  name: string,
  line: number,
  column: number,
  text: string,
  outputLine: number,
): BuildMessage {
  return { severity, file: `${contrib}/my-kext/${name}`, line, column, text, outputLine }
}

export function failedBuild(now = Date.now()): BuildRun {
  return {
    id: 'b1',
    root: projectRoot,
    command: ['make', 'kexts'],
    status: 'failed',
    startedAt: new Date(now).toISOString(),
    durationMs: 1340,
    exitCode: 2,
    output: failedOutput,
    isCut: false,
    messages: failedMessages,
  }
}

const recorded = `# What io.darwinos.contrib.MyKext had in Demo guest.
kext: io.darwinos.contrib.MyKext
version: 1.0.0
within: 5 s
services:
  - class: org_darwinos_MyKext
    provider: IOResources
    count: 1
    state: [registered, matched, active]
    properties:
      IOMatchCategory: org_darwinos_MyKext
log:
  - contains: "MyKext: hello from kernel space"
`

/** A window's transport with a project on it. */
export function withProjects(
  base: PageTransport & { readonly emit: (event: EventEnvelope) => void },
  options: ProjectOptions = {},
): ProjectTransport {
  const start = Date.now()
  const asked: { readonly name: RequestName; readonly params: unknown }[] = []
  const more = Array.from({ length: Math.max(0, (options.driverCount ?? 0) - 5) }, (_, n) => ({
    ...sampleDrivers(start)[n % 2]!,
    folder: `${contrib}/sample-${n}`,
    name: `sample-${n}`,
  }))
  const project: Project = {
    root: projectRoot,
    kind: 'tree',
    drivers: [...sampleDrivers(start), ...more],
    buildCommand: ['make', 'kexts'],
    problems: [],
  }
  let builds = 1
  let open: Project | null = options.isOpenAtStart ? project : null
  let lastBuild: BuildRun | null = options.isBuiltAtStart ? failedBuild(start) : null
  const changed = (next: Project | null) => {
    open = next
    base.emit({ name: 'project.changed', payload: next })
  }
  const fail = (failure: FailureError['failure']): never => {
    throw new FailureError(failure)
  }

  const own: OwnHandlers & Partial<Handlers> = {
    ...options.loop?.handlers,
    'project.get': async () => open,
    'project.open': async ({ path }) => {
      if (/empty/.test(path)) {
        fail({ kind: 'not-a-project', path, detail: 'it has no drivers/contrib and no Makefile' })
      }
      changed(project)
      return project
    },
    'project.close': async () => {
      changed(null)
      return null
    },
    'project.build': async () => {
      const run = { ...failedBuild(), id: `b${++builds}` }
      const begun: BuildRun = {
        ...run,
        status: 'running',
        durationMs: null,
        exitCode: null,
        messages: [],
        output: failedOutput.split('\n').slice(0, 2).join('\n'),
      }
      base.emit({ name: 'build.changed', payload: begun })
      lastBuild = run
      base.emit({ name: 'build.changed', payload: run })
      return run
    },
    'project.cancelBuild': async () => null,
    'project.lastBuild': async () => lastBuild,
    'project.source': async ({ path, line }) =>
      path.endsWith('.cpp')
        ? { path, firstLine: 1, lines: sourceLines, line }
        : fail({ kind: 'file-unreadable', path, detail: 'there is no such file' }),
    'project.edit': async () => null,
    'expectations.record': async () => ({
      text: recorded,
      suggestedPath: `${contrib}/my-kext/kextant.yaml`,
    }),
    'expectations.save': async ({ path, text, overwrite }) =>
      path === `${contrib}/my-kext/kextant.yaml` && !overwrite
        ? fail({ kind: 'file-exists', path })
        : { path, bytes: text.length },
  }

  return {
    ...base,
    asked,
    build: (name, version, uuid) => {
      if (!open) return
      const drivers = open.drivers.map(driver =>
        driver.kextName === name
          ? {
              ...driver,
              state: 'current' as const,
              builds: [builtKext(name, version, uuid, Date.now()), ...driver.builds.slice(1)],
            }
          : driver,
      )
      changed({ ...open, drivers })
    },
    request: async (name, params, requestId) => {
      asked.push({ name: name as RequestName, params })
      if (!(name in own)) return base.request(name, params, requestId)
      const caller = { mayChangeGuest: true, reportBug: (error: unknown) => console.error(error) }
      const { signal } = new AbortController()
      const reply = await answer(own as Handlers, caller, name, params, signal)
      return fromJson(toJson(reply)) as Reply<unknown>
    },
  }
}
