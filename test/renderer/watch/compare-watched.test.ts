import { expect, test } from 'vitest'
import { withLook, withStatus } from '../../../renderer/state/watch-looks.ts'
import { notWatching } from '../../../core/watch/watch-status.ts'
import { appOfDrawings } from '../../helpers/app-of-drawings.ts'

const one = `
  Root  <class IORegistryEntry, id 0x1, retain 1>
    GFX0  <class IOService, id 0x4, registered, matched, active, busy 0 (0 ms), retain 1>
    XHC1  <class IOService, id 0x7, registered, matched, active, busy 0 (0 ms), retain 1>`

test('what a watch keeps although it is gone is not taken for a part of the newest look', async () => {
  const { store, actions, capture, targetId, drawing } = await appOfDrawings()
  store.setState({ current: drawing(one, 'drawn') })
  const status = { ...notWatching, phase: 'running', targetId } as const
  store.setState(state => withStatus(state, status))
  const look = drawing(one.replace(/ +GFX0.*\n/, ''), 'look')
  store.setState(state => withLook(state, look, 1000))
  // The row of GFX0 stays.
  expect(store.getState().current!.snapshot.entries.length).toBe(3)

  await actions.compare(capture.snapshotId, 'look')
  expect(store.getState().current!.comparison!.after.snapshot).toBe(look.snapshot)
})
