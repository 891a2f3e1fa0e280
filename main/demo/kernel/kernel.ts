import type { FileSystem } from '../files/file-system.ts'
import { Boot, type BootHooks } from './boot.ts'
import { configure } from './config-job.ts'
import { UnusedKexts } from './kexts/autounload.ts'
import { InstalledKexts } from './kexts/installed-kexts.ts'
import { LoadedKextTable } from './kexts/loaded-kexts.ts'
import { loadKext, type LoadContext } from './kexts/load.ts'

export interface KernelOptions {
  /** Multiplies the delays of matching, starting and linking; 1 is lifelike, 0 as fast as it can be. */
  readonly delayFactor?: number
  /** How long the guest stays away after a panic or a restart. */
  readonly rebootMs?: number
  /** How long after the last matching the scan for unused kexts runs; 60 s in a real kernel. */
  readonly autounloadIntervalMs?: number
  /** Boot arguments as `nvram boot-args` shows them. */
  readonly bootArguments?: string
}

/** Fills a fresh boot with the machine's devices and kexts. */
export type BootMachine = (boot: Boot) => void

/** The guest's kernel across boots. */
export class Kernel {
  readonly files: FileSystem
  readonly installed: InstalledKexts
  readonly bootArguments: string
  readonly #options: Required<Omit<KernelOptions, 'bootArguments'>>
  readonly #bootMachine: BootMachine
  readonly #panicListeners = new Set<(text: string) => void>()
  readonly #upListeners = new Set<() => void>()
  #boot: Boot
  #rebootTimer: NodeJS.Timeout | null = null
  #isUp = true

  constructor(files: FileSystem, bootMachine: BootMachine, options: KernelOptions) {
    this.files = files
    this.installed = new InstalledKexts(files)
    this.bootArguments = options.bootArguments ?? 'keepsyms=1 debug=0x144 msgbuf=16384'
    this.#bootMachine = bootMachine
    this.#options = {
      delayFactor: options.delayFactor ?? 1,
      rebootMs: options.rebootMs ?? 4000,
      autounloadIntervalMs: options.autounloadIntervalMs ?? 60_000,
    }
    this.#boot = this.#start()
  }

  /** The boot under way; after a panic the last one, until the guest is up again. */
  get boot(): Boot {
    return this.#boot
  }

  get isUp(): boolean {
    return this.#isUp
  }

  get loadContext(): LoadContext {
    return { boot: this.#boot, files: this.files, installed: this.installed }
  }

  /** Called when the guest goes down. @returns the undo. */
  onPanic(listener: (text: string) => void): () => void {
    this.#panicListeners.add(listener)
    return () => this.#panicListeners.delete(listener)
  }

  /** Called when the guest is up again. @returns the undo. */
  onUp(listener: () => void): () => void {
    this.#upListeners.add(listener)
    return () => this.#upListeners.delete(listener)
  }

  /** Everything volatile is gone; a few seconds later the guest comes up as a new boot. */
  panic(text: string): void {
    this.#goDown(text)
  }

  /** As `reboot` does: the same without a panic. */
  restart(): void {
    this.#goDown('restart')
  }

  #goDown(text: string): void {
    if (!this.#isUp) return
    this.#isUp = false
    this.#boot.scheduler.stop()
    for (const listener of [...this.#panicListeners]) listener(text)
    this.#rebootTimer = setTimeout(() => {
      this.#rebootTimer = null
      this.#boot = this.#start()
      this.#isUp = true
      for (const listener of [...this.#upListeners]) listener()
    }, this.#options.rebootMs)
  }

  /** Stops every timer. The kernel cannot be used afterwards. */
  dispose(): void {
    if (this.#rebootTimer) clearTimeout(this.#rebootTimer)
    this.#boot.scheduler.stop()
    this.#panicListeners.clear()
    this.#upListeners.clear()
    this.#isUp = false
  }

  #start(): Boot {
    const hooks: BootHooks = {
      configure,
      requestLoad: id => this.#requestLoad(id),
      panic: text => this.panic(text),
    }
    const boot = new Boot(this.#options.delayFactor, new LoadedKextTable(), hooks)
    this.#bootMachine(boot)
    const unused = new UnusedKexts(boot, this.#options.autounloadIntervalMs)
    boot.onActivity = () => unused.consider()
    return boot
  }

  /** kextd's answer to "load the kext of this personality". */
  async #requestLoad(bundleIdentifier: string): Promise<boolean> {
    await this.#boot.scheduler.delay(20)
    const bundle = this.installed.byIdentifier(bundleIdentifier)[0]
    return (
      bundle !== undefined &&
      (await loadKext(this.loadContext, bundle, { isForMatching: true })) === null
    )
  }
}
