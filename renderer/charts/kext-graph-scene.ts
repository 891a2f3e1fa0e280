import { grouped } from './number-words.ts'
import type { GraphKext, KextGraph } from '../../core/kext/kext-graph.ts'
import type { ColourScale } from './frame/colour-scale.ts'
import { cardWidth } from './frame/draw-card.ts'
import {
  boundsOf,
  noColour,
  type Link,
  type LinkKind,
  type Mark,
  type Scene,
} from './frame/scene.ts'
import {
  boxTitle,
  layOutKextGraph,
  type KextBox,
  type KextGraphChoice,
  type KextGraphLink,
  type KextGraphPicture,
} from './kext-graph-layout.ts'
import { isThirdParty, splitIdentifier } from './kext-families.ts'

const size = { least: 168, most: 292, height: 46 } as const
const linkKinds: Readonly<Record<KextGraphLink['kind'], LinkKind>> = {
  linked: 'plain',
  declared: 'further',
  blocking: 'way',
  problem: 'broken',
}

export interface KextGraphDrawn {
  readonly scene: Scene
  readonly picture: KextGraphPicture
}

/** @param isForFile every name in full, however wide a box gets */
export function kextGraphScene(
  graph: KextGraph,
  choice: KextGraphChoice,
  colours: ColourScale,
  isForFile: boolean,
): KextGraphDrawn {
  const texts = new Map<KextBox, Omit<Mark, 'box'>>()
  const textOf = (box: KextBox): Omit<Mark, 'box'> => {
    let text = texts.get(box)
    if (!text) texts.set(box, (text = describe(graph, choice, colours, box, isForFile)))
    return text
  }
  const picture = layOutKextGraph(graph, choice, box => {
    const text = textOf(box)
    // The knob of a family stands over its edge.
    const wanted = Math.max(size.least, cardWidth(text) + (text.fold ? 8 : 0))
    return { width: isForFile ? wanted : Math.min(size.most, wanted), height: size.height }
  })
  const marks = picture.boxes
    .toSorted((a, b) => a.layer - b.layer || a.y - b.y)
    .map(({ box, x, y, width, height }): Mark => {
      const text = textOf(box)
      const isFocus = box.kind === 'kext' && box.kext === choice.focus
      return {
        ...text,
        box: { x, y, width, height },
        sentence: isFocus ? `In the middle: ${text.sentence}` : text.sentence,
      }
    })
  const links = picture.links.map((link): Link => ({
    key: link.key,
    from: link.from,
    to: link.to,
    path: link.path,
    kind: linkKinds[link.kind],
    hasArrow: true,
  }))
  return {
    picture,
    scene: {
      title: 'Kext graph',
      marks,
      links,
      bounds: boundsOf(marks),
      leftOut: leftOut(graph, choice, picture),
      table: table(graph, picture, choice.focus !== null),
    },
  }
}

function describe(
  graph: KextGraph,
  choice: KextGraphChoice,
  colours: ColourScale,
  box: KextBox,
  isForFile: boolean,
): Omit<Mark, 'box'> {
  if (box.kind === 'kext') return kextText(graph, colours, box.kext, isForFile)
  const title = boxTitle(graph, box)
  const kexts = box.kexts.map(n => graph.kexts[n]!)
  const loaded = kexts.filter(({ isLoaded }) => isLoaded).length
  const names = kexts
    .slice(0, 12)
    .map(({ bundleIdentifier }) => bundleIdentifier)
    .join(', ')
  const all = kexts.length > 12 ? `${names}, …` : names
  const facts = [
    ['Kexts', grouped(kexts.length)],
    ['Loaded', grouped(loaded)],
    ['They are', all],
  ] as const
  if (box.kind === 'more') {
    return {
      key: box.key,
      shape: 'more',
      colour: noColour,
      label: title,
      sub: `${grouped(loaded)} loaded`,
      sentence: `${title} kexts are not drawn, ${loaded} of them loaded: ${all}. Press Enter to draw some of them.`,
      facts,
      ref: { kind: 'other' },
    }
  }
  const shared = new Set(kexts.map(({ bundleIdentifier }) => colours.ofKext(bundleIdentifier)))
  const canOpen = choice.focus === null || box.family === 'kernel'
  return {
    key: box.key,
    shape: 'stack',
    colour: shared.size === 1 ? [...shared][0]! : noColour,
    label: title,
    sub: `${plural(kexts.length)}, ${grouped(loaded)} loaded`,
    sentence: `${title}, a family of ${plural(kexts.length)}, ${loaded} loaded: ${all}.${canOpen ? ' Space draws them one by one.' : ''}`,
    facts,
    ref: { kind: 'other' },
    weight: kexts.length,
    ...(canOpen ? { fold: { isOpen: false, count: kexts.length, side: 'right' as const } } : {}),
  }
}

function kextText(
  graph: KextGraph,
  colours: ColourScale,
  number: number,
  isForFile: boolean,
): Omit<Mark, 'box'> {
  const kext = graph.kexts[number]!
  const state = stateWord(kext)
  const version = kext.version ?? 'no version known'
  const needs = graph.needs[number]!.length
  const neededBy = graph.neededBy[number]!.length
  const problems = problemsOf(graph, number)
  // In the window the end of the name must be seen, for beginnings are alike.
  const [before, last] = isForFile
    ? ['', kext.bundleIdentifier]
    : splitIdentifier(kext.bundleIdentifier)
  return {
    key: kext.bundleIdentifier,
    shape: 'card',
    colour: colours.ofKext(kext.bundleIdentifier),
    label: last,
    sub: [before, kext.version ?? ''].filter(text => text !== '').join(' · '),
    note: problems.length > 0 ? 'problem' : kext.isKernel ? 'kernel' : state,
    sentence: `${kext.bundleIdentifier}, version ${version}, ${state}. It needs ${plural(needs)} and is needed by ${neededBy}.${problems.length > 0 ? ` ${problems.join(' ')}` : ''}`,
    facts: [
      ['Identifier', kext.bundleIdentifier],
      ['Version', version],
      ['State', state],
      ['Needs', plural(needs)],
      ['Needed by', plural(neededBy)],
      ...problems
        .slice(0, 3)
        .map((text, n) => [n === 0 ? 'Problem' : `Problem ${n + 1}`, text] as const),
    ],
    ref: { kind: 'kext', bundleIdentifier: kext.bundleIdentifier },
    ...(kext.isLoaded || kext.isKernel ? {} : { isDashed: true as const }),
  }
}

