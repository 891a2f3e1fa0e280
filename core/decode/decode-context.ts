import type { PropertyValue } from '../registry/property-value.ts'
import type { ByteOrder } from './bytes.ts'

/** An entry that a device-tree phandle stands for. */
export interface PhandleEntry {
  readonly name: string
  readonly id: bigint | null
  readonly interruptCells: PropertyValue | undefined
}

/** What has to be known around a property to read it. Everything but the value itself may be missing. */
export interface DecodeContext {
  readonly className: string | null
  /** Another property of the same entry. */
  readonly own: (key: string) => PropertyValue | undefined
  /**
   * A property of the entry's parent in the device tree; where the dump has no device tree, of the nearest provider
   * that has it, for drivers stand between there.
   */
  readonly parent: (key: string) => PropertyValue | undefined
  /** Whether `parent` is the device tree's own parent. */
  readonly isParentExact: boolean
  /** The order in which this machine writes the cells of its device tree, where other entries tell. */
  readonly machineOrder: ByteOrder | null
  /** The name of the entry with this ID, or null. */
  readonly entryName: (id: bigint) => string | null
  /** @param bytes as `AAPL,phandle` holds them */
  readonly phandle: (bytes: Uint8Array) => PhandleEntry | null
}

/** A property of which nothing else is known. */
export const noContext: DecodeContext = {
  className: null,
  own: () => undefined,
  parent: () => undefined,
  isParentExact: false,
  machineOrder: null,
  entryName: () => null,
  phandle: () => null,
}
