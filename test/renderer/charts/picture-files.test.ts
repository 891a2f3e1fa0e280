import { beforeAll, describe, expect, test } from 'vitest'
import { nodesOf } from '../../../core/registry/lookup.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { textWidth } from '../../../renderer/charts/frame/text-width.ts'
import { visibleText } from '../../../renderer/widgets/visible-text.ts'
import { loadedKext } from '../../helpers/loaded-kext.ts'
import { pictureFiles, type PictureFile } from '../../helpers/picture-files.ts'
import { hasPython, runPython } from '../../helpers/run-python.ts'
import { machine, service, snapshotOf } from '../../helpers/service-model.ts'

/** Names that a guest may give to anything. */
const hostile = [
  '<script>alert(1)</script>',
  '"><svg onload=x>',
  "'&amp;&#x3c;",
  'end ]]> -->',
  '</title></style>',
  'bell\u0007 tab\t esc\u001b[31m',
  'turn\u202eback\u2066in\u200fout\u061cend',
  'two  blanks',
  'line one\nline two',
  'עברית 電源 🔌',
  `very ${'long '.repeat(500)}name`,
]

/** What the pictures may be made of. */
const elements = new Set('svg title metadata style defs marker rect path g text'.split(' '))
const attributes = new Set(
  'xmlns xml:space width height viewBox role aria-labelledby id refX refY markerWidth markerHeight markerUnits orient d fill stroke stroke-width stroke-dasharray marker-end transform x y rx class font-size font-weight text-anchor text-decoration opacity'.split(
    ' ',
  ),
)

/** Controls but for line feeds, and what turns text around. */
const unseen =
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u0009\u000b-\u001f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069]/

interface Parsed {
  readonly elements: readonly string[]
  readonly attributes: readonly string[]
  readonly titles: readonly string[]
  /** Of the page: its texts with where they begin and end, and their size. */
  readonly texts: readonly {
    readonly text: string
    readonly x: number
    readonly y: number
    readonly isEnd: boolean
    readonly isMono: boolean
    readonly size: number
  }[]
  readonly width: number
  readonly height: number
}

describe.runIf(hasPython)('a file of any picture', () => {
  let files: readonly (PictureFile & { readonly parsed: Parsed })[]
  beforeAll(() => {
    const made = hostileFiles()
    const parsed = parse(made.map(({ svg }) => svg))
    files = made.map((file, n) => ({ ...file, parsed: parsed[n]! }))
  })

  test('is XML, of the elements and attributes of a picture and no others', () => {
    for (const { name, parsed } of files) {
      expect(
        parsed.elements.filter(each => !elements.has(each)),
        name,
      ).toEqual([])
      expect(
        parsed.attributes.filter(each => !attributes.has(each)),
        name,
      ).toEqual([])
    }
  })

  test('has every name in full, with all that cannot be seen made visible', () => {
    const inTitles = (name: string) =>
      files.find(file => file.name === name)!.parsed.titles.join('\n')
    for (const name of hostile) {
      // In a title lines stay lines.
      const said = name.split('\n').map(visibleText)
      for (const line of said) {
        expect(inTitles('service-tree'), line).toContain(line)
        expect(inTitles('kext-graph'), line).toContain(line)
      }
    }
  })

  test('says nothing that turns its text around or that a reader would not see', () => {
    for (const { name, svg } of files) {
      expect(svg, name).not.toMatch(unseen)
    }
  })

  test('cuts no text at its edges', () => {
    for (const { name, parsed } of files) {
      for (const { text, x, y, isEnd, isMono, size } of parsed.texts) {
        const wide = textWidth(text, isMono ? 'mono' : 'text', size)
        const [left, right] = isEnd ? [x - wide, x] : [x, x + wide]
        expect(left, `${name}: ${text}`).toBeGreaterThanOrEqual(-1)
        expect(right, `${name}: ${text}`).toBeLessThanOrEqual(parsed.width + 1)
        expect(y, `${name}: ${text}`).toBeLessThanOrEqual(parsed.height)
      }
      expect(parsed.width, name).toBeLessThan(16_000)
    }
  })

  test('says of what it is and what its colours mean', () => {
    for (const { name, parsed } of files) {
      const texts = parsed.texts.map(({ text }) => text)
      expect(texts, name).toContain('dump.txt · 2026-11-25 20:00 UTC')
      expect(
        texts.some(text => /^(State|Kext|Family)$/.test(text)),
        name,
      ).toBe(true)
    }
  })
})

function hostileFiles(): readonly PictureFile[] {
  const nested = hostile.reduceRight(
    (below, name) => [service(name, `K:${name}`, { CFBundleIdentifier: name }, below)],
    [service('leaf', 'Leaf')],
  )
  const snapshot = snapshotOf(
    machine(...nested, ...hostile.map(name => service(name, `Other:${name}`))),
  )
  const plane = snapshot.planes[0]!
  let deepest = 0
  for (let entry = 0; entry < snapshot.entries.length; entry++) {
    if (stringAt(snapshot.strings, snapshot.entries.name[entry]!) === 'leaf') deepest = entry
  }
  const kexts = hostile.map((bundleIdentifier, n) =>
    loadedKext({
      index: n + 1,
      bundleIdentifier,
      version: '1.0 <b>',
      linkedAgainst: n === 0 ? [] : [n],
    }),
  )
  return pictureFiles(snapshot, kexts, nodesOf(snapshot, plane, deepest)[0]!)
}

function parse(svgs: readonly string[]): readonly Parsed[] {
  const program = `
import sys, json
from xml.dom import minidom
out = []
for svg in json.load(sys.stdin):
    document = minidom.parseString(svg.encode('utf-8'))
    root = document.documentElement
    every = [root] + list(root.getElementsByTagName('*'))
    text = lambda e: ''.join(n.data for n in e.childNodes)
    def moved(e):
        x = y = 0
        while e is not root:
            t = e.getAttribute('transform')
            if t.startswith('translate('):
                a, b = t[10:].split(')')[0].split(',')
                x += float(a); y += float(b)
            e = e.parentNode
        return x, y
    texts = []
    for e in every:
        if e.tagName != 'text': continue
        x, y = moved(e)
        texts.append(dict(text=text(e), x=x + float(e.getAttribute('x')), y=y + float(e.getAttribute('y')),
            isEnd=e.getAttribute('text-anchor') == 'end', isMono=e.getAttribute('class') == 'm',
            size=float(e.getAttribute('font-size'))))
    out.append(dict(elements=sorted({e.tagName for e in every}),
        attributes=sorted({a for e in every for a in e.attributes.keys()}),
        titles=[text(e) for e in every if e.tagName == 'title'], texts=texts,
        width=float(root.getAttribute('width')), height=float(root.getAttribute('height'))))
print(json.dumps(out))`
  const input = new TextEncoder().encode(JSON.stringify(svgs))
  return JSON.parse(new TextDecoder().decode(runPython(program, input))) as readonly Parsed[]
}
