import { countOf } from '../verify/compare-guests.ts'
import {
  creatorsOf,
  isHeldBefore,
  nameOf,
  userClientsOf,
  type BlockerFindings,
} from './blocker-findings.ts'
import type { CountedClass, HeldInstance } from './blocker-report.ts'
import { creatorName } from './read-creator.ts'

/** What is in the way, in one sentence. */
export function headlineOf(findings: BlockerFindings): string {
  const { bundleIdentifier: name, when } = findings
  const isBefore = when === 'before'
  switch (findings.verdict) {
    case 'not-loaded':
      return `${name} is not loaded.`
    case 'free':
      return isBefore
        ? `Nothing is in the way of unloading ${name}.`
        : `What kept ${name} is gone by now; unload it again.`
    case 'referenced': {
      const { linked, one } = linkedTo(findings)
      return `${refusal(findings)}: ${linked} ${one ? 'is' : 'are'} linked against it.`
    }
    case 'protected':
      return isBefore
        ? `${name} is a kext of Apple’s: the kernel terminates its instances only where its Info.plist allows that.`
        : `${name} is protected: the kernel does not let its instances be terminated.`
    case 'stop-refused':
      return `${name} is still loaded: its own stop routine refused.`
    case 'held':
      return isBefore ? heldBefore(findings) : `${refusal(findings)}: ${heldSubject(findings)}.`
    case 'leaked':
      return `${refusal(findings)}: ${leakClause(findings.unseen)}`
    case 'held-and-leaked':
      return `${refusal(findings)}: ${heldSubject(findings)}, and ${leakClause(findings.unseen)}`
    case 'unknown':
      return isBefore
        ? `Whether something is in the way of unloading ${name} is not known.`
        : `What holds ${name} is not known.`
  }
}

function refusal({ bundleIdentifier, when }: BlockerFindings): string {
  return `${bundleIdentifier} ${when === 'before' ? 'cannot be unloaded' : 'is still loaded'}`
}

/** Why, in two or three sentences. */
export function explanationOf(findings: BlockerFindings): string {
  return [...reasons(findings), ...notes(findings)].join(' ')
}

function reasons(findings: BlockerFindings): readonly string[] {
  const { unseen } = findings
  switch (findings.verdict) {
    case 'not-loaded':
      return ['The list of loaded kexts does not have it, so there is nothing to unload.']
    case 'free':
      return findings.instances.length === 0
        ? ['No object of its classes is left, and no kext is linked against it.']
        : [
            `The unload terminates ${namesOf(findings.instances)} first; no process has ${findings.instances.length === 1 ? 'it' : 'one of them'} open, and no kext is linked against it.`,
          ]
    case 'referenced':
      return [
        'A kext cannot go before the kexts that use its symbols; the kernel looks at this before it terminates anything.',
      ]
    case 'protected':
      return [
        'User space may terminate instances of a com.apple kext only where its Info.plist has OSBundleAllowUserTerminate.',
      ]
    case 'stop-refused':
      return [
        'Its instances were terminated and its personalities are out of the catalogue, but the stop routine of the module returned an error, and the kernel keeps the code.',
      ]
    case 'held':
      return findings.when === 'before'
        ? findings.instances.filter(isHeldBefore).slice(0, told).map(whyHeldBefore)
        : [...whyHeld(findings), ...helpersToo(unseen)]
    case 'leaked':
      return leakReasons(unseen)
    case 'held-and-leaked':
      return [...whyHeld(findings), ...leakReasons(unseen)]
    case 'unknown':
      return findings.when === 'before'
        ? ['Nothing that is seen here is in the way, but not all could be looked at.']
        : findings.missing.length > 0
          ? ['Nothing that is seen here holds it, but not all could be looked at.']
          : ['No object of its classes is counted, and no kext is linked against it.']
  }
}

/** What limits the answer, whatever it is. */
function notes(findings: BlockerFindings): readonly string[] {
  const { instances, missing, verdict } = findings
  const lines = verdict === 'not-loaded' || verdict === 'referenced' ? [] : [...missing]
  if (instances.length > 0 && instances.every(({ entry }) => entry.id === null))
    lines.push('The dump has no registry entry IDs, so entries are named by their paths.')
  return lines
}

