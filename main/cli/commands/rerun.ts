import type { Command } from 'commander'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ActionRequest } from '../../../core/contract/types.ts'
import { FailureError } from '../../../core/failure.ts'
import { addActHelp, addActOptions, guestSourceHelp, type ActOptions } from '../act/act-options.ts'
import { perform } from '../act/perform.ts'
import { openGuest, runAct, wrong } from '../act/run-act.ts'
import { reasonOf } from '../../service/host-folder.ts'

const recordLimitBytes = 256 * 1024 * 1024
const newestFormat = 1

export function define(command: Command): void {
  command
    .argument('<source>', guestSourceHelp)
    .argument('<record>', 'a record that --record-to has written, or the history has exported')
  addActHelp(
    addActOptions(command),
    `Does again what a record tells of, by the same paths and with the same settings. It is planned anew: what is
shown and asked is for the guest as it is now.`,
    [
      'kextant loop demo MyKext.kext --yes --record-to loop.json',
      'kextant rerun demo loop.json --yes',
    ],
  ).action((source: string, record: string, options: ActOptions) =>
    runAct('rerun', options, async acting => {
      const request = await requestOf(record)
      await openGuest(acting, source)
      return (await perform(acting, request)).code
    }),
  )
}

/** The request of a record; what is in it is checked by whoever is asked. */
async function requestOf(path: string): Promise<ActionRequest> {
  const place = resolve(path)
  const unreadable = (detail: string) =>
    new FailureError({ kind: 'file-unreadable', path: place, detail })
  let content: unknown
  try {
    const status = await stat(place)
    if (!status.isFile()) throw unreadable('it is not a file')
    if (status.size > recordLimitBytes) throw unreadable('it is larger than any record')
    content = JSON.parse(await readFile(place, 'utf8'))
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw unreadable(error instanceof SyntaxError ? 'it is not JSON' : reasonOf(error))
  }
  // The history exports a list; one record of it can be run.
  const record: unknown = Array.isArray(content) && content.length === 1 ? content[0] : content
  if (Array.isArray(record))
    throw wrong('rerun', `${path} holds ${record.length} records; name one`)
  const { formatVersion, request } = (record ?? {}) as Record<string, unknown>
  if (typeof formatVersion !== 'number' || typeof request !== 'object' || request === null) {
    throw wrong('rerun', `${path} is no record of an action`)
  }
  if (formatVersion > newestFormat) {
    const version = formatVersion
    throw new FailureError({ kind: 'newer-format', source: path, version, newest: newestFormat })
  }
  return request as ActionRequest
}
