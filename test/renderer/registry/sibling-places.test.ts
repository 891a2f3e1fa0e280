import { expect, test } from 'vitest'
import { siblingPlaces } from '../../../renderer/registry/sibling-places.ts'
import { planeFromDrawing } from '../charts/plane-from-drawing.ts'

test('each node knows its place among its siblings, and how many they are', () => {
  const { plane, names } = planeFromDrawing(`
    Root
      PCI0
        GFX0
        XHC1
      Resources
    Other
  `)
  const { position, size } = siblingPlaces(plane)
  expect(names.map((name, node) => `${name} ${position[node]} of ${size[node]}`)).toEqual([
    'Root 1 of 2',
    'PCI0 1 of 2',
    'GFX0 1 of 2',
    'XHC1 2 of 2',
    'Resources 2 of 2',
    'Other 2 of 2',
  ])
})
