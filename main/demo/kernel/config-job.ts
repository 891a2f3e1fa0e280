import { ServiceState } from '../../../core/registry/snapshot.ts'
import type { Boot } from './boot.ts'
import { adjustBusy } from './busy.ts'
import { probeCandidates } from './probe-candidates.ts'
import type { Entry } from './registry.ts'

/** The config job: publish, match until nobody asks again, then say so. */
export async function configure(boot: Boot, service: Entry): Promise<void> {
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
