/** A process of the guest that can hold connections to the kernel. */
export interface KernelProcess {
  readonly pid: number
  readonly name: string
  readonly user: string
}

/** The first that is given to a process after the boot. */
const firstFreePid = 431

/** Who runs. A boot begins with what the machine starts; kexts can have further ones started. */
export class ProcessTable {
  readonly #byPid = new Map<number, KernelProcess>()
  #nextPid = firstFreePid

  /** By process ID. */
  all(): readonly KernelProcess[] {
    return [...this.#byPid.values()].sort((a, b) => a.pid - b.pid)
  }

  get(pid: number): KernelProcess | undefined {
    return this.#byPid.get(pid)
  }

  add(process: KernelProcess): void {
    this.#byPid.set(process.pid, process)
  }

  /** The process of this name; launchd starts one when none runs. IDs are not given twice. */
  running(name: string): KernelProcess {
    const known = this.all().find(each => each.name === name)
    if (known) return known
    const started = { pid: this.#nextPid, name, user: 'root' }
    this.#nextPid += 1 + Math.floor(Math.random() * 3)
    this.add(started)
    return started
  }

  remove(pid: number): void {
    this.#byPid.delete(pid)
  }
}