export function stateWord({ isLoaded, isInstalled, isKernel }: GraphKext): string {
  if (isKernel) return 'kernel interface'
  if (isLoaded) return 'loaded'
  return isInstalled ? 'not loaded' : 'found nowhere'
}

function problemsOf(graph: KextGraph, number: number): readonly string[] {
  return graph.needs[number]!.flatMap(n => graph.links[n]!.problem ?? [])
}

function leftOut(
  graph: KextGraph,
  { focus, stepsUp, stepsDown, kernel }: KextGraphChoice,
  { hidden }: KextGraphPicture,
): readonly string[] {
  const notes: string[] = []
  if (hidden.kernel > 0) {
    notes.push(
      `${plural(hidden.kernel)} of the kernel’s own ${hidden.kernel === 1 ? 'is' : 'are'} hidden.`,
    )
  }
  if (focus !== null && hidden.beyond > 0) {
    notes.push(
      `${plural(hidden.beyond)} ${hidden.beyond === 1 ? 'is' : 'are'} further away than ${stepsUp} up and ${stepsDown} down, or not connected${kernel === 'hidden' ? ', or hidden' : ''}.`,
    )
  }
  if (hidden.families > 0) {
    notes.push(`${grouped(hidden.families)} small families are one card; the table has every kext.`)
  }
  if (graph.unknownTags > 0) {
    notes.push(
      `${grouped(graph.unknownTags)} links lead to load tags that the list of kexts does not have: it was filtered or cut.`,
    )
  }
  return notes
}

/** Every kext that the picture stands for, those of a family too. */
function table(
  graph: KextGraph,
  { boxes, blocking }: KextGraphPicture,
  hasFocus: boolean,
): Scene['table'] {
  const keyOf = new Map<number, string>()
  for (const { box } of boxes) {
    for (const kext of box.kind === 'kext' ? [box.kext] : box.kexts) keyOf.set(kext, box.key)
  }
  // What is not Apple's is what is looked for.
  const rank = (number: number) => {
    const { bundleIdentifier } = graph.kexts[number]!
    return `${isThirdParty(bundleIdentifier) ? 0 : 1}${bundleIdentifier}`
  }
  const sorted = [...keyOf].sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1))
  const names = (links: readonly number[], end: 'from' | 'to') =>
    links.map(n => graph.kexts[graph.links[n]![end]]!.bundleIdentifier)
  return {
    columns: [
      { title: 'Kext', track: 'minmax(220px, 1.6fr)' },
      { title: 'Version', track: '110px' },
      { title: 'State', track: '130px' },
      ...(hasFocus ? [{ title: 'Keeps it loaded', track: '110px' }] : []),
      { title: 'Needs', track: 'minmax(180px, 2fr)' },
      { title: 'Needed by', track: 'minmax(180px, 2fr)' },
      { title: 'Problem', track: 'minmax(120px, 1fr)' },
    ],
    rows: sorted.map(([number, key]) => {
      const kext = graph.kexts[number]!
      const { bundleIdentifier } = kext
      return {
        key: bundleIdentifier,
        ...(key === bundleIdentifier
          ? {}
          : { of: { mark: key, ref: { kind: 'kext', bundleIdentifier } as const } }),
        cells: [
          bundleIdentifier,
          kext.version ?? '–',
          stateWord(kext),
          ...(hasFocus ? [blocking.has(number) ? 'yes' : '–'] : []),
          listed(names(graph.needs[number]!, 'to')),
          listed(names(graph.neededBy[number]!, 'from')),
          problemsOf(graph, number).join(' ') || '–',
        ],
      }
    }),
  }
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return '–'
  const shown = names.slice(0, 8).join(', ')
  return names.length > 8 ? `${names.length}: ${shown}, …` : shown
}

/** `com.x cannot be unloaded while 3 loaded kexts are linked against it: …` */
export function unloadSentence(graph: KextGraph, picture: KextGraphPicture, focus: number): string {
  const { bundleIdentifier, isLoaded, isKernel, isInstalled } = graph.kexts[focus]!
  if (isKernel)
    return `${bundleIdentifier} is a part of the kernel: it is never loaded or unloaded.`
  if (!isLoaded) {
    return isInstalled
      ? `${bundleIdentifier} is installed and not loaded.`
      : `${bundleIdentifier} is asked for, and neither loaded nor installed.`
  }
  const names = [...picture.blocking].map(n => graph.kexts[n]!.bundleIdentifier)
  if (names.length === 0) return `No loaded kext is linked against ${bundleIdentifier}.`
  const shown = names.slice(0, 4).join(', ')
  const rest = names.length > 4 ? ` and ${names.length - 4} more` : ''
  return `${bundleIdentifier} cannot be unloaded while ${names.length === 1 ? 'this one is' : `these ${names.length} are`} loaded: ${shown}${rest}.`
}

const plural = (count: number) => `${grouped(count)} ${count === 1 ? 'kext' : 'kexts'}`
