import { describe, expect, test } from 'vitest'
import { hueSlot, type ColourScale } from '../../../../renderer/charts/frame/colour-scale.ts'
import { pictureAbout, pictureFileName } from '../../../../renderer/charts/frame/picture-about.ts'
import { boundsOf, type Mark, type Scene } from '../../../../renderer/charts/frame/scene.ts'
import { escaped, svgFile } from '../../../../renderer/charts/frame/svg-file.ts'
import { hasPython, runPython } from '../../../helpers/run-python.ts'
import { openCapture } from '../open-capture.ts'
import { snapshotFrom } from '../../../helpers/plane-from.ts'
import { markOf } from './mark-of.ts'

const colours: ColourScale = {
  by: 'kext',
  title: 'Kext',
  slots: [hueSlot(0, 'com.apple.<b>driver</b>'), hueSlot(1, 'unused')],
  ofEntry: () => 0,
  ofKext: () => 0,
}
const about = { title: 'Service tree', source: 'a & b · 2026-11-25 20:00 UTC' }
const style = {
  theme: (ink: string) => `#${ink.length}aaaaa`,
  fonts: { mono: '"JetBrains Mono", monospace', text: 'Inter</style>, sans-serif' },
}

function fileOf(...marks: readonly Mark[]): string {
  const scene: Scene = {
    title: 'Service tree',
    marks,
    links: [],
    bounds: boundsOf(marks),
    leftOut: ['3 nodes are folded.'],
    table: { columns: [], rows: [] },
  }
  return svgFile(scene, colours, null, about, style)
}

const names = [
  'PCI0@0',
  '<script>alert(1)</script>',
  '"quoted" & \'single\'',
  'turn\u202earound',
  'bell\u0007 and nul\u0000',
  'half \ud800 pair',
  '電源 🔌',
  ']]> -->',
]

describe('an SVG file', () => {
  test('holds every full name as text or title, also where the box is too small for it', () => {
    const long = 'A'.repeat(300)
    const file = fileOf(markOf({ label: long, facts: [['Path', 'IOService:/x']] }))
    expect(file).toContain(`<title>${long}\nPath: IOService:/x</title>`)
  })

  test('has no markup but its own, whatever the names are', () => {
    const file = fileOf(...names.map((label, n) => markOf({ key: String(n), label, colour: 0 })))
    expect(file).not.toMatch(/<script|<b>|<!--|]]>/)
    expect(file.match(/<\/style>/g)).toHaveLength(1)
    // eslint-disable-next-line no-control-regex -- these are what XML cannot hold
    expect(file).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/)
  })

  test('says of what it is, and what is not drawn', () => {
    const file = fileOf(markOf({ colour: 0 }))
    expect(file).toContain(
      '<title id="title">Service tree: a &amp; b · 2026-11-25 20:00 UTC</title>',
    )
    expect(file).toContain('3 nodes are folded.')
    expect(file).toContain('colours: Kext')
    expect(file).not.toContain('unused')
    expect(file).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg")/)
  })

  test.runIf(hasPython)('is XML to a parser of another hand, with all names in it', () => {
    const file = fileOf(...names.map((label, n) => markOf({ key: String(n), label, colour: 0 })))
    const program = `
import sys, json
from xml.dom import minidom
document = minidom.parseString(sys.stdin.buffer.read())
titles = [t.firstChild.data for t in document.getElementsByTagName('title')]
print(json.dumps(titles))`
    const titles = JSON.parse(
      new TextDecoder().decode(runPython(program, new TextEncoder().encode(file))),
    ) as readonly string[]
    expect(titles.slice(1)).toEqual([
      'PCI0@0',
      '<script>alert(1)</script>',
      '"quoted" & \'single\'',
      'turn⟨U+202E⟩around',
      'bell␇ and nul␀',
      'half \ufffd pair',
      '電源 🔌',
      ']]> -->',
    ])
  })
})

test('text is escaped for text and attributes alike', () => {
  expect(escaped('<a b="c">&')).toBe('&lt;a b=&quot;c&quot;&gt;&amp;')
})

test('a file is named after the picture and the capture', () => {
  const current = openCapture(snapshotFrom('Root'))
  const said = pictureAbout(current, 'Service tree')
  expect(said).toEqual({ title: 'Service tree', source: 'dump.txt · 2026-11-25 20:00 UTC' })
  expect(pictureFileName(said)).toBe('service-tree-dump.txt')
  expect(pictureFileName({ title: 'Map', source: '../../etc/<x>' })).toBe('map-..-..-etc-x')
})
