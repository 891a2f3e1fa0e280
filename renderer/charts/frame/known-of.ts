import type { OpenCapture } from '../../state/app-state.ts'

/**
 * What was read from the tables of a capture and from its kexts, once for all that show these: the marks of a watch come and
 * go without another table.
 */
export class KnownOf<T> {
  readonly #known = new WeakMap<OpenCapture['snapshot'], Known<T>>()

  find({ snapshot, capture }: OpenCapture): T | undefined {
    const known = this.#known.get(snapshot)
    return known?.installed === capture.installed ? known?.value : undefined
  }

  /** Made where it is not known yet. */
  get(current: OpenCapture, make: (current: OpenCapture) => T): T {
    const found = this.find(current)
    if (found !== undefined) return found
    const { installed } = current.capture
    const value = make(current)
    this.#known.set(current.snapshot, { installed, value })
    return value
  }
}

interface Known<T> {
  readonly installed: OpenCapture['capture']['installed']
  readonly value: T
}
