import { closeSync, openSync, writeSync } from 'node:fs'
import { BenchRegistry, nodesOfSubtree } from './bench-registry.ts'
import { writeArchiveNode } from './write-archive.ts'
import { belowRoot, openRoot, writeText } from './write-text.ts'

/**
 * A dump of exactly `nodes` nodes on disk, for measuring: `BenchRegistry` of this seed, as `ioreg -a -l` or
 * `ioreg -l -w0` prints it. Equal arguments give equal bytes, and both syntaxes show one registry. Written piece
 * by piece, so that its size is no matter: about 2.8 kB a node as XML, 1.3 kB as text.
 *
 *   node test/helpers/write-bench-dump.ts xml|text NODES FILE [SEED]
 */
export function writeBenchDump(
  path: string,
  syntax: 'xml' | 'text',
  nodes: number,
  seed = 1,
): { readonly nodes: number; readonly bytes: number } {
  const registry = new BenchRegistry(seed)
  const root = registry.root()
  const file = openSync(path, 'w')
  let bytes = 0
  const put = (text: string) => (bytes += writeSync(file, text))
  try {
    put(syntax === 'xml' ? archiveHead : openRoot(writeText(root)))
    for (let left = nodes - 1; left > 0;) {
      const subtree = registry.subtree(Math.min(left, nodesOfSubtree))
      put(
        syntax === 'xml'
          ? writeArchiveNode(subtree, 2, {})
          : belowRoot(writeText(subtree), left > nodesOfSubtree),
      )
      left -= nodesOfSubtree
    }
    if (syntax === 'xml') {
      // The rest of the root, as an archive has it: after the children.
      const lines = writeArchiveNode(root, 0, {}).split('\n')
      put(`\t</array>\n${lines.slice(1).join('\n')}</plist>\n`)
    }
  } finally {
    closeSync(file)
  }
  return { nodes, bytes }
}

const archiveHead = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>IORegistryEntryChildren</key>
	<array>
`

if (import.meta.main) {
  const [syntax, nodes, path, seed] = process.argv.slice(2)
  if ((syntax !== 'xml' && syntax !== 'text') || !Number(nodes) || !path) {
    throw new Error('usage: node write-bench-dump.ts xml|text NODES FILE [SEED]')
  }
  const written = writeBenchDump(path, syntax, Number(nodes), Number(seed ?? 1))
  console.log(`${path}: ${written.nodes} nodes, ${(written.bytes / 1e6).toFixed(1)} MB`)
}
