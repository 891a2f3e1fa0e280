import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readDump } from '../core/dump/read-dump.ts'
import { corpusKexts } from './lib/corpus-kexts.ts'
import {
  checkedDump,
  matcherOver,
  predictionOf,
  type CheckedDump,
  type Prediction,
} from './lib/matching-rows.ts'

/**
 * Holds the rules of matching against real machines: every driver of every dump in the corpus beside the project, its
 * personality against the service it is on; and whether the personality that the rules name as the winner is the one
 * that runs. Writes docs/matching-report.md.
 *
 *   node matching-report.ts [FOLDER]     the corpus, if it is not at ../shared/corpus
 */
const top = resolve(import.meta.dirname, '..')
const corpus = resolve(process.argv[2] ?? resolve(top, '../shared/corpus'))
const report = join(top, 'docs/matching-report.md')

interface Row {
  readonly file: string
  readonly dump: CheckedDump
  /** With the Info.plists of the same system; null where the corpus has none. */
  readonly fromInfoPlists: Prediction | null
}

if (!existsSync(corpus)) {
  process.stdout.write(`skipped: there is no corpus of real dumps at ${corpus}\n`)
  process.exit(0)
}

const kexts = corpusKexts(corpus)
const rows: Row[] = []
let withoutDrivers = 0
for (const folder of ['ioreg-document', 'text', 'xml']) {
  for (const file of readdirSync(join(corpus, folder)).sort()) {
    const bytes = new Uint8Array(readFileSync(join(corpus, folder, file)))
    const { snapshot } = readDump(bytes, { label: file })
    const dump = checkedDump(snapshot)
    if (dump.instances === 0) {
      withoutDrivers++
      continue
    }
    const isCovered = /10\.14/.test(file) && kexts.prelinked.length > 0
    const fromInfoPlists = isCovered
      ? predictionOf(matcherOver(snapshot, kexts.prelinked), isKnown => isKnown)
      : null
    rows.push({ file, dump, fromInfoPlists })
    process.stdout.write(
      `${file}: ${dump.accepted} accepted, ${dump.rejected} rejected, ${dump.unknown} unknown\n`,
    )
  }
}

const sum = (count: (row: Row) => number): number =>
  rows.reduce((total, row) => total + count(row), 0)
const instances = sum(({ dump }) => dump.instances)
const accepted = sum(({ dump }) => dump.accepted)
const leftOut = sum(({ dump }) => dump.leftOut)
const rejected = sum(({ dump }) => dump.rejected)
const unknown = sum(({ dump }) => dump.unknown)
const violations = sum(({ dump }) => dump.violations.length)
const share = percent(accepted, instances)

writeFileSync(
  report,
  `# The rules of matching, held against real machines

Made by \`npm run matching-report\` over a corpus of dumps that people saved on their own machines. The corpus is no part of the
project. **Of ${instances} drivers in ${rows.length} dumps the rules accept ${accepted}, which is ${share}**; ${rejected} are rejected and
${unknown} cannot be told, all of them explained below. ${withoutDrivers} more files show no driver with its personality and provider.

The kernel has matched each of these drivers, so rules that are right accept each. A driver's properties begin as a copy of its
personality; that copy is held against the service that the driver is on, with the service's properties as the dump shows them.

- *At once*: the driver's properties hold as they are. *Less own keys*: they hold without keys that the driver has set itself after it
  was made (a partition scheme shows its own \`UUID\`, an event driver of HID the device's \`VendorID\`), and what is left makes a score
  that fits its \`IOProbeScore\`. Such a driver shows only that some part of what it shows is accepted.
- *Shared categories*: pairs of active drivers of one provider with one match category, which the kernel does not allow.

| dump | drivers | at once | less own keys | rejected | cannot be told | shared categories |
| --- | --: | --: | --: | --: | --: | --: |
${rows.map(({ file, dump }) => `| ${[`\`${file}\``, dump.instances, dump.accepted - dump.leftOut, dump.leftOut, dump.rejected, dump.unknown, dump.violations.length].join(' | ')} |\n`).join('')}| ${['**all**', instances, accepted - leftOut, leftOut, rejected, unknown, violations].join(' | ')} |

## What was not accepted

${remarksOf('rejected')}${remarksOf('unknown')}
## Keys that drivers had set themselves

${remarksOf('accepted')}
## Who wins

For each driver that runs: is its personality the one that the rules name as the winner of its category on its provider, without
looking at who runs? *Tied*: the order decides in which personalities came to the kernel, which no dump shows.

With the personalities of the drivers alone that run on the same machine, few of them compete:

${predictions(rows.map(row => [row.file, row.dump.fromInstances]))}
With the Info.plists of a prelinked kernel of the same system (macOS 10.14, 296 kexts), and the drivers whose personality is one
of them:

${predictions(rows.flatMap(row => (row.fromInfoPlists ? [[row.file, row.fromInfoPlists] as const] : [])))}`,
)
process.stdout.write(
  `${accepted} of ${instances} accepted (${share}), ${rejected} rejected, ${unknown} unknown: ${report}\n`,
)
process.exit(accepted / instances >= 0.995 && violations === 0 ? 0 : 1)

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)} %`
}

/** Equal ones are told once, with how many there are. */
function remarksOf(outcome: string): string {
  const counts = new Map<string, number>()
  for (const { dump } of rows) {
    for (const remark of dump.remarks) {
      if (remark.outcome !== outcome) continue
      const line = `\`${remark.driver}\` on \`${remark.provider}\`: ${remark.because}`
      counts.set(line, (counts.get(line) ?? 0) + 1)
    }
  }
  const word = outcome === 'accepted' ? '' : `${outcome}, `
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([line, count]) => `- ${word}${count === 1 ? 'once' : `${count} times`}: ${line}\n`)
    .join('')
}

function predictions(all: readonly (readonly [file: string, prediction: Prediction])[]): string {
  const total = (count: (prediction: Prediction) => number): number =>
    all.reduce((sumSoFar, [, prediction]) => sumSoFar + count(prediction), 0)
  const covered = total(prediction => prediction.covered)
  const right = total(prediction => prediction.right)
  const tied = total(prediction => prediction.tied)
  const others = new Map<string, number>()
  for (const [, prediction] of all) {
    for (const other of prediction.others) others.set(other, (others.get(other) ?? 0) + 1)
  }
  const lines = all.map(
    ([file, prediction]) =>
      `| ${[`\`${file}\``, prediction.covered, prediction.right, prediction.tied, prediction.others.length].join(' | ')} |\n`,
  )
  const told = [...others]
    .sort(([, a], [, b]) => b - a)
    .map(([line, count]) => `- ${count === 1 ? 'once' : `${count} times`}: ${line}\n`)
  return `| dump | drivers | named | tied | others |
| --- | --: | --: | --: | --: |
${lines.join('')}| ${['**all**', covered, `${right} (${percent(right, covered)})`, tied, covered - right - tied].join(' | ')} |

The others, with the reason that the rules give for it:

${told.join('')}`
}
