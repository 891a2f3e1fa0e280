import { kextsByClass, owningKext, type KextsByClass } from '../kext/owning-kext.ts'
import type { InstalledKext } from '../kext/kext.ts'
import { nodesOf, planeNamed } from '../registry/lookup.ts'
import {
  EntryFlag,
  type EntryIndex,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from '../registry/snapshot.ts'
import { busyCountOf, hasOwnWork, hasState, type RegistryView } from '../verify/observed-guest.ts'
import { describeState, isUserClient } from '../verify/state-words.ts'
import type { HeldInstance, Holder } from './blocker-report.ts'
import { readCreator } from './read-creator.ts'

export interface FoundInstances {
  readonly instances: readonly HeldInstance[]
  /** Listed or not. */
  readonly instanceCount: number
  /** Instances and holders that are there and not listed. */
  readonly omittedCount: number
}

const instanceLimit = 100
const holderLimit = 50

/**
 * The live objects that an unload has to get rid of: entries of the kext's classes, and services that name it in
 * `CFBundleIdentifier`, which the unload terminates (facts: service-state, section 7). Each with all that hangs below.
 */
export function findInstances(
  bundleIdentifier: string,
  classNames: readonly string[],
  view: RegistryView,
  installed: readonly InstalledKext[],
): FoundInstances {
  const { snapshot } = view
  const plane = planeNamed(snapshot, 'IOService') ?? snapshot.planes[0]
  const owned = new Set<EntryIndex>(classNames.flatMap(className => view.ofClass(className)))
  const named = new Set<EntryIndex>()
  for (let entry = 0; entry < snapshot.entries.length; entry++) {
    if (view.stringProperty(entry, 'CFBundleIdentifier') !== bundleIdentifier) continue
    if ((snapshot.entries.flags[entry]! & EntryFlag.isService) !== 0) named.add(entry)
  }
  const context = { view, plane, named, byClass: kextsByClass(installed) }
  const tops = topmost(snapshot, plane, new Set([...owned, ...named]))
  const found = tops.slice(0, instanceLimit).map(top => describeInstance(top, context))
  return {
    instances: found.map(each => each.instance),
    instanceCount: tops.length,
    omittedCount:
      Math.max(0, tops.length - instanceLimit) +
      found.reduce((sum, each) => sum + each.omittedCount, 0),
  }
}

interface Place {
  readonly entry: EntryIndex
  /** Its first node; null where it stands in no plane that the snapshot has. */
  readonly node: NodeIndex | null
}

/** Those that do not hang below another one of them, in registry order. */
function topmost(
  snapshot: Snapshot,
  plane: PlaneTable | undefined,
  entries: ReadonlySet<EntryIndex>,
): readonly Place[] {
  const places = [...entries]
    .map((entry): Place => ({
      entry,
      node: (plane && nodesOf(snapshot, plane, entry)[0]) ?? null,
    }))
    .sort((a, b) => (a.node ?? Infinity) - (b.node ?? Infinity) || a.entry - b.entry)
  let end = -1
  return places.filter(({ node }) => {
    if (node === null || !plane) return true
    if (node < end) return false
    end = plane.end[node]!
    return true
  })
}

interface Context {
  readonly view: RegistryView
  readonly plane: PlaneTable | undefined
  /** Services that name the kext, and are terminated with it. */
  readonly named: ReadonlySet<EntryIndex>
  readonly byClass: KextsByClass
}

function describeInstance(
  { entry, node }: Place,
  context: Context,
): { readonly instance: HeldInstance; readonly omittedCount: number } {
  const { view, plane, named } = context
  const { snapshot } = view
  const { flags, state, retainCount } = snapshot.entries
  const provider = view.providerOf(entry)
  const below = plane && node !== null ? entriesBelow(plane, node) : []
  const isClient = isConnection(entry, view)
  const isTerminated = hasState(snapshot, entry, 'inactive') === true
  const instance: HeldInstance = {
    entry: view.brief(entry),
    provider: provider === null ? null : view.brief(provider),
    stateWords: describeState({ flags: flags[entry]!, state: state[entry]! }).words,
    busyCount: busyCountOf(snapshot, entry),
    retainCount: (flags[entry]! & EntryFlag.hasRetainCount) === 0 ? null : retainCount[entry]!,
    isTerminated,
    holders: below.slice(0, holderLimit).map(each => describeHolder(each, context)),
    openCount: below.filter(each => isConnection(each, view)).length + (isClient ? 1 : 0),
    creator: isClient ? readCreator(view.stringProperty(entry, 'IOUserClientCreator')) : null,
    isOutOfReach: !isTerminated && !named.has(entry),
    mayBeStarting: provider !== null && hasOwnWork(provider, view) && !hasRegistered(entry, view),
  }
  return { instance, omittedCount: Math.max(0, below.length - holderLimit) }
}

function describeHolder(entry: EntryIndex, { view, byClass }: Context): Holder {
  const { flags, state } = view.snapshot.entries
  const className = view.classOf(entry)
  const isClient = isConnection(entry, view)
  const bundleIdentifier = view.stringProperty(entry, 'CFBundleIdentifier')
  const owner = owningKext({ bundleIdentifier, className }, byClass)
  const isDriver =
    bundleIdentifier !== null || view.stringProperty(entry, 'IOMatchCategory') !== null
  return {
    entry: view.brief(entry),
    kind: isClient ? 'user-client' : isDriver ? 'driver' : 'nub',
    creator: isClient ? readCreator(view.stringProperty(entry, 'IOUserClientCreator')) : null,
    bundleIdentifier: 'bundleIdentifier' in owner ? owner.bundleIdentifier : null,
    stateWords: describeState({ flags: flags[entry]!, state: state[entry]! }).words,
  }
}

/** A user client, by its class or by the property that only user clients have. */
function isConnection(entry: EntryIndex, view: RegistryView): boolean {
  return (
    isUserClient({ className: view.classOf(entry), classChain: view.classChainOf(entry) }) ||
    view.stringProperty(entry, 'IOUserClientCreator') !== null
  )
}

function entriesBelow(plane: PlaneTable, node: NodeIndex): readonly EntryIndex[] {
  return [...new Set(plane.entry.subarray(node + 1, plane.end[node]))]
}

function hasRegistered(entry: EntryIndex, view: RegistryView): boolean {
  return hasState(view.snapshot, entry, 'registered') === true
}