const told = 3

function linkedTo(findings: BlockerFindings): { readonly linked: string; readonly one: boolean } {
  const linked = findings.dependents.filter(each => each.how === 'linked')
  const names = linked.map(each => each.bundleIdentifier)
  const unseen = findings.unseenReferences
  if (names.length === 0)
    return {
      linked: unseen > 0 ? `${countOf(unseen, 'kext')} that the list does not show` : 'other kexts',
      one: unseen === 1,
    }
  const shown = names.slice(0, 5).join(', ')
  const rest = names.length - 5 + unseen
  return {
    linked:
      rest > 0 && names.length > 5 ? `${shown} and ${countOf(names.length - 5, 'other')}` : shown,
    one: names.length === 1,
  }
}

function heldBefore(findings: BlockerFindings): string {
  const { bundleIdentifier: name, instances } = findings
  const held = instances.filter(isHeldBefore)
  const open = creatorsOf(held)
  const first = held[0]!
  if (first.isTerminated) return `${name} is held: ${heldSubject(findings)}.`
  if (open.length > 0)
    return `${name} may not be unloaded: ${open.slice(0, told).map(creatorName).join(', ')} ${open.length === 1 ? 'has' : 'have'} ${held.length === 1 ? nameOf(first.entry) : 'its instances'} open.`
  if (first.openCount > 0)
    return `${name} may not be unloaded: ${countOf(first.openCount, 'user client')} of ${nameOf(first.entry)} ${first.openCount === 1 ? 'is' : 'are'} open.`
  if (first.mayBeStarting)
    return `${name} may not be unloaded: start() of ${nameOf(first.entry)} seems not to have returned.`
  return `${name} cannot be unloaded by this alone: ${nameOf(first.entry)} is not terminated with it.`
}

function whyHeldBefore(instance: HeldInstance): string {
  const name = nameOf(instance.entry)
  if (instance.isTerminated) return whyTerminated(instance)
  if (instance.openCount > 0)
    return `${name} has ${countOf(instance.openCount, 'open connection')}: ${connections(instance)}. If it is still open when ${name} is terminated, ${name} stays in the registry and the kernel refuses.`
  if (instance.mayBeStarting)
    return `${name} is not registered and its provider ${instance.provider?.name ?? ''} is busy with matching, as it is while a start() has not returned; an object goes only after that.`
  return `${name} does not name the kext in CFBundleIdentifier, and hangs below no service that does, so the unload does not terminate it.`
}

/** `HeldOpen (0x1000003a1) is terminated and waits for reader (pid 531)`. */
function heldSubject({ instances, instanceCount }: BlockerFindings): string {
  const [first] = instances
  if (!first) return 'something'
  if (instances.length > 1) {
    const creators = creatorsOf(instances)
    const by =
      creators.length === 0
        ? ''
        : `, open by ${creators.slice(0, told).map(creatorName).join(', ')}`
    return `${instanceCount} instances of its classes are still in the registry${by}`
  }
  const name = nameOf(first.entry)
  if (!first.isTerminated) return `${name} is still in the registry, and was not terminated`
  const creators = creatorsOf([first])
  if (creators.length > 0)
    return `${name} is terminated and waits for ${creators.slice(0, told).map(creatorName).join(', ')}`
  if (first.mayBeStarting)
    return `${name} is terminated, but its start() seems not to have returned`
  return `${name} is terminated and still in the registry`
}

function whyHeld({ instances }: BlockerFindings): readonly string[] {
  return instances
    .slice(0, told)
    .map(instance => (instance.isTerminated ? whyTerminated(instance) : whyNotTerminated(instance)))
}

