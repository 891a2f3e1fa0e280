import { openSync, writeSync, closeSync } from 'node:fs'
import { ModelMaker, type ModelEntry } from './registry-model.ts'
import { writeArchiveNode } from './write-archive.ts'
import { writeText } from './write-text.ts'

/**
 * A dump of about `bytes` bytes on disk, for measuring: a root with as many subtrees of 50 nodes as it takes.
 * Written piece by piece, so that its size is no matter.
 * @returns how many nodes it has
 */
export function writeBigDump(path: string, syntax: 'xml' | 'text', bytes: number): number {
  const maker = new ModelMaker({ seed: 1, nodes: 0 })
  const root = maker.root(1)
  const file = openSync(path, 'w')
  let written = 0
  let nodes = 1
  const put = (text: string) => (written += writeSync(file, text))
  if (syntax === 'xml') put(archiveHead)
  else put(writeText(root))
  while (written < bytes) {
    const subtree = maker.entry(50, 1)
    nodes += countNodes(subtree)
    put(syntax === 'xml' ? writeArchiveNode(subtree, 2, {}) : indented(writeText(subtree)))
  }
  if (syntax === 'xml') put(archiveTail)
  closeSync(file)
  return nodes
}

const archiveHead = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>IORegistryEntryChildren</key>
	<array>
`

const archiveTail = `	</array>
	<key>IORegistryEntryID</key>
	<integer>4294967552</integer>
	<key>IORegistryEntryName</key>
	<string>Root</string>
	<key>IOObjectClass</key>
	<string>IORegistryEntry</string>
</dict>
</plist>
`

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}

function countNodes(entry: ModelEntry): number {
  return entry.clients.reduce((sum, client) => sum + countNodes(client), 1)
}
