import type { Command } from 'commander'
import { findEntries, type EntryHit, type EntryQuery } from '../../../core/query/find-entries.ts'
import { nodesOf } from '../../../core/registry/lookup.ts'
import type { PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { printable } from '../../app/printable.ts'
import { choosePlane } from '../choose-plane.ts'
import { exitCodeHelp, exitCodes } from '../exit-codes.ts'
import { hitJson, hitLine } from '../format/hit-lines.ts'
import {
  addCommonOptions,
  addPlaneOption,
  outputLook,
  sourceHelp,
  type CommonOptions,
} from '../options.ts'
import { run, sayProblems } from '../run.ts'

interface FindOptions extends CommonOptions {
  readonly class?: string
  readonly key?: string
  readonly value?: string
  readonly plane?: string
  readonly count?: boolean
}

export function define(command: Command): void {
  command
    .argument('<source>', sourceHelp)
    .argument(
      '[text]',
      'in the name, location, class, a key or a value; or the beginning of a 0x… ID',
    )
    .option('--class <text>', 'in the class or one of its superclasses')
    .option('--key <text>', 'in the key of a property, at any depth')
    .option('--value <text>', 'in a value as it is shown, at any depth')
    .option('--count', 'print the number of entries only')
  addPlaneOption(command, 'only entries of this plane')
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
Texts are found inside others, in small or capital letters. All that is given must hold for an entry.
Values are found as they are shown: numbers in decimal and in 0x hexadecimal, Yes and No, data by its text
and by the hexadecimal digits of its bytes (849d or “84 9d”).
--json prints one object for each entry, a line each.

Examples:
  kextant find dump.txt xhc
  kextant find dump.txt --class IOPCIDevice --key device-id --value 849d
  kextant find demo --class IOUserClient --count

Exit codes: 0 found, 1 none found, ${exitCodeHelp}`,
    )
    .action((source: string, text: string | undefined, options: FindOptions) => {
      const query = { text, className: options.class, key: options.key, value: options.value }
      if (Object.values(query).every(condition => condition === undefined)) {
        command.error('error: nothing to look for: give a text, --class, --key or --value')
      }
      return find(source, query, options)
    })
}

function find(source: string, query: EntryQuery, options: FindOptions): Promise<void> {
  return run('find', async running => {
    const { capture, snapshot } = await running.open(source, options)
    const plane = choosePlane(snapshot, options.plane, running.say)
    if (!plane) return exitCodes.none
    sayProblems(capture, running)
    const only = options.plane === undefined ? undefined : plane
    let found = 0
    function* hits(): Generator<EntryHit> {
      for (const hit of hitsIn(snapshot, query, only)) {
        found++
        yield hit
      }
    }
    if (options.count) {
      for (const _ of hits()) continue
      await running.print([options.json ? JSON.stringify({ count: found }) : String(found)])
    } else if (options.json) {
      await running.print(mapped(hits(), hit => printable(hitJson(snapshot, hit, plane))))
    } else {
      const wanted = query.text ?? query.value ?? query.key ?? ''
      const look = { ...outputLook(options), isScreen: false }
      await running.print(mapped(hits(), hit => hitLine(snapshot, hit, plane, wanted, look)))
    }
    return found > 0 ? exitCodes.ok : exitCodes.none
  })
}

function* hitsIn(
  snapshot: Snapshot,
  query: EntryQuery,
  plane: PlaneTable | undefined,
): Generator<EntryHit> {
  for (const hit of findEntries(snapshot, query)) {
    if (!plane || nodesOf(snapshot, plane, hit.entry).length > 0) yield hit
  }
}

function* mapped<A, B>(items: Iterable<A>, make: (item: A) => B): Generator<B> {
  for (const item of items) yield make(item)
}
