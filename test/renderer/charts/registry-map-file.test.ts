import { expect, test } from 'vitest'
import type { ColourScale } from '../../../renderer/charts/frame/colour-scale.ts'
import { sheetOf } from '../../../renderer/charts/frame/picture-sheet.ts'
import { boundsOf, noColour, type Mark, type Scene } from '../../../renderer/charts/frame/scene.ts'
import { mapForFile } from '../../../renderer/charts/registry-map-file.ts'

const colours: ColourScale = {
  by: 'state',
  title: 'State',
  slots: [],
  ofEntry: () => noColour,
  ofKext: () => noColour,
}

const tile = (label: string, width: number, identifier?: string): Mark => ({
  key: label,
  shape: 'tile',
  box: { x: 0, y: 0, width, height: 30 },
  colour: noColour,
  label,
  note: '4',
  sentence: label,
  facts: identifier === undefined ? [] : [['Identifier', identifier]],
  ref: { kind: 'other' },
})

test('a name without room has a number in its area and stands below, with its identifier in full', () => {
  const marks = [
    tile('Short', 100),
    tile('AppleUSBXHCIPCIHostController', 40, 'com.apple.driver.AppleUSBXHCIPCIHostController'),
  ]
  const scene: Scene = {
    title: 'Map',
    marks,
    links: [],
    bounds: boundsOf(marks),
    leftOut: [],
    table: { columns: [], rows: [] },
  }
  const file = mapForFile(scene, colours)
  expect(file.marks.map(({ label }) => label)).toEqual(['Short', '1'])
  expect(file.names).toEqual(['com.apple.driver.AppleUSBXHCIPCIHostController · 4'])
  expect(file.bounds.width).toBe(scene.bounds.width * 2)
  const sheet = sheetOf(file, colours, { title: 'Map', source: 'x' })
  expect(sheet.lines.map(({ text }) => text)).toContain(
    '1  com.apple.driver.AppleUSBXHCIPCIHostController · 4',
  )
})
