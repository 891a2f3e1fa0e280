import type { Capture } from '../../core/contract/types.ts'
import { placesOf, placesText } from '../../core/dump/problem-places.ts'
import type { DumpProblem } from '../../core/registry/snapshot.ts'

/** What `kextant info --json` prints. Its shape is documented in docs/command-line.md. */
export interface CaptureInfo {
  readonly format: string
  /** The format in words, and what it does not say. */
  readonly what: string
  readonly lacks: readonly string[]
  readonly source: string
  readonly kernel: string | null
  readonly planes: Readonly<Record<string, { readonly nodes: number; readonly entries: number }>>
  readonly services: number
  readonly kexts: number | null
  readonly personalities: number | null
  readonly problems: readonly string[]
  /** Those of the problems that are in what was read, with their places. */
  readonly damage: readonly Damage[]
}

/** `places` are byte offsets in `source`; beyond a thousand they are only counted. */
export interface Damage {
  readonly source: string
  readonly kind: DumpProblem['kind']
  readonly message: string
  readonly places: readonly number[]
  readonly morePlaces: number
}

export function captureInfo(capture: Capture): CaptureInfo {
  const { installed, kexts } = capture
  const damage = capture.problems.map(
    problem => `${problem.source} at ${placesText(problem)}: ${problem.message}`,
  )
  return {
    format: capture.format,
    what: capture.what,
    lacks: capture.lacks,
    source: capture.source.label,
    kernel: capture.identity?.kernelVersion ?? null,
    planes: Object.fromEntries(
      capture.planes.map(({ plane, nodes, entries }) => [plane, { nodes, entries }]),
    ),
    services: capture.serviceCount,
    kexts: kexts?.length ?? null,
    personalities: installed?.reduce((sum, kext) => sum + kext.personalities.length, 0) ?? null,
    problems: [...capture.missing.map(({ part, reason }) => `${part}: ${reason}`), ...damage],
    damage: capture.problems.map(problem => ({
      source: problem.source,
      kind: problem.kind,
      message: problem.message,
      places: placesOf(problem),
      morePlaces: problem.morePlaces ?? 0,
    })),
  }
}

/** The same for people. */
export function captureSummary(capture: Capture): string {
  const info = captureInfo(capture)
  const rows: [string, string][] = [
    ['source', info.source],
    ['format', info.what],
    ['kernel', info.kernel ?? 'not known'],
  ]
  for (const [plane, { nodes, entries }] of Object.entries(info.planes)) {
    rows.push([`plane ${plane}`, `${nodes} nodes, ${entries} entries`])
  }
  rows.push(['services', String(info.services)])
  rows.push(['kexts loaded', info.kexts === null ? 'not known' : String(info.kexts)])
  rows.push([
    'personalities',
    info.personalities === null ? 'not known' : String(info.personalities),
  ])
  for (const lack of info.lacks) rows.push(['lacks', lack])
  for (const problem of info.problems) rows.push(['note', problem])
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}
