import { ipcMain, MessageChannelMain, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron'
import { answer } from '../../core/contract/answer.ts'
import { FailureError, type Reply } from '../../core/failure.ts'
import { reportBug } from '../service/host-log.ts'
import type { Service } from '../service/service.ts'
import { originOf } from './window.ts'

export interface IpcOptions {
  readonly mayChangeGuest: boolean
  readonly pageOrigin: string
}

/** Binds the service to the window's channels. Only our own page's main frame is answered. */
export function bindIpc(service: Service, { mayChangeGuest, pageOrigin }: IpcOptions): () => void {
  const running = new Map<string, AbortController>()

  ipcMain.handle(
    'kextant:request',
    async (event, name: unknown, params: unknown, requestId: unknown): Promise<Reply<unknown>> => {
      if (!isOurPage(event, pageOrigin)) {
        const detail = 'it does not come from the window of Kextant'
        return { ok: false, failure: { kind: 'not-allowed', request: String(name), detail } }
      }
      const key = runningKey(event, requestId)
      if (typeof requestId !== 'string' || requestId.length > 128 || running.has(key)) {
        const detail = 'a request needs a short id of its own'
        return { ok: false, failure: { kind: 'bad-request', request: String(name), detail } }
      }
      const controller = new AbortController()
      running.set(key, controller)
      const caller = { mayChangeGuest, reportBug }
      try {
        return await answer(service.handlers, caller, name, params, controller.signal)
      } finally {
        running.delete(key)
      }
    },
  )
  const onCancel = (event: IpcMainEvent, requestId: unknown) => {
    if (isOurPage(event, pageOrigin)) running.get(runningKey(event, requestId))?.abort()
  }
  const onSnapshot = (event: IpcMainEvent, snapshotId: unknown, requestId: unknown) => {
    if (!isOurPage(event, pageOrigin)) return
    if (typeof snapshotId !== 'string' || typeof requestId !== 'string') return
    const { port1, port2 } = new MessageChannelMain()
    event.sender.postMessage('kextant:snapshot-port', requestId, [port2])
    void columnsOf(service, snapshotId).then(reply => port1.postMessage(reply))
  }
  ipcMain.on('kextant:cancel', onCancel)
  ipcMain.on('kextant:snapshot', onSnapshot)
  return () => {
    ipcMain.removeHandler('kextant:request')
    ipcMain.off('kextant:cancel', onCancel)
    ipcMain.off('kextant:snapshot', onSnapshot)
    for (const controller of running.values()) controller.abort()
  }
}

async function columnsOf(service: Service, snapshotId: string): Promise<Reply<Uint8Array>> {
  try {
    await service.load(snapshotId, new AbortController().signal)
    return { ok: true, value: Buffer.concat(service.snapshotBytes(snapshotId)) }
  } catch (error) {
    if (error instanceof FailureError) return { ok: false, failure: error.failure }
    // Nobody catches what a listener throws, and the page would wait for its columns for ever.
    reportBug(error, 'the columns of a capture')
    const detail = error instanceof Error ? error.message : String(error)
    return { ok: false, failure: { kind: 'internal', detail } }
  }
}

function isOurPage(event: IpcMainEvent | IpcMainInvokeEvent, pageOrigin: string): boolean {
  const frame = event.senderFrame
  if (!frame || frame !== event.sender.mainFrame) return false
  // A frame that shows nothing yet has no address.
  return URL.canParse(frame.url) && originOf(frame.url) === pageOrigin
}

function runningKey(event: IpcMainEvent | IpcMainInvokeEvent, requestId: unknown): string {
  return `${event.sender.id}:${String(requestId)}`
}
