import { expect, test } from 'vitest'
import type { EventEnvelope } from '../../../core/contract/requests.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'

test('how far a redaction is shows while this window waits for it, and neither before nor after', async () => {
  const transport = createDemoTransport({ stepMs: 1, isConnectedAtStart: true })
  const { store, actions } = createApp(transport, decodeSnapshot)
  await actions.start()
  const { snapshotId } = store.getState().current!.capture
  const told: EventEnvelope = {
    name: 'share.progress',
    payload: { snapshotId, step: 'looking', done: 0.5 },
  }
  const progress = () => {
    transport.emit(told)
    return store.getState().files.progress?.done ?? null
  }
  actions.showFileDialog('redact')
  expect(progress()).toBeNull()
  const params = { snapshotId, categories: ['serials' as const], keep: [] }
  const asking = actions.previewRedaction(params, new AbortController().signal)
  expect(progress()).toBe(0.5)
  await asking.catch(() => undefined)
  // The socket may be slower than the answer.
  expect(progress()).toBeNull()
})
