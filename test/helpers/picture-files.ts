import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fullBitSet } from '../../core/registry/bit-set.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import { kextGraph } from '../../core/kext/kext-graph.ts'
import type { LoadedKext } from '../../core/kext/kext.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { colourScale } from '../../renderer/charts/frame/colour-by.ts'
import type { ColourScale } from '../../renderer/charts/frame/colour-scale.ts'
import { kextsOfEntries } from '../../renderer/charts/frame/entry-kexts.ts'
import { pictureAbout } from '../../renderer/charts/frame/picture-about.ts'
import type { Scene } from '../../renderer/charts/frame/scene.ts'
import { svgFile } from '../../renderer/charts/frame/svg-file.ts'
import { kextColours } from '../../renderer/charts/kext-colours.ts'
import { kextGraphScene } from '../../renderer/charts/kext-graph-scene.ts'
import { powerStates } from '../../renderer/charts/power-states.ts'
import { mapForFile } from '../../renderer/charts/registry-map-file.ts'
import { mapByClass, mapByKext } from '../../renderer/charts/registry-map-groups.ts'
import { layOutMap } from '../../renderer/charts/registry-map-layout.ts'
import { mapScene } from '../../renderer/charts/registry-map-scene.ts'
import { entrySizes } from '../../renderer/charts/registry-map-sizes.ts'
import { firstOf } from '../../renderer/charts/registry-map-tree.ts'
import { serviceTreeScene } from '../../renderer/charts/service-tree-layout.ts'
import { serviceTreePart } from '../../renderer/charts/service-tree-part.ts'
import { layOutStack } from '../../renderer/charts/stack-layout.ts'
import { serviceStack } from '../../renderer/charts/stack-model.ts'
import { openCapture } from '../renderer/charts/open-capture.ts'

export interface PictureFile {
  readonly name: string
  readonly svg: string
}

/** Every picture of a capture as the file that the window saves. */
export function pictureFiles(
  snapshot: Snapshot,
  kexts: readonly LoadedKext[],
  stackOf: number,
  scheme: 'light' | 'dark' = 'light',
): readonly PictureFile[] {
  const current = openCapture(snapshot)
  const theme = themeFromTokens(scheme)
  const fonts = { mono: "'JetBrains Mono', monospace", text: 'Inter, sans-serif' }
  const file = (name: string, scene: Scene, colours: ColourScale): PictureFile => ({
    name,
    svg: svgFile(scene, colours, null, pictureAbout(current, scene.title), { theme, fonts }),
  })
  const tree = (planeName: string, isPower: boolean) => {
    const plane = planeNamed(snapshot, planeName) ?? snapshot.planes[0]!
    const open = fullBitSet(plane.length)
    return serviceTreeScene(current, {
      plane,
      part: serviceTreePart(snapshot, plane, { open, scope: -1, unfolded: new Set() }),
      colours: colourScale(current, 'state'),
      direction: 'right',
      matches: null,
      isFull: true,
      frame: { width: 1500, height: 1000 },
      ...(isPower ? { power: entry => powerStates(snapshot, entry) } : {}),
    })
  }
  const map = (by: 'class' | 'kext', shape: 'treemap' | 'icicle') => {
    const sizes = entrySizes(snapshot, 'services')
    const areas =
      by === 'class'
        ? mapByClass(snapshot, sizes)
        : mapByKext(snapshot, kextsOfEntries(current), sizes)
    const frame = { width: 1180, height: 560, shape }
    const picture = layOutMap(areas, { id: firstOf(areas), range: null }, frame)
    const colours = colourScale(current, by === 'class' ? 'family' : 'kext')
    const title = `Registry map by ${by}`
    const size = 'services' as const
    return mapForFile(
      mapScene({ snapshot, tree: areas, picture, colours, size, shape, title }),
      colours,
    )
  }
  const graph = kextGraph(kexts, null)
  const ofKexts = kextColours({ graph, loaded: kexts, before: null, blocking: new Set() }, 'family')
  const whole = { focus: null, stepsUp: 2, stepsDown: 2, kernel: 'shown', more: new Map() } as const
  const plane = snapshot.planes[0]!
  const stack = serviceStack(snapshot, plane, stackOf, null)
  const choice = { opened: new Set<string>(), isForFile: true, hits: null }
  const byState = colourScale(current, 'state')
  return [
    file('service-tree', tree('IOService', false), byState),
    file('power', tree('IOPower', true), byState),
    file('map-by-class', map('class', 'treemap'), colourScale(current, 'family')),
    file('map-by-kext', map('kext', 'icicle'), colourScale(current, 'kext')),
    file(
      'kext-graph',
      kextGraphScene(graph, { ...whole, open: new Set() }, ofKexts, true).scene,
      ofKexts,
    ),
    file('stack', layOutStack(snapshot, stack, byState, choice), byState),
  ]
}

/** The colours of a theme as the window has them. */
function themeFromTokens(scheme: 'light' | 'dark'): (ink: string) => string {
  const css = readFileSync(join(import.meta.dirname, '../../renderer/styles/tokens.css'), 'utf8')
  const known = new Map<string, string>()
  let section = ''
  for (const line of css.split('\n')) {
    section = /^(?::root|@media.*)(?= \{)/.exec(line)?.[0] ?? section
    const isWanted = section === ':root' || (scheme === 'dark' && section.includes('scheme: dark'))
    const found = /^\s*--([\w-]+):\s*(#[\da-f]{3,8})\b/.exec(line)
    if (found && isWanted) known.set(found[1]!, found[2]!)
  }
  return ink => known.get(ink) ?? '#888888'
}
