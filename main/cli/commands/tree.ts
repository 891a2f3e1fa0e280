import type { Command } from 'commander'
import { clearBit, nextBit, type BitSet } from '../../../core/registry/bit-set.ts'
import type { PlaneTable } from '../../../core/registry/snapshot.ts'
import { nodesOf } from '../../../core/registry/lookup.ts'
import { printable } from '../../app/printable.ts'
import { chooseEntry } from '../choose-entry.ts'
import { choosePlane } from '../choose-plane.ts'
import type { TakenCapture } from '../../service/capture-guest.ts'
import { exitCodeHelp, exitCodes } from '../exit-codes.ts'
import { filterHelp } from '../filter-help.ts'
import { treeJson } from '../format/tree-json.ts'
import { treeHits, treeLines, treePart, type TreeHits } from '../format/tree-lines.ts'
import {
  addCommonOptions,
  addPlaneOption,
  outputLook,
  sourceHelp,
  wholeNumber,
  type CommonOptions,
} from '../options.ts'
import { run, sayProblems } from '../run.ts'

interface TreeOptions extends CommonOptions {
  readonly plane?: string
  readonly depth?: number
  readonly under?: string
  readonly long?: boolean
  readonly filter?: string
}

export function define(command: Command): void {
  command.argument('<source>', sourceHelp)
  addPlaneOption(command, 'the plane (default: IOService)')
    .option('-d, --depth <levels>', 'no more than so many levels below the top', wholeNumber)
    .option('--under <selector>', 'the subtree of one entry: 0x… ID, path, or unique name')
    .option('-l, --long', 'with the properties of every entry')
    .option('--filter <filter>', 'only what a filter finds, and the way to it')
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
The mark before a class: ● registered and matched, ◐ one of the two, ○ neither, ✕ terminated.
An entry with several providers stands below each of them and says “also under …”.
--json prints one object for each entry, a line each, in the order of the tree.

${filterHelp}
What is found says “match”; what is above it stands there to show where it is.

Examples:
  kextant tree dump.txt -d 3
  kextant tree dump.txt --under XHC1@14 -l
  kextant tree dump.txt --filter 'class:IOUSBHostDevice and state:registered'
  kextant tree demo -p IODeviceTree --json | jq -r 'select(.class == "IOPCIDevice") | .path'

Exit codes: 0 printed; 1 no such plane or entry, or nothing found; ${exitCodeHelp}`,
    )
    .action(async (source: string, options: TreeOptions) => {
      const read = options.filter === undefined ? null : await filtering(command, options.filter)
      return run('tree', async running => {
        const taken = await running.open(source, options)
        const { capture, snapshot } = taken
        const plane = choosePlane(snapshot, options.plane, running.say)
        if (!plane) return exitCodes.none
        let root: number | null = null
        if (options.under !== undefined) {
          const chosen = chooseEntry(snapshot, options.under, running.say, plane.plane)
          if (!chosen) return exitCodes.none
          const { entry, place } = chosen
          const node = place?.plane === plane ? place.node : nodesOf(snapshot, plane, entry)[0]
          if (node === undefined) {
            running.say(`“${options.under}” is not in the plane ${plane.plane}.`)
            return exitCodes.none
          }
          root = node
        }
        sayProblems(capture, running)
        const hits = read && hitsBelow(read.found(taken, plane), plane, root)
        const levels = options.depth ?? Infinity
        const part = treePart(plane, root, levels, options.long ?? false, hits)
        await running.print(
          options.json
            ? printableJson(treeJson(snapshot, part))
            : treeLines(snapshot, part, outputLook(options)),
        )
        return hits && nextBit(hits.found, 0) < 0 ? exitCodes.none : exitCodes.ok
      })
    })
}

/** What reads filters, and their patterns: a tree without one starts without it. */
async function filtering(command: Command, text: string) {
  const { filterFor, readFilter } = await import('../read-filter.ts')
  const { findFiltered } = await import('../../../core/query/filter/compile-filter.ts')
  const filter = readFilter(command, text)
  return {
    found: (taken: TakenCapture, plane: PlaneTable) =>
      findFiltered(filterFor(filter, taken, 'names'), plane),
  }
}

/** The top is shown whether it is a hit or not; what is not below it is no hit. */
function hitsBelow(found: BitSet, plane: PlaneTable, root: number | null): TreeHits {
  if (root !== null) {
    for (let node = nextBit(found, 0); node !== -1; node = nextBit(found, node + 1)) {
      if (node < root || node >= plane.end[root]!) clearBit(found, node)
    }
  }
  return treeHits(plane, found)
}

function* printableJson(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield printable(line)
}
