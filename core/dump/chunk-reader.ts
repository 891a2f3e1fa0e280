import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { ProblemTally, type DumpReader, type DumpSummary } from './dump-summary.ts'
import { GrowingBytes } from './growing-bytes.ts'

/** What the readers of both syntaxes share: the bytes so far, and a scan that goes on where they ended. */
export abstract class ChunkReader implements DumpReader {
  protected readonly builder: SnapshotBuilder
  protected readonly input: GrowingBytes
  protected readonly problems: ProblemTally

  constructor(builder: SnapshotBuilder, label: string, expectedBytes?: number) {
    this.builder = builder
    this.input = new GrowingBytes(label, expectedBytes)
    this.problems = new ProblemTally(label)
  }

  push(chunk: Uint8Array): void {
    this.input.append(chunk)
    this.withMemory(() => this.scan(false))
  }

  pushWhole(bytes: Uint8Array): void {
    this.input.adopt(bytes)
    this.withMemory(() => this.scan(false))
  }

  finish(): DumpSummary {
    return this.withMemory(() => this.end())
  }

  /** Reads what is complete; with `isLast`, what is left too. */
  protected abstract scan(isLast: boolean): void

  /** Reads what is left, and says what the dump was. */
  protected abstract end(): DumpSummary

  /** Hosts throw a RangeError where there is no memory for a column or an engine: the dump is too large for them. */
  protected withMemory<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (error instanceof RangeError) throw this.input.tooLarge()
      throw error
    }
  }
}
