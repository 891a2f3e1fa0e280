import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createService, type Service } from '../main/service/service.ts'
import { savedDump } from '../test/helpers/kextant-files.ts'
import { hasPython } from '../test/helpers/run-python.ts'
import { archiveRow, documentRow, kextListRow, textRow, type Row } from './lib/corpus-rows.ts'

/**
 * Reads every dump of the corpus of real dumps beside the project, writes it again or has it read by another, and says in
 * docs/corpus-report.md what was the same.
 *
 *   node corpus-report.ts [FOLDER]       the corpus, if it is not at ../shared/corpus
 */
const top = resolve(import.meta.dirname, '..')
const corpus = resolve(process.argv[2] ?? resolve(top, '../shared/corpus'))
const report = join(top, 'docs/corpus-report.md')

interface Part {
  /** Of the corpus. */
  readonly folder: string
  readonly title: string
  /** What was compared, for the reader of the report. */
  readonly method: string
  /** What `Row.content` counts. */
  readonly content: string
  readonly rowOf: (file: string, bytes: Uint8Array) => Row
}

interface ReportedRow extends Row {
  readonly file: string
  readonly isKept: boolean
}

const parts: readonly Part[] = [
  {
    folder: 'text',
    title: 'Text',
    method: `Each file was read into a snapshot and written from it by \`core/write/write-text.ts\`. The bytes that came out
were compared with the file's own; for RTF and HTML, which are decoded first, with the decoded text. Node lines, tree, braces
and keys are made from the tables and values are copied; *verbatim* is the share of bytes that were kept as lines of the file
because the tables cannot say them: headings, prompts, and lines that are damaged.`,
    content: 'nodes',
    rowOf: textRow,
  },
  {
    folder: 'xml',
    title: 'XML of ioreg -a',
    method: `Each file was read into a snapshot and written from it by \`core/write/write-archive.ts\`. The bytes that came out were
compared with the file's own; then the two as trees, types included: as Python's plistlib reads both, and as plistlib reads the
file and \`main/plist\` what was written. Values that are laid out as CoreFoundation lays them out are copied, so the trees say nothing
new where the bytes are the same; they are there for the day when the bytes are not.`,
    content: 'nodes',
    rowOf: archiveRow,
  },
  {
    folder: 'ioreg-document',
    title: 'Documents of IORegistryExplorer',
    method: `Kextant does not write these. Each file was read a second time by Python's plistlib, which resolves the archive's UIDs
by itself, and the two readings were compared: the planes and their order; for every place its entry, depth, name and location; for
every entry its class, superclasses, state, busy and retain count, whether it had terminated, and every property, key and
value, nested ones too, with types. Not compared, since a snapshot does not hold it: bundles of classes, dates, the computer's name,
whether an entry was new. It stays in the file, which a \`.kextant\` keeps.`,
    content: 'nodes of each plane',
    rowOf: documentRow,
  },
  {
    folder: 'kextstat',
    title: 'Lists of loaded kexts',
    method: `No writer makes these either. From each kext that was read, a row as the tools print it was made again and compared with the
file's own, in their order; blanks between columns do not count, nor does \`<>\`, and lines that are no rows (the header, what kmutil
says before it) are not compared.`,
    content: 'rows',
    rowOf: kextListRow,
  },
]

if (!existsSync(corpus)) {
  process.stdout.write(`skipped: there is no corpus of real dumps at ${corpus}\n`)
  process.exit(0)
}
if (!hasPython) process.exit(1)

const folder = mkdtempSync(join(tmpdir(), 'kextant-corpus-'))
const service = createService({
  host: 'cli',
  version: '0.0.0',
  mayChangeGuest: false,
  settingsFolder: join(folder, 'settings'),
  samplesFolder: join(top, 'assets/kexts'),
  parseWorker: new URL('../main/service/parse-worker.ts', import.meta.url),
  builtInTargets: [],
})
const sections: { readonly part: Part; readonly rows: readonly ReportedRow[] }[] = []
try {
  for (const part of parts) {
    const rows: ReportedRow[] = []
    for (const file of readdirSync(join(corpus, part.folder)).sort()) {
      rows.push(await reported(part, file, service))
    }
    sections.push({ part, rows })
  }
} finally {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
}

const all = sections.flatMap(({ rows }) => rows)
const lossless = all.filter(isWhole).length
writeFileSync(
  report,
  `# Real dumps, read and written again

Made by \`npm run corpus-report\` over a corpus of dumps that people saved on their own machines. The corpus is no part of the
project. **${lossless} of ${all.length} files are without loss.**

- *Damage* counts the places that a problem names; each is named with its offset when such a file is opened.
- *Kept*: the file was opened by the service and saved as a \`.kextant\`; what was unpacked from that is the file, byte for byte.
- *Lossless*: kept, and what the part says was the same.

The ${infoPlists()} Info.plists of the corpus are in no table: they describe kexts on a disk and hold no registry, so nothing of a dump can be
lost of them.
${sections.map(sectionText).join('')}`,
)
for (const { part, rows } of sections) {
  process.stdout.write(`${part.title}: ${rows.filter(isWhole).length} of ${rows.length}\n`)
}
process.stdout.write(`${lossless} of ${all.length} without loss: ${report}\n`)
process.exit(lossless === all.length ? 0 : 1)

async function reported(part: Part, file: string, opener: Service): Promise<ReportedRow> {
  const path = join(corpus, part.folder, file)
  const bytes = readFileSync(path)
  const { kept } = await savedDump(opener, path, join(folder, `${part.folder}-${file}.kextant`))
  const isKept = kept.length === 1 && kept[0]!.equals(bytes)
  return { ...part.rowOf(file, new Uint8Array(bytes)), file, isKept }
}

function isWhole({ isKept, isLossless }: ReportedRow): boolean {
  return isKept && isLossless
}

function infoPlists(): number {
  const info = join(corpus, 'kext-info')
  return existsSync(info) ? readdirSync(info).length : 0
}

function sectionText({ part, rows }: (typeof sections)[number]): string {
  const lines = rows.map(row => {
    const cells = [
      `\`${row.file}\``,
      row.format,
      row.content,
      row.properties,
      row.damage,
      row.isKept ? 'same bytes' : '**no**',
      isWhole(row) ? 'yes' : '**no**',
      row.how,
    ]
    return `| ${cells.join(' | ')} |\n`
  })
  return `
## ${part.title}: ${rows.filter(isWhole).length} of ${rows.length} without loss

${part.method}

| file | format | ${part.content} | properties | damage | kept in .kextant | lossless | how |
| --- | --- | --: | --: | --- | --- | --- | --- |
${lines.join('')}`
}
