import { nearestWords } from '../query/nearest-words.ts'
import type { Catalogue, IgnoredPersonality } from './catalogue.ts'
import type { CatalogueItem, PersonalityOrigin } from './catalogue-item.ts'

/** What somebody's words for a personality mean in one catalogue. */
export interface ChosenItems {
  readonly items: readonly CatalogueItem[]
  /** Meant as well, and not in the kernel's catalogue. */
  readonly ignored: readonly IgnoredPersonality[]
  /** Where nothing is meant: what is most like it. */
  readonly nearest: readonly string[]
}

/**
 * Finds personalities by what people call them: the name inside `IOKitPersonalities`, the identifier of the
 * bundle that holds it or whose code it starts, `bundle/name`, or the class. The first of these that anything
 * is called by counts.
 */
export function chooseItems(catalogue: Catalogue, text: string): ChosenItems {
  for (const isCalled of ways) {
    const items = catalogue.items.filter(item => isCalled(item, text))
    const ignored = catalogue.ignored.filter(({ item }) => isCalled(item, text))
    if (items.length + ignored.length > 0) return { items, ignored, nearest: [] }
  }
  const names = catalogue.items.flatMap(item => [...namesOf(item), item.bundleIdentifier])
  return { items: [], ignored: [], nearest: nearestWords(text, names) }
}

type Way = (item: CatalogueItem, text: string) => boolean

const ways: readonly Way[] = [
  (item, text) => namesOf(item).includes(text),
  (item, text) => item.bundleIdentifier === text || item.publisher === text,
  (item, text) =>
    namesOf(item).some(name =>
      [item.bundleIdentifier, item.publisher].some(bundle => `${bundle}/${name}` === text),
    ),
  (item, text) => item.ioClass === text,
]

/** Duplicates may be called otherwise in each place. */
function namesOf({ name, alsoFrom }: CatalogueItem): readonly string[] {
  return [name, ...alsoFrom.flatMap(origin => nameIn(origin) ?? [])]
}

function nameIn(origin: PersonalityOrigin): string | null {
  return origin.kind === 'installed' || origin.kind === 'what-if' ? origin.name : null
}
