import { ServiceState } from '../../../core/registry/snapshot.ts'
import type { Boot } from './boot.ts'
import { terminate } from './terminate.ts'
import { stringOf } from './values.ts'

/** A process is gone, and the kernel closes its connections. */
export function closeUserClients(boot: Boot, pid: number): void {
  for (const client of [...boot.registry.entries()]) {
    const creator = stringOf(client.properties.get('IOUserClientCreator'))
    if (creator?.startsWith(`pid ${pid}, `) !== true) continue
    client.openedBy = null
    if (((client.service?.state ?? 0) & ServiceState.inactive) === 0) {
      boot.scheduler.spawn(() => terminate(boot, client))
      continue
    }
    // It was terminated with its provider, which waited for this.
    boot.registry.detachFromAll(client)
    boot.classes.freed(client.className)
  }
  boot.scheduler.moved()
}
