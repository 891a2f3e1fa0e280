import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { FailureError } from '../../core/failure.ts'

/** Whether somebody is there to be asked. */
export function canAsk(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY)
}

/** Asks for a secret, without echo. */
export async function askSecret(question: string, signal: AbortSignal): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  return asked(question, silent, signal)
}

/** Yes is `y` or `yes`; anything else, also an empty line, is no. */
export async function askYesNo(question: string, signal: AbortSignal): Promise<boolean> {
  const given = await asked(`${question} [y/N] `, process.stderr, signal)
  return /^y(?:es)?$/i.test(given.trim())
}

async function asked(question: string, output: Writable, signal: AbortSignal): Promise<string> {
  const isSilent = output !== process.stderr
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  // In a terminal that readline has, Ctrl-C and Ctrl-D come as keys and not as a signal.
  const given = new AbortController()
  const giveUp = () => given.abort()
  // The terminal does not echo from here on: whoever sees the question may type at once.
  if (isSilent) process.stderr.write(question)
  lines.once('SIGINT', giveUp).once('close', giveUp)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await lines.question(isSilent ? '' : question, { signal: given.signal })
  } catch {
    throw new FailureError({ kind: 'cancelled' })
  } finally {
    signal.removeEventListener('abort', giveUp)
    lines.close()
    if (isSilent) process.stderr.write('\n')
  }
}
