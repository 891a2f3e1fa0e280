import type { Command } from 'commander'
import type { Filter } from '../../../core/query/filter/filter-tree.ts'
import {
  findByFilter,
  findEntries,
  type EntryHit,
  type EntryQuery,
} from '../../../core/query/find-entries.ts'
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
import type { TakenCapture } from '../../service/capture-guest.ts'
import { filterHelp } from '../filter-help.ts'
import { filterFor, readFilter } from '../read-filter.ts'
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
    .argument('[filter]', 'words and tests: see below')
    .option('--class <text>', 'in the class or one of its superclasses')
    .option('--key <text>', 'in the key of a property, at any depth')
    .option('--value <text>', 'in a value as it is shown, at any depth')
    .option('--count', 'print the number of entries only')
  addPlaneOption(command, 'only entries of this plane')
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
${filterHelp}
Texts are found inside others, in small or capital letters. All that is given must hold for an entry. A word is
looked for in the name, location, class, keys and values; or is the beginning of a 0x… ID. Values are found as they are shown: numbers in decimal and in 0x hexadecimal, Yes and No, data by its text
and by the hexadecimal digits of its bytes (849d or “84 9d”).
--json prints one object for each entry, a line each.

Examples:
  kextant find dump.txt xhc
  kextant find dump.txt 'class:IOPCIDevice and "device-id" == 0x9d84'
  kextant find dump.txt 'state:!registered and not class:IOUserClient'
  kextant find dump.txt --class IOPCIDevice --key device-id --value 849d
  kextant find demo --class IOUserClient --count

Exit codes: 0 found, 1 none found, ${exitCodeHelp}`,
    )
    .action((source: string, text: string | undefined, options: FindOptions) => {
      const query = { className: options.class, key: options.key, value: options.value }
      const filter = text === undefined ? null : readFilter(command, text)
      if (!filter && Object.values(query).every(condition => condition === undefined)) {
        command.error('error: nothing to look for: give a filter, --class, --key or --value')
      }
      return find(source, filter, query, options)
    })
}

function find(
  source: string,
  filter: Filter | null,
  query: EntryQuery,
  options: FindOptions,
): Promise<void> {
  return run('find', async running => {
    const taken = await running.open(source, options)
    const { capture, snapshot } = taken
    const plane = choosePlane(snapshot, options.plane, running.say)
    if (!plane) return exitCodes.none
    sayProblems(capture, running)
    const only = options.plane === undefined ? undefined : plane
    const word = filter && onlyWord(filter)
    let found = 0
    function* hits(): Generator<EntryHit> {
      const all =
        filter && word === null
          ? filteredHits(taken, filter, query, only)
          : hitsIn(snapshot, { ...query, text: word ?? undefined }, only)
      for (const hit of all) {
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
      const wanted = word ?? query.value ?? query.key ?? ''
      const look = { ...outputLook(options), isScreen: false }
      await running.print(mapped(hits(), hit => hitLine(snapshot, hit, plane, wanted, look)))
    }
    return found > 0 ? exitCodes.ok : exitCodes.none
  })
}

/** A filter that is one text: it is told where that was found. */
function onlyWord({ root }: Filter): string | null {
  if (root === null) return ''
  return root.kind === 'test' && root.test.kind === 'text' ? root.test.text : null
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

/** What a filter finds, and the options beside it do not leave out. */
function* filteredHits(
  taken: TakenCapture,
  filter: Filter,
  query: EntryQuery,
  plane: PlaneTable | undefined,
): Generator<EntryHit> {
  const { snapshot } = taken
  const hasQuery = Object.values(query).some(condition => condition !== undefined)
  const others = hasQuery ? new Map<number, EntryHit>() : null
  for (const hit of others ? findEntries(snapshot, query) : []) others?.set(hit.entry, hit)
  const planes = plane ? [plane] : snapshot.planes
  for (const hit of findByFilter(snapshot, filterFor(filter, taken, 'everything'), planes)) {
    const other = others?.get(hit.entry)
    if (others && !other) continue
    yield hit.property < 0 && other ? other : hit
  }
}

function* mapped<A, B>(items: Iterable<A>, make: (item: A) => B): Generator<B> {
  for (const item of items) yield make(item)
}
