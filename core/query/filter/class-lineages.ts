import { classesIn, ClassLinks } from '../../matching/class-links.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../../registry/snapshot.ts'
import { stringAt } from '../../registry/strings.ts'
import { createGlob } from './glob.ts'

const links = new WeakMap<Snapshot, ClassLinks>()

/**
 * Whether an entry is of a class: of it or of one that comes from it, as the entry's own chain says (`ioreg -i`),
 * else the chain of another entry of its class, else the table of public classes. An entry whose dump does not
 * tell its class is of none.
 *
 * @param pattern `*` stands for any letters; whatever the case
 */
export function createClassTest(
  snapshot: Snapshot,
  pattern: string,
  isExact: boolean,
): (entry: EntryIndex) => boolean {
  const { strings } = snapshot
  const { className, classChain, flags } = snapshot.entries
  if (isExact) {
    const isAny = pattern.includes('*')
    const glob = createGlob(pattern)
    const isIt = perString(name => {
      const text = stringAt(strings, name)
      return isAny ? glob(text) : text === pattern
    })
    return entry => isIt(className[entry]!)
  }
  const isClass = createGlob(pattern)
  let known = links.get(snapshot)
  if (!known) links.set(snapshot, (known = new ClassLinks(snapshot)))
  const classLinks = known
  const hasAbove = perString(name => isOf(classLinks, stringAt(strings, name), isClass))
  const isInChain = perString(chain => classesIn(stringAt(strings, chain)).some(isClass))
  // What has a state is an IOService, whatever its class.
  const isOfServices = isClass('IOService') ? EntryFlag.isService : 0
  return entry =>
    (flags[entry]! & isOfServices) !== 0 ||
    hasAbove(className[entry]!) ||
    isInChain(classChain[entry]!)
}

const mostMoves = 4

/** Of a class that moved, whatever is above it, the old place and the new one must both say so. */
function isOf(
  links: ClassLinks,
  className: string,
  isClass: (name: string) => boolean,
  moves = 0,
): boolean {
  const { certain, moved } = links.walk(className)
  if (certain.some(isClass)) return true
  return (
    moved.length > 0 &&
    moves < mostMoves &&
    moved.every(above => isOf(links, above, isClass, moves + 1))
  )
}

/** Asked once for each distinct string; false for `noString`. */
function perString(isSo: (string: number) => boolean): (string: number) => boolean {
  const known = new Map<number, boolean>()
  return string => {
    if (string < 0) return false
    let so = known.get(string)
    if (so === undefined) known.set(string, (so = isSo(string)))
    return so
  }
}
