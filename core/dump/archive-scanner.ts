import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import type { StringIndex } from '../registry/snapshot.ts'
import type { Engine, ScannerExports } from './engine.ts'
import { takeRows, takeStrings, type ScannedRows } from './scanned-rows.ts'

/** How much is scanned at once: little enough to stay in the processor's cache between copy and scan. */
const windowBytes = 1 << 17
/** A single value that is longer is left to the other reader, which needs no window. */
const windowLimitBytes = 1 << 24

/** Between two elements: what is known there, in the words of `State` in archive-state.ts. */
export interface ScanPlace {
  readonly position: number
  readonly state: number
  /** Whose value comes next, where the state says so. */
  readonly key: StringIndex
  readonly documents: number
  /** For each open bracket its node, counted from the first of this dump, or -1 for an array of nodes. */
  readonly open: readonly number[]
}

/**
 * Hands a dump to the engine, window by window, and in the end its rows to the builder. The engine knows the
 * plain way in which CoreFoundation writes; whatever else comes is for `ArchiveReader` to read,
 * from the last place between two elements. Nothing reaches the builder before that.
 */
export class ArchiveScanner {
  private readonly builder: SnapshotBuilder
  private readonly wasm: ScannerExports
  private readonly knownStrings: number
  private position = 0
  /** Scanning less would only find the same element cut again. Doubles, so that all of it stays linear. */
  private wanted = 1
  private isOver: boolean

  /** @param roles of the keys that ioreg itself writes, by string */
  constructor(engine: Engine, builder: SnapshotBuilder, roles: Uint8Array) {
    this.builder = builder
    this.wasm = engine.instantiate()
    const { bytes, start, length } = builder.strings.contents()
    this.knownStrings = length
    const { wasm } = this
    const seeds = [randomWord(), randomWord()] as const
    this.isOver = wasm.begin(length, bytes.length, roles.length, ...seeds) === 0
    if (this.isOver) return
    new Uint8Array(wasm.memory.buffer, wasm.bytes.value, bytes.length).set(bytes)
    new Uint32Array(wasm.memory.buffer, wasm.starts.value, start.length).set(start)
    new Uint8Array(wasm.memory.buffer, wasm.roles.value, roles.length).set(roles)
    wasm.index()
  }

  /**
   * Goes on in `bytes`, the dump so far. False when the rest is for the other reader, after
   * `handOver`.
   */
  scan(bytes: Uint8Array, isLast: boolean): boolean {
    while (!this.isOver) {
      const available = bytes.length - this.position
      if (available === 0 || (available < this.wanted && !isLast)) return true
      const length = Math.min(available, Math.max(windowBytes, this.wanted))
      const done = this.scanWindow(bytes.subarray(this.position, this.position + length))
      this.position += done
      this.wanted = done > 0 ? 1 : 2 * length
      if (this.wanted > windowLimitBytes) this.isOver = true
      if (length === available) break
    }
    return !this.isOver
  }

  /** Everything that was read, and where; the scanner is used up. */
  handOver(): { readonly rows: ScannedRows; readonly place: ScanPlace } {
    const { wasm, position } = this
    const open = Array.from({ length: wasm.depth.value }, (_, level) => wasm.openAt(level))
    const translate = takeStrings(wasm, this.builder.strings, this.knownStrings)
    const nodes = open.filter(node => node >= 0)
    const place = {
      position,
      state: wasm.state.value,
      key: translate(Int32Array.of(wasm.key.value))[0]!,
      documents: wasm.documents.value,
      open,
    }
    return { rows: takeRows(wasm, nodes, translate), place }
  }

  private scanWindow(bytes: Uint8Array): number {
    const { wasm } = this
    const at = wasm.window(bytes.length)
    if (at === 0) {
      this.isOver = true
      return 0
    }
    new Uint8Array(wasm.memory.buffer, at, bytes.length).set(bytes)
    if (wasm.scan(bytes.length, this.position) !== 0) this.isOver = true
    return wasm.position.value
  }
}

function randomWord(): number {
  return Math.trunc(Math.random() * 0x1_0000_0000) | 0
}
