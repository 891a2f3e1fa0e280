import { afterEach, expect, test, vi } from 'vitest'
import { defaultPreferences, type PreferenceChange } from '../../../core/contract/preferences.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'

afterEach(() => {
  vi.useRealTimers()
})

const start = () => startWith({})

async function startWith(sizes: Record<string, number>) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const transport = createDemoTransport()
  const saved: PreferenceChange[] = []
  const app = createApp(
    {
      ...transport,
      request: (name, params, requestId) => {
        if (name === 'preferences.get') {
          const value = { ...defaultPreferences, panels: { sizes, open: {} } }
          return Promise.resolve({ ok: true, value })
        }
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

test('an inspector that nobody dragged follows the window, also after a restart', async () => {
  const { actions, store } = await start()
  expect(store.getState().layout.inspectorWidth).toBeNull()
  actions.setLayout({ inspectorWidth: 700 })
  expect(store.getState().preferences.panels.sizes['inspector']).toBe(700)
  actions.setLayout({ inspectorWidth: null })
  expect(store.getState().preferences.panels.sizes['inspector']).toBe(0)
  for (const [kept, width] of [
    [0, null],
    // What earlier versions kept of one that nobody had dragged.
    [560, null],
    [700, 700],
  ] as const) {
    expect((await startWith({ inspector: kept })).store.getState().layout.inspectorWidth).toBe(
      width,
    )
  }
})
