import { decodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import { compareHere } from '../../renderer/compare/create-comparer.ts'
import { createApp } from '../../renderer/state/create-app.ts'
import { drawDump } from '../core/diff/draw-dump.ts'
import { createDemoTransport } from './demo-transport.ts'

/** An app that is connected to the demo guest and has a capture of it, and further ones of that guest as they are drawn. */
export async function appOfDrawings() {
  const transport = createDemoTransport({ stepMs: 1, isConnectedAtStart: true })
  const app = createApp(transport, decodeSnapshot, {}, async (...pair) => compareHere(...pair))
  await app.actions.start()
  await app.actions.takeCapture()
  const { capture } = app.store.getState().current!
  const { source } = capture
  if (source.kind !== 'guest') throw new Error('the demo transport has a guest')
  const drawing = (text: string, snapshotId: string) => ({
    capture: { ...capture, snapshotId },
    snapshot: drawDump(text),
  })
  return { ...app, transport, capture, targetId: source.targetId, drawing }
}
