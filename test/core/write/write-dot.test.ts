import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { writeDot, type DotWriteOptions } from '../../../core/write/write-dot.ts'
import { collectWritten } from '../../helpers/collect-written.ts'
import { describeSnapshot } from '../../helpers/describe-snapshot.ts'
import { snapshotFrom } from '../../helpers/plane-from.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'

const hasGraphviz = spawnSync('dot', ['-V'], { stdio: 'ignore' }).status === 0
if (!hasGraphviz) console.log('skipped: there is no Graphviz (dot) on this machine')

const shared = snapshotFrom(`
  Root  <class IORegistryEntry, id 0x1, retain 1>
    A@0  <class Bus, id 0x2, registered, matched, active, busy 1, retain 1>
      Shared  <class S, id 0x4, !registered, !matched, active, busy 0, retain 1>
        Below  <class S, id 0x5, registered, matched, inactive, busy 0, retain 1>
    B  <class Bus, id 0x3, registered, matched, active, busy 0, retain 1>
      Shared  <class S, id 0x4, !registered, !matched, active, busy 0, retain 1>
        Below  <class S, id 0x5, registered, matched, inactive, busy 0, retain 1>
`)

test('an entry with two providers is one node with two edges', () => {
  expect(graphOf(shared)).toEqual({
    nodes: [
      '0x1: Root|IORegistryEntry',
      '0x2: A@0|Bus',
      '0x4: Shared|S',
      '0x5: Below|S',
      '0x3: B|Bus',
    ],
    edges: ['0x1 -> 0x2', '0x2 -> 0x4', '0x4 -> 0x5', '0x1 -> 0x3', '0x3 -> 0x4'],
  })
})

test('colour says what is unusual', () => {
  const { text } = collectWritten(writeDot(shared))
  const line = (id: string) => text.split('\n').find(found => found.startsWith(`  "${id}" [`))
  expect(line('0x3')).toBe('  "0x3" [label="B\\nBus"]')
  expect(line('0x2')).toContain('color="#b36b00"')
  expect(line('0x4')).toContain('color="#909090"')
  expect(line('0x5')).toContain('dashed')
})

test('a subtree, as deep as wanted', () => {
  expect(graphOf(shared, { under: 4 }).edges).toEqual(['0x3 -> 0x4', '0x4 -> 0x5'])
  expect(graphOf(shared, { under: 4, depthLimit: 2 }).edges).toEqual(['0x3 -> 0x4'])
  expect(graphOf(shared, { depthLimit: 1 })).toEqual({
    nodes: ['0x1: Root|IORegistryEntry'],
    edges: [],
  })
})

test('entries without an ID have names of their own', () => {
  const { nodes, edges } = graphOf(snapshotFrom('Root\n  A\n  A'))
  expect(nodes).toEqual(['entry 0: Root|IOService', 'entry 1: A|IOService', 'entry 2: A|IOService'])
  expect(edges).toEqual(['entry 0 -> entry 1', 'entry 0 -> entry 2'])
})

test('nothing in a name has a meaning', () => {
  const names = [
    '"] evil [',
    'a\\',
    '\\N\\G\\l',
    '<b>x</b>',
    '&lt;&#0;',
    'a -> b; }',
    'ä€😀',
    '//x',
    '#x',
  ]
  const nodes = names.map((name, i) => `  +-o ${name}  <class C, id 0x${i + 2}, retain 1>\n`)
  const { snapshot } = readDump(
    'text',
    `+-o Root  <class IORegistryEntry, id 0x1, retain 1>\n${nodes.join('')}`,
  )
  expect(graphOf(snapshot).nodes.slice(1)).toEqual(names.map((name, i) => `0x${i + 2}: ${name}|C`))
})

