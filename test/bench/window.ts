import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { findChromium } from '../../scripts/lib/prepare.mjs'
import { startHostProcess } from '../helpers/web-host-process.ts'
import { writeChangedDumps } from '../helpers/write-changed-dump.ts'
import { table } from './table.ts'
import { bars, createBenchPage, type Measured } from './window/bench-page.ts'
import { markRows, settle } from './window/in-page.ts'
import { measureOpen, openDump, parts } from './window/parts.ts'
import { measurePeer } from './window/peer.ts'
import { writeTwoPlanes } from './window/two-planes.ts'

/**
 * What the window costs its own thread, by Chromium's tracing: script, and style with layout, for each interaction, on a
 * registry of 100 000 nodes; and the same interactions on a plain nested React tree of the same rows. The window is the
 * built one, behind the built web host, so run `npm run build` first. Not a test: the load of the machine is printed.
 *
 *   node test/bench/window.ts [--nodes=100000] [--peer-nodes=NODES] [--no-peer] [--only=PART,…] [--profiles=FOLDER]
 *
 * PART is paint, tree, browse, filter, compare or planes. `--profiles` writes a CPU profile of each line, whose times are then
 * not worth reading.
 */
const optionOf = (name: string) =>
  process.argv.find(word => word.startsWith(`--${name}=`))?.slice(name.length + 3)
const nodes = Number(optionOf('nodes') ?? 100_000)
const peerNodes = Number(optionOf('peer-nodes') ?? nodes)
const wanted = optionOf('only')?.split(',') ?? Object.keys(parts)
const profiles = optionOf('profiles') ?? null
const strange = wanted.filter(part => !(part in parts))
if (strange.length > 0) {
  console.error(
    `there is no part ${strange.join(', ')}; there are ${Object.keys(parts).join(', ')}`,
  )
  process.exit(64)
}
if (profiles !== null) mkdirSync(profiles, { recursive: true })

const folder = mkdtempSync(join(tmpdir(), 'kextant-window-'))
const dumps = {
  before: join(folder, 'before.txt'),
  after: join(folder, 'after.txt'),
  twoPlanes: join(folder, 'two-planes.kextant'),
}
const executablePath = process.env['KEXTANT_CHROMIUM'] ?? findChromium()
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})
try {
  writeChangedDumps(dumps, nodes)
  await writeTwoPlanes(dumps.twoPlanes, dumps.after)
  console.log(
    `${browser.version()}, ${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, load ${loadavg()[0]!.toFixed(1)}`,
  )
  const ours = await measureWindow(browser)
  const withPeer = !process.argv.includes('--no-peer') && wanted.length > 1
  const theirs = withPeer ? await measurePeer(browser, folder, dumps.after, peerNodes) : []
  table(
    `The window at ${nodes.toLocaleString('en-US')} nodes, ms of its thread for each interaction`,
    [
      'interaction',
      'times',
      'script p50',
      'layout p50',
      'both p95',
      'longest',
      'bar',
      'nested React tree',
    ],
    [...ours, ...everyKey(ours)].map(measured => row(measured, theirs)),
  )
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}

/** The bar is of a key, whatever is typed: of a dozen keys of one text the line above tells the longest. */
function everyKey(ours: readonly Measured[]): readonly Measured[] {
  const times = ours.filter(({ what }) => what.startsWith('filter key')).flatMap(each => each.times)
  return times.length === 0 ? [] : [{ what: 'every key of the filter', times, bar: bars.key }]
}

async function measureWindow(own: Browser): Promise<readonly Measured[]> {
  const host = await startHostProcess()
  const page = await own.newPage({ viewport: { width: 1280, height: 800 } })
  page.on('pageerror', error => console.log(`the page failed: ${error.message}`))
  page.setDefaultTimeout(20_000)
  await page.addInitScript(markRows)
  const bench = await createBenchPage(page, profiles)
  try {
    await page.goto(host.address)
    await page.getByRole('button', { name: /Demo guest/ }).waitFor()
    await openDump(page, dumps.before)
    // What is done for it in idle time is no part of opening the next one.
    await page.waitForTimeout(8000)
    await measureOpen(bench, dumps.after)
    await page.evaluate(settle)
    for (const part of wanted) await parts[part]!(bench, dumps)
  } finally {
    await page.close()
    await host.stop()
  }
  return bench.measured
}

function row(measured: Measured, theirs: readonly Measured[]): string[] {
  const { what, note, times, bar } = measured
  const both = p95(measured)
  const peer = theirs.find(other => other.what === what)
  return [
    what + (note ? ` (${note})` : ''),
    String(times.length),
    at(
      times.map(({ script }) => script),
      0.5,
    ).toFixed(1),
    at(
      times.map(({ layout }) => layout),
      0.5,
    ).toFixed(1),
    both.toFixed(1),
    Math.max(...times.map(({ longest }) => longest)).toFixed(1),
    bar === null ? '' : `${bar} ${both <= bar ? 'held' : 'MISSED'}`,
    peer ? `${(p95(peer) / both).toFixed(0)}×` : '',
  ]
}

function p95({ times }: Measured): number {
  return at(
    times.map(({ script, layout }) => script + layout),
    0.95,
  )
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
