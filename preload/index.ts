import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { EventEnvelope } from '../core/contract/requests.ts'
import type { Reply } from '../core/failure.ts'

// Hands the page a transport, nothing else. Web APIs only: a sandboxed preload has no Buffer.

contextBridge.exposeInMainWorld('kextantTransport', {
  request: (name: string, params: unknown, requestId: string) =>
    ipcRenderer.invoke('kextant:request', name, params, requestId) as Promise<Reply<unknown>>,
  cancel: (requestId: string) => {
    ipcRenderer.send('kextant:cancel', requestId)
  },
  subscribe: (listener: (event: EventEnvelope) => void) => {
    const forward = (_: unknown, event: EventEnvelope) => listener(event)
    ipcRenderer.on('kextant:event', forward)
    return () => {
      ipcRenderer.off('kextant:event', forward)
    }
  },
  /** Where a file that was dropped on the window lies; empty for one that has no place on the disk. */
  pathOf: (file: File) => webUtils.getPathForFile(file),
  /**
   * Columns do not ride in replies, since the context bridge copies those once more: a message port comes
   * to the page by `window.postMessage`, and one `Reply<Uint8Array>` comes through it.
   */
  requestSnapshot: (snapshotId: string, requestId: string) => {
    ipcRenderer.send('kextant:snapshot', snapshotId, requestId)
  },
})

ipcRenderer.on('kextant:snapshot-port', (event, requestId: string) => {
  const message = { type: 'kextant:snapshot', requestId }
  window.postMessage(message, location.origin, [...event.ports])
})
