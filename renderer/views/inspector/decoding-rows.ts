import type { ByteRange, DecodedField, Decoding } from '../../../core/decode/decoding.ts'
import type { TreeListRow } from '../../widgets/tree-list.tsx'

export interface FieldRow extends TreeListRow {
  readonly field: DecodedField
}

/** Fields as rows: those of a short list open by themselves, so that a single address shows its bits. */
export function fieldRows(decoding: Decoding, toggled: ReadonlySet<string>): readonly FieldRow[] {
  const rows: FieldRow[] = []
  const isShort = decoding.fields.length <= openUpTo
  add(rows, decoding.fields, '', 0, toggled, isShort)
  return rows
}

const openUpTo = 2

function add(
  rows: FieldRow[],
  fields: readonly DecodedField[],
  parent: string,
  depth: number,
  toggled: ReadonlySet<string>,
  opensByItself: boolean,
): void {
  for (const [index, field] of fields.entries()) {
    const path = `${parent}/${index}`
    const isExpandable = (field.children?.length ?? 0) > 0
    const isOpen = isExpandable && toggled.has(path) !== (opensByItself && depth === 0)
    rows.push({
      path,
      depth,
      position: index + 1,
      setSize: fields.length,
      isExpandable,
      isOpen,
      field,
    })
    if (isOpen) add(rows, field.children!, path, depth + 1, toggled, opensByItself)
  }
}

/** The row that tells most exactly what a byte is for: the smallest range with it; -1 for none. */
export function rowOfByte(rows: readonly FieldRow[], at: number): number {
  let found = -1
  let least = Infinity
  for (const [index, { field }] of rows.entries()) {
    const { range } = field
    if (!range || at < range.start || at >= range.end) continue
    const length = range.end - range.start
    // Of equal ones the deeper.
    if (length <= least) {
      found = index
      least = length
    }
  }
  return found
}

export function rangeOf(row: FieldRow | undefined): ByteRange | null {
  return row?.field.range ?? null
}
