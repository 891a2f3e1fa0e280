import type { KextGraph } from '../../core/kext/kext-graph.ts'
import type { LoadedKext } from '../../core/kext/kext.ts'
import type { ColourBy } from '../state/pictures-state.ts'
import {
  hueCount,
  hueSlot,
  noneSlot,
  otherSlot,
  type ColourScale,
  type ColourSlot,
} from './frame/colour-scale.ts'
import { noColour } from './frame/scene.ts'
import { familyTitle, kextFamily } from './kext-families.ts'

export interface KextColouring {
  readonly graph: KextGraph
  readonly loaded: readonly LoadedKext[] | null
  /** Of the capture that is compared with; null without one. */
  readonly before: readonly LoadedKext[] | null
  /** Those that keep the focus loaded. */
  readonly blocking: ReadonlySet<number>
}

/** Colours of kexts, where those of entries say nothing. By kext it is the capture's own scale. */
export function kextColours(what: KextColouring, by: Exclude<ColourBy, 'kext'>): ColourScale {
  switch (by) {
    case 'state':
      return byState(what)
    case 'family':
      return byFamily(what)
    case 'age':
      return byAge(what)
    case 'diff':
      return byDiff(what)
  }
}

const stateSlots: readonly ColourSlot[] = [
  { text: 'loaded', ink: 'good', fill: 'good-soft', sign: 'disc' },
  { text: 'loaded, and keeps the focus loaded', ink: 'warn', fill: 'warn-soft', sign: 'triangle' },
  { text: 'kernel interface', ink: 'idle', fill: 'idle-soft', sign: 'square' },
  { text: 'installed, not loaded', ink: 'hue-none', fill: 'hue-none-fill', sign: 'ring' },
  { text: 'asked for, found nowhere', ink: 'bad', fill: 'bad-soft', sign: 'cross' },
]

function byState({ graph, blocking }: KextColouring): ColourScale {
  return scale('state', 'State', stateSlots, id => {
    const number = graph.numberOf.get(id)
    const kext = number === undefined ? undefined : graph.kexts[number]
    if (!kext || number === undefined) return noColour
    if (blocking.has(number)) return 1
    if (kext.isKernel) return 2
    if (kext.isLoaded) return 0
    return kext.isInstalled ? 3 : 4
  })
}

function byFamily({ graph }: KextColouring): ColourScale {
  const families = new Map<string, number>()
  for (const { bundleIdentifier, isKernel } of graph.kexts) {
    const family = kextFamily(bundleIdentifier, isKernel)
    families.set(family, (families.get(family) ?? 0) + 1)
  }
  const shown = [...families]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, hueCount)
    .map(([family]) => family)
  const places = new Map(shown.map((family, n) => [family, n]))
  const slots = [...shown.map((family, n) => hueSlot(n, familyTitle(family))), otherSlot('Others')]
  return scale('family', 'Family', slots, id => {
    const number = graph.numberOf.get(id)
    if (number === undefined) return noColour
    return places.get(kextFamily(id, graph.kexts[number]!.isKernel)) ?? shown.length
  })
}

/** Load tags are counted up within a boot (facts: kexts, section 6), so they tell which kext came later. */
function byAge({ loaded }: KextColouring): ColourScale {
  const tags = (loaded ?? []).flatMap(({ index }) => (index === null ? [] : [index]))
  const sorted = tags.toSorted((a, b) => a - b)
  const parts = 5
  const first = (part: number) => sorted[Math.floor((part * sorted.length) / parts)] ?? 0
  const words = ['Loaded first', 'Second fifth', 'Third', 'Fourth', 'Loaded last']
  const slots: ColourSlot[] = words.map((word, part) => {
    const ink = `age-${(part + 1) as 1}` as const
    const sign = `step${(part + 1) as 1}` as const
    return { text: `${word}, from tag ${first(part)}`, ink, fill: `${ink}-fill`, sign }
  })
  slots.push(noneSlot('Not loaded'))
  const tagOf = new Map(
    (loaded ?? []).map(({ bundleIdentifier, index }) => [bundleIdentifier, index]),
  )
  return {
    ...scale('age', 'Age, by load tag', slots, id => {
      const tag = tagOf.get(id) ?? null
      if (tag === null) return parts
      let part = parts - 1
      while (part > 0 && tag < first(part)) part--
      return part
    }),
    ...(sorted.length === 0
      ? { note: 'No list of loaded kexts, so nothing tells which came later.' }
      : {}),
  }
}

const diffSlots: readonly ColourSlot[] = [
  { text: 'loaded since', ink: 'good', fill: 'good-soft', sign: 'plus' },
  { text: 'another build', ink: 'warn', fill: 'warn-soft', sign: 'triangle' },
  { text: 'unloaded since', ink: 'bad', fill: 'bad-soft', sign: 'cross' },
  noneSlot('as before'),
]

function byDiff({ graph, loaded, before }: KextColouring): ColourScale {
  const then = new Map((before ?? []).map(kext => [kext.bundleIdentifier, kext]))
  const now = new Map((loaded ?? []).map(kext => [kext.bundleIdentifier, kext]))
  return {
    ...scale('diff', 'Diff', diffSlots, id => {
      if (!graph.numberOf.has(id)) return noColour
      const [was, is] = [then.get(id), now.get(id)]
      if (before === null || (!was && !is)) return 3
      if (!was) return 0
      if (!is) return 2
      const isSame = was.version === is.version && (was.uuid ?? is.uuid) === (is.uuid ?? was.uuid)
      return isSame ? 3 : 1
    }),
    ...(before === null
      ? { note: 'Nothing to compare with: choose another snapshot to compare this one with.' }
      : {}),
  }
}

function scale(
  by: ColourBy,
  title: string,
  slots: readonly ColourSlot[],
  ofKext: ColourScale['ofKext'],
): ColourScale {
  return { by, title, slots, ofEntry: () => noColour, ofKext }
}
