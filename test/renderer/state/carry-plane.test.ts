import { expect, test } from 'vitest'
import { emptyBitSet, hasBit, setBit } from '../../../core/registry/bit-set.ts'
import { nodePath } from '../../../core/registry/paths.ts'
import { carryPlane } from '../../../renderer/state/carry-plane.ts'
import { copyRegistry, editRegistry } from '../../helpers/edit-registry.ts'
import { Random } from '../../helpers/random.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeText } from '../../helpers/write-text.ts'

test('what was closed is closed again where its path is the same, and nothing else is', () => {
  let closed = 0
  for (let seed = 0; seed < 20; seed++) {
    const random = new Random(seed)
    const model = copyRegistry(randomRegistry({ seed, nodes: 80 }))
    const edited = copyRegistry(model)
    editRegistry(edited, random, 12)
    const [before, after] = [model, edited].map(
      root => readDump('text', writeText(root)).snapshot,
    ) as [ReturnType<typeof readDump>['snapshot'], ReturnType<typeof readDump>['snapshot']]
    const [old, plane] = [before.planes[0]!, after.planes[0]!]
    const oldOpen = emptyBitSet(old.length)
    for (let node = 0; node < old.length; node++) if (random.below(2) === 0) setBit(oldOpen, node)
    const open = carryPlane(before, old, oldOpen, after, plane)
    // The obvious one, for paths that only one node has.
    const byPath = new Map<string, number[]>()
    for (let node = 0; node < old.length; node++) {
      const path = nodePath(before, old, node)
      byPath.set(path, [...(byPath.get(path) ?? []), node])
    }
    const paths = Array.from(plane.entry, (_, node) => nodePath(after, plane, node))
    paths.forEach((path, node) => {
      if (paths.filter(each => each === path).length > 1) return
      const was = byPath.get(path) ?? []
      if (was.length > 1) return
      const [o] = was
      const hadClients = o !== undefined && old.end[o]! > o + 1
      const isOpen = !hadClients || hasBit(oldOpen, o)
      if (!isOpen) closed++
      expect(hasBit(open, node), `seed ${seed}, ${path}`).toBe(isOpen)
    })
  }
  expect(closed).toBeGreaterThan(50)
})
