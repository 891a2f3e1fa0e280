/** Thrown into everything that waits when the boot it belongs to is over. */
export class BootEnded extends Error {
  constructor() {
    super('this boot is over')
    this.name = 'BootEnded'
  }
}

/** All timers of one boot, so that a panic or `dispose` leaves none behind. */
export class Scheduler {
  readonly #delayFactor: number
  readonly #pending = new Set<(reason: BootEnded) => void>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #conditions = new Set<{ readonly holds: () => boolean; readonly resolve: () => void }>()
  #isStopped = false

  /** @param delayFactor multiplies every delay of the kernel's work; 0 makes it as fast as it can be. */
  constructor(delayFactor: number) {
    this.#delayFactor = delayFactor
  }

  /** Waits about `ms` of the kernel's own time. */
  delay(ms: number): Promise<void> {
    return this.#wait(ms * this.#delayFactor)
  }

  /** Waits until the boot is over. */
  forever(): Promise<void> {
    return this.#wait(null)
  }

  /** Waits until a condition holds. It is looked at now and at every `moved()`. */
  until(holds: () => boolean): Promise<void> {
    if (this.#isStopped) return Promise.reject(new BootEnded())
    if (holds()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#pending.add(reject)
      const waiting = {
        holds,
        resolve: () => {
          this.#pending.delete(reject)
          this.#conditions.delete(waiting)
          resolve()
        },
      }
      this.#conditions.add(waiting)
    })
  }

  /** Something changed: conditions that hold now are told. */
  moved(): void {
    for (const condition of [...this.#conditions]) if (condition.holds()) condition.resolve()
  }

  /** Runs `work` once, after `ms` of wall-clock time. @returns the undo. */
  after(ms: number, work: () => void): () => void {
    if (this.#isStopped) return () => undefined
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, ms)
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
      clearTimeout(timer)
    }
  }

  /** Starts work nobody waits for; it may end early with the boot, anything else it throws is a bug. */
  spawn(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      if (!(error instanceof BootEnded)) throw error
    })
  }

  stop(): void {
    this.#isStopped = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    const ended = new BootEnded()
    for (const reject of [...this.#pending]) reject(ended)
    this.#pending.clear()
    this.#conditions.clear()
  }

  #wait(ms: number | null): Promise<void> {
    if (this.#isStopped) return Promise.reject(new BootEnded())
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | null = null
      this.#pending.add(reject)
      if (ms === null) return
      timer = setTimeout(() => {
        if (timer) this.#timers.delete(timer)
        this.#pending.delete(reject)
        resolve()
      }, ms)
      this.#timers.add(timer)
    })
  }
}
