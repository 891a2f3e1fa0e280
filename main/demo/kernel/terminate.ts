import { ServiceState } from '../../../core/registry/snapshot.ts'
import type { Boot } from './boot.ts'
import { adjustBusy } from './busy.ts'
import type { Entry } from './registry.ts'
import { runRoutine } from './run-routine.ts'

/**
 * `IOService::terminate`: marks the object and its clients inactive at once, then stops and detaches them
 * from the leaves up (facts: service-state, section 7). An object whose `start()` has not returned stays in
 * the registry, inactive, until it does; one that a process has open, until the process has closed it.
 * @returns when all of it is gone, or when it became clear that some of it stays.
 */
export async function terminate(boot: Boot, service: Entry): Promise<void> {
  const victims = markInactive(service)
  await boot.scheduler.delay(5 + Math.random() * 15)
  const pending = new Set(victims)
  for (const victim of victims) {
    if (victim.openedBy === null) continue
    // Its own termination ends here: what is left of it is the connection (facts: service-state, section 4).
    adjustBusy(victim, -1)
    pending.delete(victim)
  }
  const isOpen = (victim: Entry) => victim.clients().some(client => client.openedBy !== null)
  const isBlocked = (victim: Entry): boolean =>
    victim.service!.isStarting ||
    isOpen(victim) ||
    victim.clients().some(client => pending.has(client) && isBlocked(client))
  const mayGo = (victim: Entry) =>
    !victim.service!.isStarting &&
    !isOpen(victim) &&
    !victim.clients().some(client => pending.has(client))

  const work = Promise.all(
    [...pending].reverse().map(async victim => {
      await boot.scheduler.until(() => mayGo(victim))
      await finalize(boot, victim, () => pending.delete(victim))
    }),
  ).then(() => undefined)
  boot.scheduler.spawn(() => work)
  await Promise.race([work, boot.scheduler.until(() => [...pending].every(isBlocked))])
}

/** Phase 1. @returns the services that go, providers before clients. */
function markInactive(service: Entry): Entry[] {
  const victims: Entry[] = []
  const queue = [service]
  for (let at = queue.shift(); at; at = queue.shift()) {
    const part = at.service
    if (!part || (part.state & ServiceState.inactive) !== 0) continue
    part.state = ServiceState.inactive
    adjustBusy(at, 1)
    victims.push(at)
    for (const client of at.clients()) {
      // A client with several providers goes with the last of them.
      const isHeld = client
        .providers()
        .some(p => p.service && (p.service.state & ServiceState.inactive) === 0)
      if (!isHeld) queue.push(client)
    }
  }
  return victims
}

/** `stop()`, `detach()`: the object leaves every plane; without further retains it is freed. */
async function finalize(boot: Boot, victim: Entry, isGone: () => void): Promise<void> {
  await runRoutine(boot, victim, 'stop', 0)
  adjustBusy(victim, -1)
  boot.registry.detachFromAll(victim)
  if (!victim.isLeaked) boot.classes.freed(victim.className)
  isGone()
  boot.scheduler.moved()
}
