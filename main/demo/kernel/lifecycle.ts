import { ServiceState } from '../../../core/registry/snapshot.ts'
import type { Boot } from './boot.ts'
import { adjustBusy } from './busy.ts'
import type { CatalogueEntry } from './catalogue.ts'
import { passiveMatch } from './passive-match.ts'
import { probeCandidates } from './probe-candidates.ts'
import { Entry } from './registry.ts'
import { text, type Properties } from './values.ts'

/** A new object that is not attached yet. Counts as an instance of its class. */
export function createEntry(
  boot: Boot,
  className: string,
  name: string,
  properties: Properties,
): Entry {
  const isService = boot.classes.conforms(className, 'IOService')
  boot.classes.created(className)
  return new Entry(className, name, properties, isService)
}

/**
 * `IOService::registerService`: asks for matching, asynchronously (facts: service-state, section 3). On an
 * object that does not reach the root it only logs; on an inactive one it does nothing.
 */
export function registerService(boot: Boot, service: Entry): void {
  if (!boot.registry.isMember(service)) {
    boot.log.line(`${service.name}: not registry member at registerService()`)
    return
  }
  requestMatching(boot, service)
}

/** Personalities were added: every registered, active service that passes one is matched again. */
export function personalitiesAdded(boot: Boot, personalities: readonly CatalogueEntry[]): void {
  if (personalities.length === 0) return
  for (const entry of [...boot.registry.entries()]) {
    const state = entry.service?.state ?? 0
    if ((state & ServiceState.registered) === 0 || (state & ServiceState.inactive) !== 0) continue
    if (personalities.some(p => passiveMatch(boot, entry, p).isMatch)) requestMatching(boot, entry)
  }
}

/** `publishResource`: a property of IOResources, which is then matched again (facts: matching, 6.1). */
export function publishResource(boot: Boot, key: string): void {
  const resources = [...boot.registry.entries()].find(e => e.className === 'IOResources')
  if (!resources) return
  resources.properties.set(key, text('IOService'))
  registerService(boot, resources)
  boot.scheduler.moved()
}

function requestMatching(boot: Boot, service: Entry): void {
  const part = service.service
  if (!part || (part.state & ServiceState.inactive) !== 0) return
  if (part.isConfiguring) {
    part.configureAgain = true
    return
  }
  part.isConfiguring = true
  adjustBusy(service, 1)
  boot.scheduler.spawn(() => configure(boot, service))
}

/** The config job: publish, match until nobody asks again, then say so. */
async function configure(boot: Boot, service: Entry): Promise<void> {
  const part = service.service!
  const isActive = (): boolean => (part.state & ServiceState.inactive) === 0
  await boot.scheduler.delay(5 + Math.random() * 15)
  do {
    part.configureAgain = false
    if (!isActive()) break
    part.state |= ServiceState.registered | ServiceState.firstPublish
    boot.scheduler.moved()
    await probeCandidates(boot, service)
  } while (part.configureAgain)
  part.isConfiguring = false
  boot.onActivity()
  if (isActive()) part.state |= ServiceState.matched | ServiceState.firstMatch
  adjustBusy(service, -1)
  boot.scheduler.moved()
}