test('control characters are shown as pictures, and long names cut', () => {
  const entry = (name: string) =>
    `<?xml version="1.0"?><plist><dict><key>IORegistryEntryName</key><string>${name}</string></dict></plist>`
  const line = (name: string) => graphOf(readDump('archive', entry(name)).snapshot).nodes[0]
  expect(line('a\nb&#0;')).toBe('entry 0: a␊b␀')
  const long = readDump('archive', entry(`a${'😀'.repeat(300)}`)).snapshot
  expect(graphOf(long).nodes[0]).toBe(`entry 0: a${'😀'.repeat(99)}…`)
  expect(collectWritten(writeDot(long)).losses.map(({ what }) => what)).toEqual([
    'names of more than 200 characters are cut',
  ])
})

test.each([1, 2, 3])('random graph %i has the edges of its plane, each once', seed => {
  const registry = randomRegistry({ seed, nodes: 200, isNasty: true })
  const { snapshot } = readDump('archive', writeArchive(registry))
  const plane = snapshot.planes[0]!
  const { nodes, edges } = graphOf(snapshot)
  const described = describeSnapshot(snapshot)
  const id = (node: number) => `0x${described[node]!.id!.toString(16)}`
  const expected = new Set(
    [...plane.parent].flatMap((parent, node) => (parent < 0 ? [] : `${id(parent)} -> ${id(node)}`)),
  )
  expect(edges).toEqual([...expected])
  expect(nodes).toHaveLength(snapshot.entries.length)
  expect(described.length).toBeGreaterThan(snapshot.entries.length)
})

test('Graphviz takes what is written', context => {
  context.skip(!hasGraphviz, 'there is no Graphviz (dot) on this machine')
  const registry = randomRegistry({ seed: 5, nodes: 60, isNasty: true })
  const { text } = collectWritten(writeDot(readDump('archive', writeArchive(registry)).snapshot))
  const run = spawnSync('dot', ['-Tplain'], { input: text, encoding: 'utf8' })
  expect([run.status, run.stderr]).toEqual([0, ''])
})

/**
 * Reads the graph by the language's own rules: a quoted string ends at a quote without a backslash, and in a
 * label `\n` breaks the line, `\\` is a backslash, and `&amp;` an ampersand; any other escape is a mistake.
 */
function graphOf(
  snapshot: Snapshot,
  options?: DotWriteOptions,
): { nodes: string[]; edges: string[] } {
  const { text } = collectWritten(writeDot(snapshot, options))
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\[^])*"|->|[[\]{};,=]|[\w.]+|\s+|[^]/g)]
    .map(([token]) => token)
    .filter(token => token.trim() !== '')
  for (const token of tokens) expect(token).toMatch(/^("[^]*"|->|[[\]{},=]|[\w.]+)$/)
  expect(tokens.slice(0, 3)).toEqual(['digraph', '"IOService"', '{'])
  expect(tokens.at(-1)).toBe('}')
  const nodes: string[] = []
  const edges: string[] = []
  for (let at = 3; at < tokens.length - 1; at++) {
    const token = tokens[at]!
    if (tokens[at + 1] === '->') {
      edges.push(`${unquoted(token)} -> ${unquoted(tokens[at + 2]!)}`)
      at += 2
    } else if (tokens[at + 1] === '[') {
      const end = tokens.indexOf(']', at)
      if (token.startsWith('"')) {
        expect(tokens.slice(at + 2, at + 4)).toEqual(['label', '='])
        nodes.push(`${unquoted(token)}: ${labelText(tokens[at + 4]!)}`)
      } else expect(['node', 'edge']).toContain(token)
      at = end
    } else {
      expect([token, tokens[at + 1]]).toEqual(['rankdir', '='])
      at += 2
    }
  }
  return { nodes, edges }
}

function unquoted(token: string): string {
  expect(token).toMatch(/^"[^\\]*"$/)
  return token.slice(1, -1)
}

function labelText(token: string): string {
  return token
    .slice(1, -1)
    .replaceAll(/\\([^])/g, (_, escape: string) => {
      expect(['n', '\\', '"']).toContain(escape)
      return escape === 'n' ? '|' : escape
    })
    .replaceAll(/&(\w*;?)/g, (_, entity: string) => {
      expect(entity).toBe('amp;')
      return '&'
    })
}
