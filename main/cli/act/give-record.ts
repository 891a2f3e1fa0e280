import { resolve } from 'node:path'
import type { ActionRecord } from '../../../core/contract/types.ts'
import { junitXml } from '../../../core/history/junit-xml.ts'
import { tapLines } from '../../../core/history/tap-lines.ts'
import { printable } from '../../app/printable.ts'
import { writeNewFile } from '../../service/write-new-file.ts'
import { isBroken } from '../broken-pipes.ts'
import { recordLines } from '../format/record-lines.ts'
import { outputLook } from '../options.ts'
import { inLines, print } from '../print.ts'
import type { ActOptions } from './act-options.ts'

/** Hands out what an action came to: as text, TAP or JSON on standard output, and into the files that are named. */
export async function giveRecord(
  record: ActionRecord,
  options: ActOptions & { readonly watch?: boolean },
  signal: AbortSignal,
): Promise<void> {
  // Who has cancelled wants to know all the more what has become of the guest.
  const until = signal.aborted ? new AbortController().signal : signal
  const lines = options.json
    ? // Of many, each is a line.
      [printable(JSON.stringify(record, null, options.watch ? undefined : 2))]
    : options.tap
      ? tapLines([record]).map(printable)
      : recordLines(record, outputLook(options))
  try {
    await print(process.stdout, inLines(lines), until)
  } catch (error) {
    if (!isBroken(error)) throw error
  }
  const write = (path: string, text: string) =>
    writeNewFile(resolve(path), inPieces(text), {
      overwrite: true,
      signal: until,
    })
  if (options.recordTo !== undefined) {
    await write(options.recordTo, `${JSON.stringify(record, null, 2)}\n`)
  }
  if (options.junit !== undefined) await write(options.junit, junitXml([record]))
}

async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
