import type { EntryBrief } from '../verify/report.ts'
import type {
  BlockerReport,
  BlockerVerdict,
  CountedClass,
  HeldInstance,
  Holder,
} from './blocker-report.ts'
import type { Creator } from './read-creator.ts'

/** What was found out, before it is put into words. */
export interface BlockerFindings extends Pick<
  BlockerReport,
  'bundleIdentifier' | 'when' | 'dependents' | 'dependencies' | 'instances' | 'classes'
> {
  readonly verdict: BlockerVerdict
  /** Or there is no list that would tell. */
  readonly isLoaded: boolean
  /** Of `instances`, those that are not listed included. */
  readonly instanceCount: number
  /** References that the list of kexts counts and shows no kext for. */
  readonly unseenReferences: number
  /** Dependents first, itself last. */
  readonly order: readonly string[]
  /** Classes that are counted and not in the registry, by as much as `unseen` says. */
  readonly unseen: readonly CountedClass[]
  /** The kernel named classes with instances when it refused. */
  readonly wasNamed: boolean
  readonly missing: readonly string[]
}

/** Whether something keeps this instance, as far as that shows before an unload. */
export function isHeldBefore(instance: HeldInstance): boolean {
  return (
    instance.isTerminated ||
    instance.openCount > 0 ||
    instance.isOutOfReach ||
    instance.mayBeStarting
  )
}

/** The connections of an instance: user clients below it, or itself. */
export function userClientsOf(
  instance: HeldInstance,
): readonly Pick<Holder, 'entry' | 'creator'>[] {
  const below = instance.holders.filter(each => each.kind === 'user-client')
  const isOne = instance.openCount > 0 && below.length === 0
  return isOne ? [{ entry: instance.entry, creator: instance.creator }] : below
}

/** The processes that have something open, each once. */
export function creatorsOf(instances: readonly HeldInstance[]): readonly Creator[] {
  const byPid = new Map<number, Creator>()
  for (const { creator } of instances.flatMap(userClientsOf))
    if (creator !== null) byPid.set(creator.pid, creator)
  return [...byPid.values()]
}

/** `HeldOpen (0x1000003a1)`. */
export function nameOf({ name, id }: EntryBrief): string {
  return id === null ? name : `${name} (${id})`
}
