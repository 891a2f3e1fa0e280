import type { Command } from 'commander'
import { nodesOf } from '../../../core/registry/lookup.ts'
import { printable } from '../../app/printable.ts'
import { chooseEntry } from '../choose-entry.ts'
import { choosePlane } from '../choose-plane.ts'
import { exitCodeHelp, exitCodes } from '../exit-codes.ts'
import { treeJson } from '../format/tree-json.ts'
import { treeLines, treePart } from '../format/tree-lines.ts'
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
}

export function define(command: Command): void {
  command.argument('<source>', sourceHelp)
  addPlaneOption(command, 'the plane (default: IOService)')
    .option('-d, --depth <levels>', 'no more than so many levels below the top', wholeNumber)
    .option('--under <selector>', 'the subtree of one entry: 0x… ID, path, or unique name')
    .option('-l, --long', 'with the properties of every entry')
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
The mark before a class: ● registered and matched, ◐ one of the two, ○ neither, ✕ terminated.
An entry with several providers stands below each of them and says “also under …”.
--json prints one object for each entry, a line each, in the order of the tree.

Examples:
  kextant tree dump.txt -d 3
  kextant tree dump.txt --under XHC1@14 -l
  kextant tree demo -p IODeviceTree --json | jq -r 'select(.class == "IOPCIDevice") | .path'

Exit codes: 0 printed; 1 no such plane or entry; ${exitCodeHelp}`,
    )
    .action((source: string, options: TreeOptions) =>
      run('tree', async running => {
        const { capture, snapshot } = await running.open(source, options)
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
        const part = treePart(plane, root, options.depth ?? Infinity, options.long ?? false)
        await running.print(
          options.json
            ? printableJson(treeJson(snapshot, part))
            : treeLines(snapshot, part, outputLook(options)),
        )
        return exitCodes.ok
      }),
    )
}

function* printableJson(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield printable(line)
}
