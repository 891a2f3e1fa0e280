import { afterEach, expect, test, vi } from 'vitest'
import type { PreferenceChange } from '../../../core/contract/preferences.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'

afterEach(() => {
  vi.useRealTimers()
})

async function start() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const transport = createDemoTransport()
  const saved: PreferenceChange[] = []
  const app = createApp(
    {
      ...transport,
      request: (name, params, requestId) => {
        if (name === 'preferences.save') saved.push(params as PreferenceChange)
        return transport.request(name, params, requestId)
      },
    },
    decodeSnapshot,
  )
  await app.actions.loadPreferences()
  return { ...app, saved }
}

test('a pane that is dragged is saved once, when the hand rests', async () => {
  const { actions, saved, store } = await start()
  for (const inspectorWidth of [500, 510, 520]) actions.setLayout({ inspectorWidth })
  actions.keepPanels({ sizes: { 'watch-changes': 200 } })
  expect(store.getState().preferences.panels.sizes['inspector']).toBe(520)
  expect(saved).toEqual([])
  vi.advanceTimersByTime(1000)
  expect(saved).toHaveLength(1)
  expect(saved[0]).toMatchObject({
    section: 'panels',
    value: { sizes: { inspector: 520, 'watch-changes': 200 } },
  })
})

test('a window that closes before the hand rests saves at once, and nothing twice', async () => {
  const { actions, saved } = await start()
  actions.setLayout({ logHeight: 300, isLogOpen: true })
  actions.flushPanels()
  expect(saved).toMatchObject([{ section: 'panels', value: { sizes: { log: 300 } } }])
  vi.advanceTimersByTime(1000)
  actions.flushPanels()
  expect(saved).toHaveLength(1)
})
