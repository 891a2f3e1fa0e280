import { expect, test } from 'vitest'
import type { Capture } from '../../../core/contract/types.ts'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { htmlReport, type HtmlReportInput } from '../../../core/report/html-report.ts'
import { emptyCapture } from '../../helpers/empty-capture.ts'
import { readPlainly } from '../../helpers/read-dumps.ts'

const captureOf = (
  { planes }: Snapshot,
  label = 'machine.txt',
  more: Partial<Capture> = {},
): Capture =>
  emptyCapture({
    source: { kind: 'file', path: `/${label}`, label },
    planes: planes.map(({ plane, length }) => ({ plane, nodes: length, entries: length })),
    serviceCount: 1,
    ...more,
  })

function reportOf(dump: string, more: Partial<HtmlReportInput> = {}) {
  const { snapshot } = readPlainly(dump)
  const pieces = [
    ...htmlReport({
      capture: captureOf(snapshot),
      snapshot,
      comparison: null,
      version: '1.2.3',
      hasProperties: true,
      isRedacted: false,
      ...more,
    }),
  ]
  return {
    page: pieces.join(''),
    longest: pieces.reduce((most, { length }) => Math.max(most, length), 0),
  }
}

const node = (level: number, name: string, properties: readonly string[] = [], id = level + 256) =>
  [
    `${'  '.repeat(level)}+-o ${name}  <class IOService, id 0x${id.toString(16)}, registered, matched, active, busy 0 (0 ms), retain 4>`,
    `${'  '.repeat(level + 1)}  {`,
    ...properties.map(line => `${'  '.repeat(level + 1)}    ${line}`),
    `${'  '.repeat(level + 1)}  }`,
    '',
    '',
  ].join('\n')

const count = (page: string, part: RegExp) => page.match(part)?.length ?? 0
const isBalanced = (page: string) =>
  ['details', 'div', 'table', 'summary', 'pre', 'section', 'p'].every(
    tag =>
      count(page, new RegExp(`<${tag}[ >]`, 'g')) === count(page, new RegExp(`</${tag}>`, 'g')),
  )

test('every entry stands in it with its class, its ID and its properties, and every element is closed', () => {
  const dump =
    node(0, 'Root', ['"a" = 1']) + node(1, 'One', ['"b" = "two"', '"c" = <0102>']) + node(2, 'Two')
  const { page } = reportOf(dump)
  expect(isBalanced(page)).toBe(true)
  expect(count(page, /<details[^>]*><summary><b>/g)).toBe(2)
  // What has nothing below it does not unfold.
  expect(page).toContain('<p><b>Two</b> <code>IOService</code> <u>0x102</u></p>')
  expect(page).toContain('<b>One</b> <code>IOService</code>')
  expect(page).toContain('<u>0x101</u>')
  expect(page).toContain('<dt>b<dd>&quot;two&quot;')
  expect(page).toContain('2 properties')
  expect(page).not.toContain('left out')
})

test('no text of a guest is markup, wherever it stands', () => {
  const evil = `x<img src=q onerror=alert(1)>"'&</script></style></title>--><svg/onload=a>\u202e\u0007`
  const { snapshot } = readPlainly(node(0, evil, [`"${evil}" = "${evil}"`]))
  const capture = captureOf(snapshot, evil, {
    what: evil,
    lacks: [evil],
    kernelLog: [evil],
    missing: [{ part: evil, reason: evil }],
    problems: [{ source: evil, byteOffset: 3, message: evil } as Capture['problems'][number]],
    kexts: [
      { index: 1, bundleIdentifier: evil, version: evil, size: 1, uuid: evil },
    ] as unknown as Capture['kexts'],
  })
  const { page } = reportOf(node(0, 'Root'), { snapshot, capture })
  expect(page).not.toContain('<img')
  expect(page).not.toContain('<svg')
  expect(count(page, /<\/(?:style|title)>/g)).toBe(2)
  expect(page).not.toContain('</script')
  expect(page).not.toContain('-->')
  const policy = `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`
  expect(page).toContain(policy)
  // Nothing of a guest stands before the policy.
  expect(page.indexOf(policy)).toBeLessThan(page.indexOf('x&lt;img'))
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  expect(page).not.toMatch(/[\u202e\u0007]/)
  expect(count(page, /x&lt;img src=q onerror=alert\(1\)&gt;/g)).toBeGreaterThanOrEqual(14)
  expect(isBalanced(page)).toBe(true)
})

