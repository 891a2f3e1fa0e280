import type { InstalledKext } from '../../core/kext/kext.ts'
import { kextsByClass, owningKext, type Ownership } from '../../core/kext/owning-kext.ts'
import {
  personalityOfInstance,
  type PersonalityOfInstance,
} from '../../core/matching/personality-of-instance.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { childrenOf, clientsOf, propertyOf, providersOf } from '../../core/registry/lookup.ts'
import { nodeLabel } from '../../core/registry/paths.ts'
import { readValue } from '../../core/registry/read-value.ts'
import {
  EntryFlag,
  ServiceState,
  type EntryIndex,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from '../../core/registry/snapshot.ts'
import { creatorName, readCreator } from '../../core/unload/read-creator.ts'
import { textAt } from '../registry/columns.ts'
import { entryLabel } from '../registry/entry-facts.ts'
import { stateBrief } from '../registry/service-state.ts'

/** What a step is to the one above it. */
export type StepRole = 'root' | 'expert' | 'nub' | 'driver' | 'user-client' | 'object'

/** One entry of the stack with what is known of it. */
export interface StackStep {
  readonly entry: EntryIndex
  readonly label: string
  readonly className: string | null
  readonly role: StepRole
  /** In a word, null for what is no service. */
  readonly state: string | null
  readonly owner: Ownership
  /** Of a driver that matching made; null for others. */
  readonly personality: PersonalityOfInstance | null
  /** Who opened a user client: `sshd (pid 402)`; null where it is not known or no user client. */
  readonly process: string | null
  /** Its other providers in this plane. */
  readonly further: readonly EntryIndex[]
  readonly clientCount: number
}

/** Clients that look alike are one. */
export interface StackClient {
  readonly step: StackStep
  /** All of them, that of `step` first. */
  readonly entries: readonly EntryIndex[]
}

export interface ServiceStack {
  readonly plane: string
  /** From the top down to what is selected, which is the last. */
  readonly steps: readonly StackStep[]
  readonly clients: readonly StackClient[]
  /** Clients beyond those that were looked at. */
  readonly clientsNotSeen: number
}

/** Deeper than any registry; one made to be deep must not take long. */
const mostSteps = 400
const mostClients = 400

/** @param node the place that is meant: its way to the root is the stack */
export function serviceStack(
  snapshot: Snapshot,
  plane: PlaneTable,
  node: NodeIndex,
  installed: readonly InstalledKext[] | null,
): ServiceStack {
  const way: NodeIndex[] = []
  for (let at = node; at >= 0 && way.length < mostSteps; at = plane.parent[at]!) way.unshift(at)
  const byClass = kextsByClass(installed ?? [])
  const make = (entry: EntryIndex, label: string, above: EntryIndex | null): StackStep =>
    stepOf({ snapshot, plane, installed, byClass }, entry, label, above)
  // The registry's root is above everything and explains nothing, unless it is what is selected.
  const top = way.length > 1 && plane.parent[way[0]!]! < 0 ? 1 : 0
  const steps = way
    .slice(top)
    .map((at, n) =>
      make(
        plane.entry[at]!,
        nodeLabel(snapshot, plane, at),
        n + top > 0 ? plane.entry[way[n + top - 1]!]! : null,
      ),
    )
  const selected = plane.entry[node]!
  const all = clientsOf(snapshot, plane, selected)
  const clients = new Map<string, { step: StackStep; entries: EntryIndex[] }>()
  for (const entry of all.slice(0, mostClients)) {
    const step = make(entry, labelBelow(snapshot, plane, node, entry), selected)
    const key = JSON.stringify([step.label, step.className, step.state, step.process])
    const alike = clients.get(key)
    if (alike) alike.entries.push(entry)
    else clients.set(key, { step, entries: [entry] })
  }
  return {
    plane: plane.plane,
    steps,
    clients: [...clients.values()],
    clientsNotSeen: Math.max(0, all.length - mostClients),
  }
}

function labelBelow(
  snapshot: Snapshot,
  plane: PlaneTable,
  node: NodeIndex,
  entry: EntryIndex,
): string {
  const child = childrenOf(plane, node).find(at => plane.entry[at] === entry)
  return child === undefined ? entryLabel(snapshot, entry) : nodeLabel(snapshot, plane, child)
}

interface Making {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  readonly installed: readonly InstalledKext[] | null
  readonly byClass: ReturnType<typeof kextsByClass>
}

function stepOf(
  { snapshot, plane, installed, byClass }: Making,
  entry: EntryIndex,
  label: string,
  above: EntryIndex | null,
): StackStep {
  const { entries, strings } = snapshot
  const className = textAt(strings, entries.className[entry]!)
  const personality = personalityOfInstance(snapshot, entry, installed)
  const creator = readCreator(textOf(snapshot, entry, 'IOUserClientCreator'))
  const providers = providersOf(snapshot, plane, entry)
  return {
    entry,
    label: label === '' ? '?' : label,
    className,
    role: roleOf(snapshot, entry, {
      isTop: above === null,
      isDriver: personality !== null,
      hasCreator: creator !== null,
    }),
    state: stateBrief(entries, entry)?.word ?? null,
    owner: owningKext(
      { bundleIdentifier: textOf(snapshot, entry, 'CFBundleIdentifier'), className },
      byClass,
    ),
    personality,
    process: creator && creatorName(creator),
    further: providers.filter(provider => provider !== above),
    clientCount: clientsOf(snapshot, plane, entry).length,
  }
}

function roleOf(
  snapshot: Snapshot,
  entry: EntryIndex,
  known: { readonly isTop: boolean; readonly isDriver: boolean; readonly hasCreator: boolean },
): StepRole {
  const { entries, strings } = snapshot
  const className = textAt(strings, entries.className[entry]!) ?? ''
  const chain = textAt(strings, entries.classChain[entry]!)?.split(':') ?? [className]
  if (chain.includes('IOPlatformExpertDevice')) return 'expert'
  if (known.isTop) return 'root'
  // A class named so is one by every convention; where there is a chain, the chain decides.
  const isNamedSo = chain.length === 1 && className.endsWith('UserClient')
  if (chain.includes('IOUserClient') || known.hasCreator || isNamedSo) return 'user-client'
  if (known.isDriver) return 'driver'
  const isRegistered =
    (entries.flags[entry]! & EntryFlag.isService) !== 0 &&
    (entries.state[entry]! & ServiceState.registered) !== 0
  return isRegistered ? 'nub' : 'object'
}

function textOf(snapshot: Snapshot, entry: EntryIndex, key: string): string | null {
  const property = propertyOf(snapshot, entry, key)
  if (property < 0) return null
  const value: PropertyValue = readValue(snapshot, property)
  return value.kind === 'string' && value.text !== '' ? value.text : null
}

/** A step, or a run of them that says little: they are one card until it is opened. */
export type StackItem =
  | { readonly kind: 'step'; readonly step: StackStep; readonly index: number }
  | { readonly kind: 'fold'; readonly key: string; readonly steps: readonly StackStep[] }

/** Stacks up to this length are drawn whole. */
const shortStack = 8
const shownFirst = 1
const shownLast = 4

/**
 * Of a long stack the ends are drawn, and between them what is not Apple's, what has further providers and what is not in
 * order; runs of two and more others are folded.
 */
export function foldStack(
  steps: readonly StackStep[],
  opened: ReadonlySet<string>,
): readonly StackItem[] {
  const isKept = (step: StackStep, index: number): boolean =>
    steps.length <= shortStack ||
    index < shownFirst ||
    index >= steps.length - shownLast ||
    step.further.length > 0 ||
    step.state === 'inactive' ||
    step.state === 'terminated' ||
    isForeign(step.owner)
  const items: StackItem[] = []
  let run: { readonly step: StackStep; readonly index: number }[] = []
  const close = () => {
    const key = `fold:${run[0]?.index}`
    if (run.length >= 2 && !opened.has(key)) {
      items.push({ kind: 'fold', key, steps: run.map(({ step }) => step) })
    } else items.push(...run.map(each => ({ kind: 'step' as const, ...each })))
    run = []
  }
  for (const [index, step] of steps.entries()) {
    if (!isKept(step, index)) run.push({ step, index })
    else {
      close()
      items.push({ kind: 'step', step, index })
    }
  }
  close()
  return items
}

function isForeign(owner: Ownership): boolean {
  if (owner.kind === 'unknown') return false
  const names = owner.kind === 'ambiguous' ? owner.candidates : [owner.bundleIdentifier]
  return names.some(name => !name.startsWith('com.apple.'))
}
