import { FailureError } from '../../core/failure.ts'
import { quoteCommand } from './quote.ts'
import type { GuestSession } from './session.ts'
import type { PushProgress } from './upload-bundle.ts'

export interface PushContext {
  readonly session: GuestSession
  readonly signal?: AbortSignal | undefined
  /** What a command prints, and in notes what happened beside what was announced. */
  readonly output?: ((stream: 'stdout' | 'stderr' | 'note', text: string) => void) | undefined
  readonly onProgress?: ((progress: PushProgress) => void) | undefined
}

/** One thing a push does. */
export interface PushStep {
  /** What is shown and, where it is a command of the guest, exactly what runs. */
  readonly command: string
  readonly explanation: string
  /** Through sudo, when the login is not root. */
  readonly asRoot: boolean
  /** What is left of it when the push ends after it: what is only passing is tidied up. */
  readonly effect: 'none' | 'passing' | 'lasting'
  readonly run: (context: PushContext) => Promise<PushStepResult>
}

export interface PushStepResult {
  /** Of the command, where the step is one. */
  readonly exitCode: number | null
}

interface How {
  readonly asRoot?: boolean
  readonly effect: PushStep['effect']
  /** It is not stopped half-way, nor left out when the push was cancelled just before. */
  readonly isFinal?: boolean
}

/** A step that is one command of the guest. */
export function runStep(argv: readonly string[], explanation: string, how: How): PushStep {
  const { asRoot = false, effect, isFinal = false } = how
  return {
    command: quoteCommand(argv),
    explanation,
    asRoot,
    effect,
    run: async ({ session, signal, output }) => {
      if (signal?.aborted && !isFinal) throw new FailureError({ kind: 'cancelled' })
      const into = (stream: 'stdout' | 'stderr') => {
        const decoder = new TextDecoder()
        return (piece: Uint8Array) => output?.(stream, decoder.decode(piece, { stream: true }))
      }
      const { exitCode } = await session.run({
        name: 'push',
        argv,
        asRoot,
        timeoutMs: 300_000,
        signal: isFinal ? undefined : signal,
        onStdout: into('stdout'),
        onStderr: into('stderr'),
      })
      return { exitCode }
    },
  }
}
