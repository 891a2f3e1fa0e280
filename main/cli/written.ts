import { printable, printableInLine } from '../app/printable.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import type { Running } from './run.ts'
import type { WriteLoss, WrittenFile } from './wiring.ts'

/** Says what became of a file, on standard output. */
export function sayWritten(
  { path, bytes }: WrittenFile,
  about: { readonly format: string; readonly losses: readonly WriteLoss[] },
  options: { readonly json?: boolean },
): void {
  const text = options.json
    ? JSON.stringify({ output: path, format: about.format, bytes, losses: about.losses }, null, 2)
    : `${path}: ${about.format}, ${bytes.toLocaleString('en-US')} bytes`
  process.stdout.write(`${printable(text)}\n`)
}

/** Nothing is left out in silence. */
export function sayLosses(losses: readonly WriteLoss[], { say }: Pick<Running, 'say'>): void {
  for (const { what, count, firstPath } of losses) {
    const first = firstPath === '' ? '' : ` (first at ${printableInLine(firstPath)})`
    say(`${count.toLocaleString('en-US')} ${what}${first}`)
  }
}

export function sayNotHere(command: string, { say }: Pick<Running, 'say'>): ExitCode {
  say(`${command} is not available in this build.`)
  return exitCodes.bug
}
