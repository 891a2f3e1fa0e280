import { expect, test } from 'vitest'
import { createArchiveReader } from '../../../core/dump/archive-reader.ts'
import type { Engine } from '../../../core/dump/engine.ts'
import { createTextReader } from '../../../core/dump/text-reader.ts'
import { FailureError } from '../../../core/failure.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { testEngine } from '../../helpers/engine.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'

/** A column that the host has no memory to grow. */
class FullColumn extends Uint32Array<ArrayBuffer> {
  constructor(length: number) {
    if (length > 256) throw new RangeError('Array buffer allocation failed')
    super(new ArrayBuffer(4 * length))
  }
}

const noEngine: Engine = {
  instantiate: () => {
    throw new RangeError('WebAssembly.Instance(): Out of memory')
  },
}

const registry = randomRegistry({ seed: 3, nodes: 400 })
const syntaxes = {
  archive: { dump: writeArchive(registry), create: createArchiveReader },
  text: { dump: writeText(registry), create: createTextReader },
} as const
type Syntax = keyof typeof syntaxes

function read(syntax: Syntax, engine: Engine | undefined, isFull: boolean, chunkBytes = Infinity) {
  const { dump, create } = syntaxes[syntax]
  const builder = new SnapshotBuilder()
  if (isFull) builder.entries.retainCount = new FullColumn(256)
  const reader = create(builder, { plane: 'IOService', label: 'big.txt', engine })
  const bytes = new TextEncoder().encode(dump)
  if (chunkBytes > bytes.length) reader.pushWhole(bytes)
  for (let at = 0; chunkBytes <= bytes.length && at < bytes.length; at += chunkBytes) {
    reader.push(bytes.subarray(at, at + chunkBytes))
  }
  return reader.finish()
}

function failureOf(work: () => unknown) {
  try {
    return work()
  } catch (error) {
    return error instanceof FailureError ? error.failure : error
  }
}

// An archive's columns are the engine's own where that reads all of it.
test.each([
  ['archive', 'no engine', undefined],
  ['text', 'no engine', undefined],
  ['text', 'the engine', testEngine()],
] as const)('where columns cannot grow, the %s is too large, with %s', (syntax, _what, engine) => {
  for (const chunkBytes of [Infinity, 5000]) {
    expect(read(syntax, engine, false, chunkBytes)).toMatchObject({ nodes: 400 })
    const failure = failureOf(() => read(syntax, engine, true, chunkBytes))
    expect(failure).toMatchObject({ kind: 'dump-too-large', source: 'big.txt' })
  }
})

test.each(['archive', 'text'] as const)(
  'where there is no memory for the engine, the %s is too large',
  syntax => {
    const failure = failureOf(() => read(syntax, noEngine, false))
    expect(failure).toMatchObject({ kind: 'dump-too-large', source: 'big.txt' })
  },
)
