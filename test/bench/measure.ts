import { readFileSync } from 'node:fs'
import { parse as parsePlist } from 'plist'
import { createArchiveReader } from '../../core/dump/archive-reader.ts'
import { createTextReader } from '../../core/dump/text-reader.ts'
import { SnapshotBuilder } from '../../core/registry/snapshot-builder.ts'

/**
 * Measures one reader on one file, once, in this fresh process: `node measure.ts READER FILE`. The clock
 * runs from the bytes in memory to the finished result; memory is counted from before the file was read.
 * Prints one line of JSON.
 */
export interface Measurement {
  readonly ms: number
  /** Largest resident size above that of the idle process. */
  readonly peakBytes: number
}

const readers: Record<string, (bytes: Uint8Array) => unknown> = {
  'kextant-xml': bytes => readWhole('xml', bytes),
  'kextant-xml-chunks': bytes => readChunks('xml', bytes),
  'kextant-text': bytes => readWhole('text', bytes),
  'kextant-text-chunks': bytes => readChunks('text', bytes),
  plist: bytes => parsePlist(new TextDecoder().decode(bytes)),
}

function readerFor(syntax: 'xml' | 'text', builder: SnapshotBuilder) {
  const create = syntax === 'xml' ? createArchiveReader : createTextReader
  return create(builder, { plane: 'IOService', label: 'bench' })
}

function readWhole(syntax: 'xml' | 'text', bytes: Uint8Array) {
  const builder = new SnapshotBuilder()
  const reader = readerFor(syntax, builder)
  reader.pushWhole(bytes)
  reader.finish()
  return builder.seal()
}

function readChunks(syntax: 'xml' | 'text', bytes: Uint8Array) {
  const builder = new SnapshotBuilder()
  const reader = readerFor(syntax, builder)
  for (let at = 0; at < bytes.length; at += 65_536) reader.push(bytes.subarray(at, at + 65_536))
  reader.finish()
  return builder.seal()
}

function peakRss(): number {
  return process.resourceUsage().maxRSS * 1024
}

const [name = '', path = ''] = process.argv.slice(2)
const read = readers[name]
if (!read)
  throw new Error(`there is no reader ${name}; there are ${Object.keys(readers).join(', ')}`)
const idle = peakRss()
const bytes = new Uint8Array(readFileSync(path))
const started = performance.now()
const result = read(bytes)
const ms = performance.now() - started
if (!result) throw new Error('nothing was read')
const measurement: Measurement = { ms, peakBytes: peakRss() - idle }
console.log(JSON.stringify(measurement))
