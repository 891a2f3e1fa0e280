import type { Boot } from './boot.ts'
import { createEntry } from './create-entry.ts'
import type { Entry } from './registry.ts'
import { toProperties } from './values.ts'

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
