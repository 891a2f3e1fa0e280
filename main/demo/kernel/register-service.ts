import { ServiceState } from '../../../core/registry/snapshot.ts'
import type { Boot } from './boot.ts'
import { adjustBusy } from './busy.ts'
import type { CatalogueEntry } from './catalogue.ts'
import { passiveMatch } from './passive-match.ts'
import type { Entry } from './registry.ts'
import { text } from './values.ts'

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
  boot.scheduler.spawn(() => boot.hooks.configure(boot, service))
}
