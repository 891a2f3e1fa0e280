import { readFileSync } from 'node:fs'
import { parse as parsePlist } from 'plist'
import { parse as fastParsePlist } from 'fast-plist'
import { createArchiveReader } from '../../core/dump/archive-reader.ts'
import { compileEngine, type Engine } from '../../core/dump/engine.ts'
import { createDumpReader } from '../../core/dump/dump-reader.ts'
import { createTextReader } from '../../core/dump/text-reader.ts'
import { SnapshotBuilder } from '../../core/registry/snapshot-builder.ts'
import { engineBytes } from '../helpers/engine.ts'

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

const chunkBytes = 65_536

const readers: Record<string, (bytes: Uint8Array) => unknown> = {
  'kextant-xml': bytes => readWhole('xml', bytes, theEngine()),
  'kextant-xml-chunks': bytes => readChunks('xml', bytes, theEngine()),
  'kextant-xml-js': bytes => readWhole('xml', bytes),
  'kextant-xml-js-chunks': bytes => readChunks('xml', bytes),
  'kextant-text': bytes => readWhole('text', bytes, theEngine()),
  'kextant-text-chunks': bytes => readChunks('text', bytes, theEngine()),
  'kextant-text-js': bytes => readWhole('text', bytes),
  'kextant-text-js-chunks': bytes => readChunks('text', bytes),
  'kextant-any': bytes => readAny(bytes),
  plist: bytes => parsePlist(new TextDecoder().decode(bytes)),
  'fast-plist': bytes => fastParsePlist(new TextDecoder().decode(bytes)) as unknown,
  'sum of bytes': sumOf,
}

/** Compiled here, so that the clock counts it. */
function theEngine(): Engine {
  return compileEngine(engineBytes())
}

function readerFor(syntax: 'xml' | 'text', bytes: Uint8Array, engine?: Engine) {
  const builder = new SnapshotBuilder()
  const options = { plane: 'IOService', label: 'bench', expectedBytes: bytes.length, engine }
  const create = syntax === 'xml' ? createArchiveReader : createTextReader
  return { builder, reader: create(builder, options) }
}

function readWhole(syntax: 'xml' | 'text', bytes: Uint8Array, engine?: Engine) {
  const { builder, reader } = readerFor(syntax, bytes, engine)
  reader.pushWhole(bytes)
  reader.finish()
  return builder.seal()
}

function readChunks(syntax: 'xml' | 'text', bytes: Uint8Array, engine?: Engine) {
  const { builder, reader } = readerFor(syntax, bytes, engine)
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    reader.push(bytes.subarray(at, at + chunkBytes))
  }
  reader.finish()
  return builder.seal()
}

function readAny(bytes: Uint8Array) {
  const builder = new SnapshotBuilder()
  const reader = createDumpReader(builder, { label: 'bench', engine: theEngine() })
  reader.pushWhole(bytes)
  reader.finish()
  return builder.seal()
}

/** One look at each byte: what reading cannot be faster than by much. */
function sumOf(bytes: Uint8Array): { readonly sum: number } {
  let sum = 0
  for (let i = 0; i < bytes.length; i++) sum += bytes[i]!
  return { sum }
}

function peakRss(): number {
  return process.resourceUsage().maxRSS * 1024
}

const [name = '', path = ''] = process.argv.slice(2)
const read = readers[name]
if (!read)
  throw new Error(`there is no reader ${name}; there are ${Object.keys(readers).join(', ')}`)
const idle = peakRss()
// A view: `new Uint8Array(buffer)` would be a copy.
const file = readFileSync(path)
const bytes = new Uint8Array(file.buffer, file.byteOffset, file.length)
const started = performance.now()
const result = read(bytes)
const ms = performance.now() - started
if (!result) throw new Error('nothing was read')
// In chunks a reader keeps bytes of its own; those here only stand for where they come from.
const held = name.endsWith('-chunks') ? bytes.length : 0
const measurement: Measurement = { ms, peakBytes: peakRss() - idle - held }
console.log(JSON.stringify(measurement))
