import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readDump } from '../core/dump/read-dump.ts'
import type { DumpSummary } from '../core/dump/dump-summary.ts'
import { readValue } from '../core/registry/read-value.ts'
import { ValueType, type Snapshot } from '../core/registry/snapshot.ts'
import { writeText } from '../core/write/write-text.ts'

/**
 * Reads every dump of the corpus of real dumps beside the project, writes it again, and says in
 * docs/corpus-report.md what was the same.
 *
 *   node corpus-report.ts [FOLDER]       the corpus, if it is not at ../shared/corpus
 */
const top = resolve(import.meta.dirname, '..')
const corpus = process.argv[2] ?? resolve(top, '../shared/corpus')
const report = join(top, 'docs/corpus-report.md')

interface Row {
  readonly file: string
  readonly format: string
  readonly nodes: number
  readonly properties: number
  readonly damage: string
  readonly isLossless: boolean
  readonly how: string
}

interface Part {
  /** Of the corpus. */
  readonly folder: string
  readonly title: string
  /** What was compared, for the reader of the report. */
  readonly method: string
  readonly rowOf: (file: string, bytes: Uint8Array) => Row
}

const parts: readonly Part[] = [
  {
    folder: 'text',
    title: 'Text',
    method: `Each file was read into a snapshot and written from it by \`core/write/write-text.ts\`. The bytes that came out
were compared with the file's own; for RTF and HTML, which are decoded first, with the decoded text. Node lines, tree, braces
and keys are made from the tables and values are copied; *verbatim* is the share of bytes that were kept as lines of the file
because the tables cannot say them: headings, prompts, and lines that are damaged.`,
    rowOf: textRow,
  },
]

if (!existsSync(corpus)) {
  process.stdout.write(`skipped: there is no corpus of real dumps at ${corpus}\n`)
  process.exit(0)
}
const sections = parts.map(part => {
  const files = readdirSync(join(corpus, part.folder)).sort()
  const rows = files.map(file =>
    part.rowOf(file, new Uint8Array(readFileSync(join(corpus, part.folder, file)))),
  )
  return { part, rows }
})
const text = `# Real dumps, read and written again

Made by \`npm run corpus-report\` over a corpus of dumps that people saved on their own machines. The corpus is no part of the
project. *Damage* counts the places that a problem names; each is named with its offset when such a file is opened.
${sections.map(sectionText).join('')}`
writeFileSync(report, text)
const all = sections.flatMap(({ rows }) => rows)
const lossless = all.filter(({ isLossless }) => isLossless).length
process.stdout.write(`${lossless} of ${all.length} without loss: ${report}\n`)
process.exit(lossless === all.length ? 0 : 1)

function sectionText({ part, rows }: { part: Part; rows: readonly Row[] }): string {
  const lossless = rows.filter(({ isLossless }) => isLossless).length
  const lines = rows.map(row => {
    const cells = [
      `\`${row.file}\``,
      row.format,
      row.nodes,
      row.properties,
      row.damage,
      row.isLossless ? 'yes' : '**no**',
      row.how,
    ]
    return `| ${cells.join(' | ')} |\n`
  })
  return `
## ${part.title}: ${lossless} of ${rows.length} without loss

${part.method}

| file | format | nodes | properties | damage | lossless | how |
| --- | --- | --: | --: | --- | --- | --- |
${lines.join('')}`
}

function textRow(file: string, bytes: Uint8Array): Row {
  const { snapshot, summary } = readDump(bytes, { label: file })
  const written: Uint8Array[] = []
  const writer = writeText(snapshot)
  let step = writer.next()
  for (; !step.done; step = writer.next()) written.push(step.value)
  const source = Buffer.from(snapshot.sources[0]!.bytes)
  const isSame = Buffer.concat(written).equals(source)
  const isDecoded = !source.equals(bytes)
  const share = (100 * step.value.verbatimBytes) / step.value.bytes
  const where = isDecoded ? 'same bytes as the decoded text' : 'same bytes'
  return {
    file,
    format: summary.format,
    nodes: summary.nodes,
    properties: snapshot.properties.length,
    damage: damageOf(snapshot, summary),
    isLossless: isSame,
    how: isSame ? `${where}${share > 0 ? `; ${share.toFixed(2)} % verbatim` : ''}` : 'bytes differ',
  }
}

/** Damaged places by kind, and values that somebody blacked out. What a format cannot say is no damage. */
function damageOf(snapshot: Snapshot, { problems }: DumpSummary): string {
  const counts = new Map<string, number>()
  for (const { kind, places, morePlaces } of problems) {
    if (kind === 'lossy') continue
    counts.set(kind, (counts.get(kind) ?? 0) + (places?.length ?? 1) + (morePlaces ?? 0))
  }
  const { properties } = snapshot
  let unreadable = 0
  for (let property = 0; property < properties.length; property++) {
    if (properties.type[property] === ValueType.unreadable) continue
    if (readValue(snapshot, property).kind === 'unreadable') unreadable++
  }
  if (unreadable > 0) counts.set('unreadable values', unreadable)
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ') || 'none'
}
