import type { ActionRecord, ConnectedGuest } from '../../../core/contract/types.ts'
import { bootOf } from '../guest-boot.ts'
import type { HistoryStore } from './store.ts'

/** Older ones are no evidence for what is loaded now. */
const mostLookedAt = 50

/** Whether the last action of this boot that touched the kext left it in the kernel, by what was seen then. */
export async function wasLoadedIn(
  history: HistoryStore,
  { target, identity }: ConnectedGuest,
  bundleIdentifier: string,
): Promise<boolean> {
  const boot = bootOf(identity)
  if (boot === null) return false
  const ofTarget = (await history.list()).filter(({ targetId }) => targetId === target.id)
  for (const { id } of ofTarget.slice(0, mostLookedAt)) {
    const record = await history.find(id).catch(() => null)
    if (record?.boot !== boot || record.subject.bundleIdentifier !== bundleIdentifier) continue
    const isLoaded = leftLoaded(record)
    if (isLoaded !== null) return isLoaded
  }
  return false
}

/** Null: it did nothing to what is loaded. */
function leftLoaded({ request, report, status }: ActionRecord): boolean | null {
  switch (request.kind) {
    case 'push':
    case 'preflight':
    case 'verify':
    case 'terminate-class':
      return null
    case 'load':
    case 'reload':
      return report?.kind === 'load' && report.kext.isLoaded
    case 'loop':
      if (request.endsWith === 'unloaded' && status === 'done') return false
      return report?.kind === 'load' && report.kext.isLoaded
    case 'unload':
    case 'leak-hunt':
      return report?.kext.isLoaded ?? false
  }
}
