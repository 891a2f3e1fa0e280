import type { DecodeContext } from '../../../core/decode/decode-context.ts'
import { noContext } from '../../../core/decode/decode-context.ts'
import { decodeProperty } from '../../../core/decode/decoders.ts'
import type { DecodedField, Decoding } from '../../../core/decode/decoding.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'

/** A context in which an entry and its parent have these properties. */
export function contextWith(
  own: Readonly<Record<string, PropertyValue>>,
  parent: Readonly<Record<string, PropertyValue>> = {},
  more: Partial<DecodeContext> = {},
): DecodeContext {
  return {
    ...noContext,
    own: key => own[key],
    parent: key => parent[key],
    isParentExact: true,
    ...more,
  }
}

/** The reading of one decoder, or undefined. */
export function readingOf(
  decoder: string,
  key: string,
  value: PropertyValue,
  context: DecodeContext = noContext,
): Decoding | undefined {
  return decodeProperty({ key, way: [], value }, context).find(each => each.decoder === decoder)
}

/** A reading as text: its sureness and summary, its fields with the bytes they come from, what is wrong. */
export function drawReading(reading: Decoding | undefined): string[] {
  if (!reading) return ['not read so']
  return [
    `${reading.title}, ${reading.sureness}${reading.summary === '' ? '' : `: ${reading.summary}`}`,
    ...reading.fields.flatMap(field => drawField(field, 1)),
    ...reading.problems.map(problem => `! ${problem}`),
  ]
}

function drawField(
  { label, text, meaning, range, children, entryId }: DecodedField,
  depth: number,
): string[] {
  const bytes = range ? ` [${range.start}, ${range.end})` : ''
  const link = entryId === undefined ? '' : ` -> 0x${entryId.toString(16)}`
  const line = `${'  '.repeat(depth)}${label} ${text}${meaning ? ` (${meaning})` : ''}${bytes}${link}`
  return [line, ...(children ?? []).flatMap(child => drawField(child, depth + 1))]
}

export function draw(
  decoder: string,
  key: string,
  value: PropertyValue,
  context: DecodeContext = noContext,
): string[] {
  return drawReading(readingOf(decoder, key, value, context))
}
