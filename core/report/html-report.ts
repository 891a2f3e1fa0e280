import type { Capture } from '../contract/types.ts'
import { describeDiff } from '../diff/describe-diff.ts'
import { summarize, type SnapshotDiff } from '../diff/snapshot-diff.ts'
import type { LoadedKext } from '../kext/kext.ts'
import type { Snapshot } from '../registry/snapshot.ts'
import { groupedNumber, html, htmlLine } from './html-text.ts'
import { htmlTree, usualNode, usualState } from './html-tree.ts'
import { reportStyle } from './report-style.ts'

export interface HtmlReportInput {
  readonly capture: Capture
  readonly snapshot: Snapshot
  /** Against which other capture, and what differs. */
  readonly comparison: {
    readonly capture: Capture
    readonly snapshot: Snapshot
    readonly diff: SnapshotDiff
  } | null
  /** Version of Kextant. */
  readonly version: string
  readonly hasProperties: boolean
  /** Secrets were replaced: said at the top. */
  readonly isRedacted: boolean
  /** The trees together take no more characters; what is left out is said. 24 million, unless given. */
  readonly treeLimit?: number
  /** Hears how many nodes are written, now and then. */
  readonly progress?: (nodes: number) => void
}

/**
 * A capture as one HTML file that needs nothing else: no script, no font, no picture from anywhere, and a policy that
 * forbids them. Trees unfold by themselves (`details`), and the browser's own find opens what it finds.
 */
