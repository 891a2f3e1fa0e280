/**
 * How many channels may be open at once. sshd's MaxSessions is 10 by default and counts a channel until it
 * has quite gone, so 10 right after 10 are refused; six leave room for SFTP and for another client.
 */
export class ChannelSlots {
  readonly #limit: number
  #taken = 0
  readonly #waiting: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Waits for a free slot, first come first served. Returns what frees it; calling that twice is harmless. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#taken < this.#limit) this.#taken++
    else await this.#wait(signal)
    let isFreed = false
    return () => {
      if (isFreed) return
      isFreed = true
      const next = this.#waiting.shift()
      if (next) next()
      else this.#taken--
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1)
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', giveUp, { once: true })
      this.#waiting.push(proceed)
    })
  }
}
