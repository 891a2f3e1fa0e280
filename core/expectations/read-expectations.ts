import { FailureError } from '../failure.ts'
import { usualWithinMs, type Expectations, type ExpectedLogLine } from './expectations.ts'
import { expectationsShape, type LogLineRead } from './grammar.ts'
import type { Placed, Telling } from './shapes.ts'
import { readYamlSource, type SourceMistake } from './yaml-source.ts'

/** A place of a file that cannot be used. */
export interface ExpectationMistake {
  /** From 1. */
  readonly line: number
  /** In UTF-16 units, from 1. */
  readonly column: number
  /** What was expected there and what was found, as a sentence without its full stop. */
  readonly detail: string
}

/** What a text says, or everything that is wrong with it. */
export type ExpectationsReading =
  | { readonly ok: true; readonly expectations: Expectations }
  | { readonly ok: false; readonly mistakes: readonly ExpectationMistake[] }

/**
 * Reads a `kextant.yaml` (docs/expectations.md).
 *
 * @param text the file, decoded; bytes that were no UTF-8 are there as U+FFFD, which is a mistake
 * @throws FailureError expectations-invalid, with file, line and what was expected there, for the first mistake
 */
export function readExpectations(text: string, path: string): Expectations {
  const reading = checkExpectations(text, path)
  if (reading.ok) return reading.expectations
  throw new FailureError({ kind: 'expectations-invalid', path, ...reading.mistakes[0]! })
}

/** As `readExpectations`, with all mistakes in the order of their places, at most a hundred. Never throws. */
export function checkExpectations(text: string, path: string): ExpectationsReading {
  const source = readYamlSource(text)
  const place = ({ offset, detail }: SourceMistake): ExpectationMistake => ({
    ...source.placeAt(offset),
    detail,
  })
  // What follows from a text that is no YAML would only confuse.
  if (source.mistakes.length > 0 || source.root === null)
    return { ok: false, mistakes: inOrder(source.mistakes).map(place) }

  const mistakes: SourceMistake[] = []
  const accepted = new Set<number>()
  const tell: Telling = {
    mistake: (offset, detail) => {
      mistakes.push({ offset, detail })
    },
    acceptTags: tags => {
      for (const { offset } of tags) accepted.add(offset)
    },
  }
  const read = expectationsShape.read(source.root, tell)
  mistakes.push(...source.tagMistakes.filter(({ offset }) => !accepted.has(offset)))
  if (mistakes.length > 0 || read?.kext?.value.identifier === undefined)
    return { ok: false, mistakes: inOrder(mistakes).slice(0, 100).map(place) }

  const lineOf = (placed: { readonly offset: number } | undefined): number | null =>
    placed === undefined ? null : source.placeAt(placed.offset).line
  const { kext, within, services, log, unload } = read
  const { identifier, loaded, version, uuid } = kext.value
  const logLines = (
    lines: readonly Placed<LogLineRead>[] | undefined,
    when: ExpectedLogLine['when'],
  ): readonly ExpectedLogLine[] =>
    (lines ?? []).map(({ value, offset }) => ({
      test:
        'contains' in value
          ? { kind: 'contains', text: value.contains }
          : { kind: 'matches', pattern: value.matches },
      isWanted: value.wanted,
      when,
      line: source.placeAt(offset).line,
    }))
  return {
    ok: true,
    expectations: {
      source: { kind: 'file', path },
      bundleIdentifier: identifier!.value,
      withinMs: within?.value ?? usualWithinMs,
      kext: {
        isLoaded: loaded?.value ?? true,
        version: version?.value ?? null,
        uuid: uuid?.value ?? null,
        line: lineOf(loaded ?? identifier),
        versionLine: lineOf(version),
        uuidLine: lineOf(uuid),
      },
      services: (services?.value ?? []).map(({ value, offset }) => ({
        className: value.class?.value ?? null,
        ...(value.filter && { filter: value.filter.value }),
        withSubclasses: value.subclasses?.value ?? false,
        provider: value.provider?.value ?? null,
        count: value.count?.value ?? { atLeast: 1, atMost: null },
        state: value.state?.value ?? [],
        properties: (value.properties?.value ?? []).map(each => ({
          key: each.key,
          test: each.value,
          line: lineOf(each),
        })),
        withinMs: value.within?.value ?? null,
        line: source.placeAt(offset).line,
      })),
      log: [...logLines(log?.value, 'load'), ...logLines(unload?.value.log?.value, 'unload')],
      classesBackToBaseline: (unload?.value.classes?.value ?? []).map(({ value, offset }) => ({
        className: value,
        line: source.placeAt(offset).line,
      })),
    },
  }
}

function inOrder(mistakes: readonly SourceMistake[]): readonly SourceMistake[] {
  return mistakes.toSorted((a, b) => a.offset - b.offset)
}
