import { ServiceState } from '../../../core/registry/snapshot.ts'
import type { Boot } from './boot.ts'
import { createEntry } from './lifecycle.ts'
import type { Entry } from './registry.ts'
import { terminate } from './terminate.ts'
import { stringOf, toProperties } from './values.ts'

/** `IOServiceOpen` by a process: its connection keeps the service open until the process ends. */
export function openUserClient(
  boot: Boot,
  service: Entry,
  className: string,
  processName: string,
): void {
  if (!boot.classes.conforms(className, 'IOUserClient')) {
    boot.log.line(`Couldn't alloc class "${className}"`)
    return
  }
  const { pid } = boot.processes.running(processName)
  const client = createEntry(
    boot,
    className,
    className,
    toProperties({ IOUserClientCreator: `pid ${pid}, ${processName}` }),
  )
  client.openedBy = pid
  boot.registry.attach(client, service)
  boot.scheduler.moved()
}

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
