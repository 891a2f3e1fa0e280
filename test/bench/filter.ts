import { completeFilter } from '../../core/query/filter/complete-filter.ts'
import {
  compileFilter,
  findFiltered,
  type FilterContext,
} from '../../core/query/filter/compile-filter.ts'
import { createKextOf } from '../../core/query/filter/kext-of-entry.ts'
import { parseFilter } from '../../core/query/filter/parse-filter.ts'
import type { ValueIndex } from '../../core/query/value-index.ts'
import { emptyBitSet } from '../../core/registry/bit-set.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { filteredNodes } from '../../core/registry/visible-nodes.ts'
import { packedValues } from '../../renderer/search/packed-values.ts'
import { table } from './table.ts'

/**
 * Filters while somebody types them: each key is read, compiled, answered, and the tree's rows are made. Those that the
 * page answers by itself, over the capture; those of the worker over what it keeps, with its index. Texts that do not
 * read yet cost only that.
 */
const quick = [
  'class:IOPCIDevice and state:registered',
  'not (appleusb or pci) busy > 0',
  'class:IO* clients == 0 retain > 20',
  'under:Root name:nub@4',
]
const slow = [
  'key:IOClass and class:IOPCIDevice',
  '"vendor-id" == 0x8086',
  'IOClass contains USB or IOName ~ /^pci/',
  'IOPowerManagement.CurrentPowerState < 2 and state:registered',
  'value:com.apple.po and not key:vendor-id',
  'IOProbeScore > 1000 kext:com.apple.*',
]

export function measureFilters(snapshot: Snapshot, values: ValueIndex): void {
  const started = performance.now()
  const packed = finished(packedValues(snapshot))
  const packedMs = performance.now() - started
  const bytes = (of: Snapshot) => of.sources.reduce((sum, { bytes: own }) => sum + own.length, 0)
  const columns = Object.values(packed.properties).reduce<number>(
    (sum, column) => sum + (ArrayBuffer.isView(column) ? column.byteLength : 0),
    0,
  )
  console.log(
    `\nThe worker keeps ${megabytes(bytes(packed))} MB of ${megabytes(bytes(snapshot))} MB of values and ` +
      `${megabytes(columns)} MB of columns of ${packed.properties.length} properties; packing took ${packedMs.toFixed(0)} ms.\n`,
  )
  const context = { values: null, marks: null, scope: 'names' } as const
  const page = { ...context, snapshot, kextOf: createKextOf(snapshot, new Map()) }
  const worker = { ...context, snapshot: packed, values, kextOf: createKextOf(packed, new Map()) }
  table(
    'ms for each key of a filter, the rows of the tree included',
    ['', 'keys', 'p50', 'p95', 'longest'],
    [
      row('on the page', typed(quick, page)),
      row('by the worker', typed(slow, worker)),
      row('the same again', typed(slow, worker)),
      row('completion', completed([...quick, ...slow], snapshot)),
    ],
  )
}

function typed(filters: readonly string[], context: FilterContext): number[] {
  const [plane] = context.snapshot.planes
  const none = emptyBitSet(plane!.length)
  return eachKey(filters, text => {
    const parsed = parseFilter(text)
    if (!parsed.ok) return
    filteredNodes(plane!, findFiltered(compileFilter(parsed.filter, context), plane!), none)
  })
}

function completed(filters: readonly string[], snapshot: Snapshot): number[] {
  const source = { snapshot, kexts: [], hasMarks: true }
  return eachKey(filters, text => completeFilter(text, text.length, source))
}

function eachKey(filters: readonly string[], press: (text: string) => unknown): number[] {
  const took: number[] = []
  for (const filter of filters) {
    for (let length = 1; length <= filter.length; length++) {
      const started = performance.now()
      press(filter.slice(0, length))
      took.push(performance.now() - started)
    }
  }
  return took.sort((a, b) => a - b)
}

function row(name: string, took: readonly number[]): string[] {
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))]!
  return [name, String(took.length), ...[at(0.5), at(0.95), at(1)].map(ms => ms.toFixed(1))]
}

function finished<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1)
