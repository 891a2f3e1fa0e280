import { noString } from '../registry/snapshot.ts'
import type { PlaneDraft } from '../registry/plane-draft.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'

/**
 * The plane of a dump that does not say. Names are per plane, and the machine's expert has a telling one
 * below the root: `/` or, on Apple silicon, `device-tree` in IODeviceTree, `acpi` in IOACPIPlane; in
 * IOPower every edge goes through an IOPowerConnection (facts: ioreg, section 9). Else it is IOService,
 * which ioreg shows when nobody asks for another.
 */
export function guessPlane(builder: SnapshotBuilder, plane: PlaneDraft): string {
  const textOf = (index: number | undefined) =>
    index === undefined || index === noString
      ? ''
      : new TextDecoder().decode(builder.strings.bytesOf(index))
  if (plane.length < 2 || plane.parent[1] !== 0 || textOf(plane.name[0]) !== 'Root') {
    return 'IOService'
  }
  const name = textOf(plane.name[1])
  if (name === '/' || name === 'device-tree') return 'IODeviceTree'
  if (name === 'acpi') return 'IOACPIPlane'
  const { alias, textClass, archiveClass } = builder.entries
  const entry = alias[plane.entry[1]!]!
  const className =
    textOf(textClass[entry] === noString ? archiveClass[entry] : textClass[entry]) || name
  if (className === 'IOPowerConnection') return 'IOPower'
  if (/RootHub/.test(className)) return 'IOUSB'
  return 'IOService'
}
