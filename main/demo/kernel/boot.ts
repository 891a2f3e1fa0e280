import { randomUUID } from 'node:crypto'
import { Allocations } from './allocations.ts'
import { Catalogue } from './catalogue.ts'
import { ClassRegistry } from './class-registry.ts'
import type { ClassProgram } from './driver-program.ts'
import type { LoadedKextTable } from './kexts/loaded-kexts.ts'
import { MessageBuffer } from './message-buffer.ts'
import type { MatchContext } from './passive-match.ts'
import { ProcessTable } from './process-table.ts'
import { Registry, type Entry } from './registry.ts'
import { Scheduler } from './scheduler.ts'

export interface BootIdentity {
  /** `kern.bootsessionuuid`, upper case. */
  readonly sessionUuid: string
  /** `kern.boottime`, milliseconds since 1970. */
  readonly timeMs: number
}

/** What a boot is given: the user-space daemon loads kexts, the machine dies of a panic. */
export interface BootHooks {
  /**
   * The config job of a service that was registered (`config-job.ts`). It starts drivers, which register services
   * themselves: none of those files may import what starts them.
   */
  readonly configure: (boot: Boot, service: Entry) => Promise<void>
  /** kextd's part: finds and loads the kext with this id. Resolves to whether it is loaded now. */
  readonly requestLoad: (bundleIdentifier: string) => Promise<boolean>
  readonly panic: (text: string) => void
}

/** Everything volatile: one boot of the kernel. A reboot makes a new one. */
export class Boot implements MatchContext {
  readonly identity: BootIdentity
  readonly registry = new Registry()
  readonly classes = new ClassRegistry()
  readonly allocations = new Allocations(this.classes, this.registry)
  readonly processes = new ProcessTable()
  readonly catalogue = new Catalogue()
  readonly log = new MessageBuffer()
  readonly scheduler: Scheduler
  readonly kexts: LoadedKextTable
  readonly hooks: BootHooks
  /** Called when something was matched or loaded. */
  onActivity: () => void = () => undefined
  /** What classes do, by class name; a class that is not here is machine code nobody can run. */
  readonly programs = new Map<string, ClassProgram>()

  constructor(delayFactor: number, kexts: LoadedKextTable, hooks: BootHooks) {
    this.identity = { sessionUuid: randomUUID().toUpperCase(), timeMs: Date.now() }
    this.scheduler = new Scheduler(delayFactor)
    this.kexts = kexts
    this.hooks = hooks
  }
}