test('an entry with very many properties takes no more room than there is, and that is said', () => {
  const many = Array.from({ length: 200_000 }, (_, i) => `"key ${i}" = "${'v'.repeat(40)}"`)
  const dump = node(0, 'Root', many) + node(1, 'Below')
  const { page, longest } = reportOf(dump, { treeLimit: 100_000 })
  expect(page.length).toBeLessThan(120_000)
  expect(longest).toBeLessThan(30_000)
  expect(page).toMatch(/[\d,]+ properties are left out/)
  // Nodes go before properties.
  expect(page).toContain('<b>Below</b>')
  expect(page).not.toContain('node is left out')
  expect(isBalanced(page)).toBe(true)
})

test('lines of a log, names, keys and values of a megabyte are cut', () => {
  const long = 'n'.repeat(1 << 20)
  const dump = node(0, long, [`"${long}" = "${long}"`, `"d" = <${'0a'.repeat(1 << 19)}>`])
  const { snapshot } = readPlainly(dump)
  const capture = captureOf(snapshot, long, { kernelLog: [long], what: long })
  const { page } = reportOf(dump, { capture, snapshot })
  expect(page.length).toBeLessThan(40_000)
  expect(page).toContain('n…')
})

test('of 100,000 nodes all are in a report of 24 million characters, and properties as far as there is room', () => {
  const lines = Array.from(
    { length: 100_000 },
    (_, i) =>
      `${i === 0 ? '' : '  '}+-o Node${i}  <class IOExampleService, id 0x${(i + 256).toString(16)}, registered, matched, active, busy 0 (0 ms), retain 4>\n    {\n${`      "key" = "${'v'.repeat(150)}"\n`.repeat(2)}    }\n\n`,
  )
  const told: number[] = []
  const { page } = reportOf(lines.join(''), { progress: nodes => told.push(nodes) })
  expect(page.length).toBeLessThan(24_100_000)
  expect(page.length).toBeGreaterThan(18_000_000)
  expect(count(page, /<b>Node\d+<\/b>/g)).toBe(100_000)
  expect(page).toMatch(/The properties of [\d,]+ nodes are left out/)
  expect(page).not.toMatch(/>[\d,]+ nodes? (?:is|are) left out/)
  expect(isBalanced(page)).toBe(true)
  expect(told.length).toBeGreaterThan(100)
  expect(told).toEqual(told.toSorted((a, b) => a - b))
})

test('a state is told where it is not the usual one', () => {
  const odd = node(1, 'Odd').replace('registered, matched', '!registered, !matched')
  const { page } = reportOf(node(0, 'Root') + odd)
  expect(page).toContain('<dt>States</dt><dd>registered, matched, active, unless')
  expect(count(page, /<i>/g)).toBe(1)
  expect(page).toMatch(/<b>Odd<\/b>.*<i>!registered/)
})

test('a tree 100,000 deep is written to its limit, with every level closed', () => {
  const lines = Array.from(
    { length: 100_000 },
    (_, i) => `+-o D  <class IOService, id 0x${(i + 256).toString(16)}, retain 4>`,
  )
  const shallow = readPlainly(
    `${lines[0]}\n${lines
      .slice(1)
      .map(line => `  ${line}`)
      .join('\n')}\n`,
  )
  const plane = shallow.snapshot.planes[0]!
  // Readers stop long before such a depth; columns that came over the wire need not have.
  const deep = {
    ...shallow.snapshot,
    planes: [
      {
        ...plane,
        depth: plane.depth.map((_, i) => i) as typeof plane.depth,
        end: plane.end.fill(plane.length),
        parent: plane.parent.map((_, i) => i - 1) as typeof plane.parent,
      },
    ],
  }
  const { page } = reportOf(node(0, 'Root'), { snapshot: deep, treeLimit: 2_000_000 })
  expect(plane.length).toBe(100_000)
  expect(page.length).toBeLessThan(2_000_000 + 100_000 * 20)
  expect(page).toContain('nodes are left out')
  expect(isBalanced(page)).toBe(true)
})

test('what differs from another capture stands above the tree, marked', () => {
  const [older, newer] = [
    node(0, 'Root') + node(1, 'Old'),
    node(0, 'Root') + node(1, 'New', [], 999),
  ]
  const before = readPlainly(older).snapshot
  const { snapshot } = readPlainly(newer)
  const comparison = {
    capture: captureOf(before, 'before.txt'),
    snapshot: before,
    diff: diffSnapshots(before, snapshot),
  }
  const { page } = reportOf(newer, { snapshot, comparison })
  expect(page).toContain('1 new, 1 gone')
  expect(page).toMatch(/<span class="added">\+ .*New/)
  expect(page).toMatch(/<span class="removed">- .*Old/)
  expect(page).toContain('Since before.txt')
})
