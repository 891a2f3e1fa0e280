import type { Client, SFTPWrapper } from 'ssh2'
import { FailureError } from '../../core/failure.ts'

export interface SftpLease {
  readonly channel: SFTPWrapper
  /** Must be called when done; twice is harmless. */
  readonly release: () => void
}

/** One SFTP channel for all who transfer at the same time, opened anew when it is needed again. */
export class SharedSftp {
  readonly #client: Client
  #opening: Promise<SFTPWrapper> | null = null
  #leaseCount = 0
  /** The server has no SFTP; asking again would only cost another channel: the library leaves a refused one open. */
  #refusal: FailureError | null = null

  constructor(client: Client) {
    this.#client = client
  }

  async lease(): Promise<SftpLease> {
    if (this.#refusal) throw this.#refusal
    this.#leaseCount++
    let isReleased = false
    const release = () => {
      if (isReleased) return
      isReleased = true
      this.#leaseCount--
      if (this.#leaseCount === 0) this.end()
    }
    try {
      this.#opening ??= this.#open()
      return { channel: await this.#opening, release }
    } catch (error) {
      release()
      throw error
    }
  }

  end(): void {
    const opening = this.#opening
    this.#opening = null
    opening?.then(
      channel => channel.end(),
      () => {},
    )
  }

  #open(): Promise<SFTPWrapper> {
    const opening = new Promise<SFTPWrapper>((resolve, reject) => {
      const done = (error: Error | undefined, channel: SFTPWrapper | undefined) => {
        if (!error && channel) {
          // Closed by the server: the next lease opens another. Calls under way fail by themselves.
          const forget = () => {
            if (this.#opening === opening) this.#opening = null
          }
          channel.on('error', forget)
          channel.on('close', forget)
          resolve(channel)
          return
        }
        this.#opening = null
        const detail = `the guest offers no SFTP (${error?.message ?? 'no channel'})`
        const failure = new FailureError({ kind: 'transfer-failed', path: 'the guest', detail })
        if (/unable to start subsystem/i.test(error?.message ?? '')) this.#refusal = failure
        reject(failure)
      }
      try {
        this.#client.sftp(done)
      } catch (error) {
        done(error as Error, undefined)
      }
    })
    return opening
  }
}
