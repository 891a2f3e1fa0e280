import type { Boot } from '../boot.ts'
import type { Entry } from '../registry.ts'
import { terminate } from '../terminate.ts'
import { stringOf } from '../values.ts'
import type { KextReturnName } from './kext-return.ts'
import type { LoadedKext } from './loaded-kexts.ts'

export interface UnloadResult {
  /** null: it went as asked. */
  readonly failed: KextReturnName | null
  /** Kernel messages, which the tool relays after `(kernel) `. */
  readonly messages: readonly string[]
}

/**
 * Unloads a kext (facts: kexts, section 8): takes its personalities out, terminates every service that
 * names it in `CFBundleIdentifier`, then counts the instances of its classes.
 * @param personalitiesOnly `kextunload -p`: the code stays.
 */
export async function unloadKext(
  boot: Boot,
  bundleIdentifier: string,
  personalitiesOnly = false,
): Promise<UnloadResult> {
  const kext = boot.kexts.get(bundleIdentifier)
  if (!kext) {
    return failure(boot, 'notFound', [`Kext ${bundleIdentifier} not found for unload request.`])
  }
  const refs = boot.kexts.refs(kext)
  if (!personalitiesOnly && refs > 0) {
    return failure(boot, 'inUse', [
      `Can't unload kext ${bundleIdentifier}; outstanding references ${refs}.`,
    ])
  }
  if (!kext.allowsUserTerminate) {
    boot.log.line(`disallowing kextunload terminate for bundleID ${bundleIdentifier}`)
    return failure(boot, 'unsupported', [
      `Can't unload kext ${bundleIdentifier}; services failed to terminate - 0xe00002c7.`,
    ])
  }
  boot.catalogue.removeBundle(bundleIdentifier)
  await Promise.all(drivers(boot, kext).map(driver => terminate(boot, driver)))
  if (personalitiesOnly) return { failed: null, messages: [] }

  const inUse = instanceLines(boot, bundleIdentifier)
  if (inUse.length > 0) {
    return failure(boot, 'inUse', [
      `Can't unload kext ${bundleIdentifier}; classes have instances:`,
      ...inUse,
    ])
  }
  const refused = removeKext(boot, kext)
  return refused.length > 0
    ? { failed: 'startStop', messages: refused }
    : { failed: null, messages: [] }
}

/** `kextunload -c`. @returns false when there is no such class, or its instances may not go. */
export async function terminateInstances(boot: Boot, className: string): Promise<boolean> {
  const owner = boot.classes.get(className)?.bundleIdentifier
  const kext = owner === undefined ? undefined : boot.kexts.get(owner)
  if (!kext?.allowsUserTerminate) return false
  const instances = [...boot.registry.entries()].filter(e => e.className === className)
  await Promise.all(instances.map(instance => terminate(boot, instance)))
  return true
}

/** Whether any class of the kext has instances, or a kext links against it. */
export function isInUse(boot: Boot, kext: LoadedKext): boolean {
  return boot.kexts.refs(kext) > 0 || instanceLines(boot, kext.bundleIdentifier).length > 0
}

/**
 * Stops the module and takes the kext out. The kernel's messages where its stop routine refuses
 * (facts: kexts, section 8): then it stays.
 */
export function removeKext(boot: Boot, kext: LoadedKext): readonly string[] {
  if (kext.stopReturns !== 0) {
    const messages = [
      `Kext ${kext.bundleIdentifier} did not stop (return code 0x${kext.stopReturns.toString(16)}).`,
      `Kext ${kext.bundleIdentifier} can't unload - module stop returned 0xdc008017.`,
    ]
    for (const message of messages) boot.log.line(message)
    return messages
  }
  for (const { name } of boot.classes.ofBundle(kext.bundleIdentifier)) boot.programs.delete(name)
  boot.classes.undefine(kext.bundleIdentifier)
  boot.kexts.remove(kext.bundleIdentifier)
  return []
}

function drivers(boot: Boot, kext: LoadedKext): readonly Entry[] {
  return [...boot.registry.entries()].filter(
    entry =>
      entry.service !== null &&
      stringOf(entry.properties.get('CFBundleIdentifier')) === kext.bundleIdentifier,
  )
}

function instanceLines(boot: Boot, bundleIdentifier: string): readonly string[] {
  return boot.classes.ofBundle(bundleIdentifier).flatMap(({ name }) => {
    const count = boot.classes.instanceCount(name)
    if (count === 0) return []
    const noun = count === 1 ? 'instance' : 'instances'
    return [`    Kext ${bundleIdentifier} class ${name} has ${count} ${noun}.`]
  })
}

function failure(boot: Boot, failed: KextReturnName, messages: readonly string[]): UnloadResult {
  for (const message of messages) boot.log.line(message)
  return { failed, messages }
}
