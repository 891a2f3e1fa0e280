import { printable, printableInLine } from '../app/printable.ts'
import type { Running } from './run.ts'
import type { WriteLosses } from '../../core/write/write-losses.ts'

/** Says what became of a file, on standard output. */
export function sayWritten(
  { path, bytes }: { readonly path: string; readonly bytes: number },
  about: { readonly format: string; readonly losses: WriteLosses },
  options: { readonly json?: boolean },
): void {
  const text = options.json
    ? JSON.stringify({ output: path, format: about.format, bytes, losses: about.losses }, null, 2)
    : `${path}: ${about.format}, ${bytes.toLocaleString('en-US')} bytes`
  process.stdout.write(`${printable(text)}\n`)
}

/** Nothing is left out in silence. */
export function sayLosses(losses: WriteLosses, { say }: Pick<Running, 'say'>): void {
  for (const { what, count, firstPath } of losses) {
    const first = firstPath === '' ? '' : ` (first at ${printableInLine(firstPath)})`
    say(`${count.toLocaleString('en-US')} ${what}${first}`)
  }
}
