import { randomRegistry, type ModelEntry } from './registry-model.ts'
import { writeArchive, writeArchiveOfMatches } from './write-archive.ts'
import {
  writeBinaryArchive,
  writeExplorerDocument,
  writeIOJonesDocument,
} from './write-documents.ts'
import { writeText } from './write-text.ts'

const kextRows = `Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>
    1   90 0xffffff7f80a43000 0x9d000    0x9d000    com.apple.kpi.bsd (17.7.0) 8CA5E682-F5F4-3CE4-8A7F-3DE1C5A3F6D4
    9    8 0xffffff7f810c9000 0xba000    0xba000    com.apple.kec.corecrypto (1.0) <8 7 6 1>
   77    0 0xffffff7f81183000 0x2000     0x2000     org.example.MyKext (1.0.0d1) <9 1>
`

/**
 * One registry in each format that is read from a single file, by what the format is called. Wrappings (gzip,
 * `.kextant`) are the callers' to make.
 */
export function formatSamples(seed: number, nodes: number): ReadonlyMap<string, Uint8Array> {
  const root = randomRegistry({ seed, nodes, isNasty: true })
  const planes = {
    root,
    planes: {
      IOService: (entry: ModelEntry) => entry.clients,
      IOPower: (entry: ModelEntry) => entry.clients.slice(0, 1),
    },
  }
  const text = writeText(root)
  const rtf = text.replace(/[\\{}]/g, '\\$&').replace(/[^\0-\x7f]/gu, toRtf)
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ['archive', writeArchive(root, { hasChains: true })],
    ['archive of matches', writeArchiveOfMatches(root.clients)],
    ['binary archive', writeBinaryArchive(root)],
    ['text', text],
    ['text of 10.4', writeText(root, { era: '10.4' })],
    ['text with CRLF', writeText(root, { lineBreak: '\r\n' })],
    ['text in RTF', `{\\rtf1\\ansi\\ansicpg1252\n${rtf.replaceAll('\n', '\\\n')}}`],
    ['text in HTML', html],
    ['text in UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['IORegistryExplorer document', writeExplorerDocument(planes)],
    ['IOJones document', writeIOJonesDocument(planes)],
    ['kext list', kextRows],
    ['kext list and text', `${kextRows}\n${text}`],
  ]
  return new Map(files.map(([name, content]) => [name, new Uint8Array(Buffer.from(content))]))
}

/** Each UTF-16 unit, as TextEdit writes what the code page does not have. */
function toRtf(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    const unit = character.charCodeAt(at)
    return `\\u${unit < 0x8000 ? unit : unit - 0x1_0000} `
  }).join('')
}