export function whyTerminated(instance: HeldInstance): string {
  const name = nameOf(instance.entry)
  if (instance.openCount > 0)
    return `${name} is still in the registry: it was terminated, and it goes as soon as ${connections(instance)} is closed.`
  if (instance.mayBeStarting)
    return `${name} is still in the registry: it was terminated, but its provider ${instance.provider?.name ?? ''} is still busy with matching, as it is while a start() has not returned. If it hangs, only a reboot ends it.`
  if (instance.holders.length > 0)
    return `${name} is still in the registry: it was terminated and waits for what hangs below it: ${instance.holders
      .slice(0, told)
      .map(each => nameOf(each.entry))
      .join(', ')}.`
  return `${name} is still in the registry: it was terminated, and somebody has it open or holds on to its attachment. Who that is the registry does not show; it is no user client.`
}

export function whyNotTerminated(instance: HeldInstance): string {
  const name = nameOf(instance.entry)
  return instance.isOutOfReach
    ? `${name} is still in the registry and active: it does not name the kext in CFBundleIdentifier, and hangs below no service that does, so the unload did not terminate it.`
    : `${name} is still in the registry and active: it was not terminated, or was made anew since.`
}

function helpersToo(unseen: readonly CountedClass[]): readonly string[] {
  return unseen.length === 0
    ? []
    : [
        `${capitalised(unseenObjects(unseen))} ${isOrAre(unseen)} counted too and in no entry; helper objects go together with the driver that made them.`,
      ]
}

export function leakReasons(unseen: readonly CountedClass[]): readonly string[] {
  const { className } = unseen[0]!
  const counts = unseen
    .slice(0, told)
    .map(each => `${each.counted} of ${each.className} and the registry shows ${each.inRegistry}`)
  const subclasses =
    unseen.length > 1 ? [' A class counts one more for each direct subclass with instances.'] : []
  return unseen.some(each => each.isService)
    ? [
        `The kernel counts ${counts.join(', ')}: the object is gone from the registry, and was not freed.`,
        `That is a retain() without a release() of ${className}, or an object that was made and never attached or released. Nothing can terminate it, and only a reboot removes it.${subclasses.join('')}`,
      ]
    : [
        `The kernel counts ${counts.join(', ')}: a helper object that no entry of the registry is, or one that is gone from there, was not freed.`,
        `Where nothing uses it any more, that is a missing release() of ${className}, and only a reboot removes it.${subclasses.join('')}`,
      ]
}

/** A service has been in the registry; what else it is that is counted does not show. */
function leakClause(unseen: readonly CountedClass[]): string {
  const objects = `${unseenObjects(unseen)} ${isOrAre(unseen)}`
  return unseen.some(each => each.isService)
    ? `${objects} gone from the registry, but still counted. Only a reboot helps.`
    : `${objects} counted, and not in the registry. If nothing uses ${countUnseen(unseen) === 1 ? 'it' : 'them'} any more, only a reboot helps.`
}

/** `the connection HeldOpenUserClient (0x…) of reader (pid 531)`. */
function connections(instance: HeldInstance): string {
  const clients = userClientsOf(instance)
  const shown = clients.slice(0, told).map(({ entry, creator }) => {
    const by = creator === null ? '' : ` of ${creatorName(creator)}`
    return `${nameOf(entry)}${by}`
  })
  const rest = instance.openCount - shown.length
  return `${shown.join(', ')}${rest > 0 ? ` and ${countOf(rest, 'more', 'more')}` : ''}`
}

/** `1 object of Foo`, `1 object of Foo and 3 of Bar`. */
function unseenObjects(unseen: readonly CountedClass[]): string {
  const [first, ...others] = unseen
  const rest = others.slice(0, told).map(each => `${each.unseen} of ${each.className}`)
  return [`${countOf(first!.unseen!, 'object')} of ${first!.className}`, ...rest].join(' and ')
}

function isOrAre(unseen: readonly CountedClass[]): string {
  return countUnseen(unseen) === 1 ? 'is' : 'are'
}

function countUnseen(unseen: readonly CountedClass[]): number {
  return unseen.reduce((sum, each) => sum + (each.unseen ?? 0), 0)
}

function namesOf(instances: readonly HeldInstance[]): string {
  const names = instances.slice(0, told).map(each => nameOf(each.entry))
  const rest = instances.length - names.length
  return `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