export function* htmlReport(input: HtmlReportInput): Generator<string> {
  const { capture, snapshot, comparison, version } = input
  const title = `Registry of ${capture.source.label}`
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Kextant ${html(version)}">
<title>${htmlLine(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<h1>${htmlLine(title)}</h1>
<p class="soft">${htmlLine(aboutLine(capture))}</p>
${input.isRedacted ? '<p class="note">Serial numbers, UUIDs, addresses and names of this machine are replaced by pseudonyms of the same length.</p>' : ''}
</header>
<main>
`
  yield* facts(capture)
  if (comparison) yield* changes(comparison, input)
  let room = input.treeLimit ?? usualLimit
  // Planes that come later have room for their nodes too.
  let nodesLeft = snapshot.planes.reduce((sum, { length }) => sum + length, 0)
  let nodesDone = 0
  for (const plane of snapshot.planes) {
    nodesLeft -= plane.length
    yield `<section><h2>${htmlLine(plane.plane)} <span class="count">${count(plane.length, 'node')}</span></h2>\n`
    const before = nodesDone
    const own = Math.max(room - usualNode * nodesLeft, Math.min(room, usualNode * plane.length))
    const pieces = htmlTree(snapshot, plane, {
      hasProperties: input.hasProperties,
      room: own,
      progress: nodes => input.progress?.(before + nodes),
    })
    for (const piece of pieces) {
      room -= piece.length
      yield piece
    }
    nodesDone += plane.length
    yield '</section>\n'
  }
  yield* kexts(capture.kexts)
  yield* log(capture.kernelLog)
  yield* problems(capture)
  yield `</main>
<footer class="soft">Written by Kextant ${html(version)}.</footer>
</body>
</html>
`
}

function aboutLine({ takenAt, identity, what }: Capture): string {
  const system = [
    identity?.osName,
    identity?.osVersion,
    identity?.osBuild && `(${identity.osBuild})`,
  ]
  const kernel = identity?.darwinRelease && `Darwin ${identity.darwinRelease}`
  return [`Taken ${takenAt}`, system.filter(Boolean).join(' '), kernel, identity?.machine, what]
    .filter(Boolean)
    .join(' · ')
}

function* facts(capture: Capture): Generator<string> {
  const rows: (readonly [string, string])[] = [
    ...capture.planes.map(
      ({ plane, nodes, entries }) =>
        [plane, `${count(nodes, 'node')}, ${count(entries, 'entry', 'entries')}`] as const,
    ),
    ['Services', groupedNumber(capture.serviceCount)],
    ['Loaded kexts', capture.kexts ? groupedNumber(capture.kexts.length) : 'not in this capture'],
    ['States', `${usualState}, unless an entry says otherwise`],
    ...(capture.lacks.length > 0
      ? [['This format cannot say', capture.lacks.join('; ')] as const]
      : []),
  ]
  yield '<section><h2>What it holds</h2><dl>'
  for (const [name, text] of rows) yield `<dt>${htmlLine(name)}</dt><dd>${htmlLine(text)}</dd>`
  yield '</dl></section>\n'
}

function* changes(
  comparison: NonNullable<HtmlReportInput['comparison']>,
  { snapshot }: HtmlReportInput,
): Generator<string> {
  const { diff, capture } = comparison
  const { added, removed, changed, by } = summarize(diff)
  const words = `${added} new, ${removed} gone, ${by.moved} moved, ${changed - by.moved} changed`
  yield `<section><h2>Changes <span class="count">${words}</span></h2>
<p class="soft">Since ${htmlLine(capture.source.label)}, taken ${htmlLine(capture.takenAt)}. Compared by ${
    diff.identity === 'entry-id' ? 'registry entry ID' : 'path and class'
  }: ${htmlLine(diff.because)}.</p>
<pre class="diff">`
  for (const line of describeDiff(diff, comparison.snapshot, snapshot, { lineLimit: 20_000 })) {
    const sign = /^\s*([-+~→])/.exec(line)?.[1]
    const kind = sign === '+' ? 'added' : sign === '-' ? 'removed' : sign ? 'changed' : ''
    yield kind === '' ? `${htmlLine(line)}\n` : `<span class="${kind}">${htmlLine(line)}</span>\n`
  }
  yield '</pre></section>\n'
}

function* kexts(loaded: readonly LoadedKext[] | null): Generator<string> {
  if (!loaded) return
  yield `<section><h2>Loaded kexts <span class="count">${groupedNumber(loaded.length)}</span></h2>
<div class="scroll"><table><thead><tr><th>Index</th><th>Bundle identifier</th><th>Version</th><th>Size</th><th>UUID</th></tr></thead><tbody>\n`
  for (const kext of loaded.slice(0, mostKexts)) {
    const cells = [kext.index, kext.bundleIdentifier, kext.version, kext.size, kext.uuid]
    yield `<tr>${cells.map(cell => `<td>${htmlLine(cell === null ? '' : String(cell))}</td>`).join('')}</tr>\n`
  }
  yield '</tbody></table></div></section>\n'
}

/** Browsers open a page of this size in seconds, and of a machine’s own registry all has room in it. */
const usualLimit = 24_000_000
const mostKexts = 20_000

/** The end of a long log is what somebody wants. */
const mostLogLines = 5000

function* log(lines: readonly string[] | null): Generator<string> {
  if (!lines || lines.length === 0) return
  const shown = lines.slice(-mostLogLines)
  yield `<section><h2>Kernel log <span class="count">${count(lines.length, 'line')}</span></h2>\n<details><summary>Show</summary><pre>`
  if (shown.length < lines.length)
    yield `… ${groupedNumber(lines.length - shown.length)} earlier lines are left out\n`
  for (const line of shown) yield `${htmlLine(line)}\n`
  yield '</pre></details></section>\n'
}

function* problems({ missing, problems: found }: Capture): Generator<string> {
  if (missing.length + found.length === 0) return
  yield `<section><h2>Missing or odd <span class="count">${groupedNumber(missing.length + found.length)}</span></h2><ul>\n`
  for (const { part, reason } of missing.slice(0, 1000))
    yield `<li><b>${htmlLine(part)}</b>: ${htmlLine(reason)}</li>\n`
  for (const { source, message, byteOffset } of found.slice(0, 1000)) {
    yield `<li><b>${htmlLine(source)}</b>, byte ${groupedNumber(byteOffset)}: ${htmlLine(message)}</li>\n`
  }
  yield '</ul></section>\n'
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${groupedNumber(number)} ${number === 1 ? one : many}`
}
