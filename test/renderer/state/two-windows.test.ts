import { expect, test, vi } from 'vitest'
import type { ColourRule } from '../../../core/contract/preferences.ts'
import { ask } from '../../../core/contract/transport.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'

async function twoWindows() {
  const host = createDemoTransport({ stepMs: 1 })
  const windows = [createApp(host, decodeSnapshot), createApp(host, decodeSnapshot)] as const
  for (const { actions } of windows) await actions.start()
  return { host, windows }
}

const rule = (id: string): ColourRule => ({
  id,
  name: id,
  filter: `name:${id}`,
  colour: 'blue',
  isOn: true,
})

test('what one window has saved is not lost when another saves more of it', async () => {
  const { host, windows } = await twoWindows()
  for (const [{ store, actions }, id] of [
    [windows[0], 'usb'],
    [windows[1], 'pci'],
  ] as const) {
    const { colourRules } = store.getState().preferences
    await actions.setPreference({ section: 'colourRules', value: [...colourRules, rule(id)] })
  }
  const { colourRules } = await ask(host, 'preferences.get', {})
  expect(colourRules.map(({ id }) => id)).toEqual(['usb', 'pci'])
  expect(windows[0].store.getState().preferences.colourRules).toHaveLength(2)
})

test('a pane that is dragged in one window stays as it is in the other', async () => {
  const { host, windows } = await twoWindows()
  windows[0].actions.keepPanels({ sizes: { inspector: 700 } })
  windows[0].actions.flushPanels()
  await vi.waitFor(async () =>
    expect((await ask(host, 'preferences.get', {})).panels.sizes).toEqual({ inspector: 700 }),
  )
  expect(windows[1].store.getState().preferences.panels.sizes).toEqual({})
})

test('of what is saved twice in a row the older answer changes nothing back', async () => {
  const { windows } = await twoWindows()
  const { store, actions } = windows[0]
  const first = actions.setPreference({ section: 'colourRules', value: [rule('usb')] })
  const second = actions.setPreference({ section: 'colourRules', value: [] })
  const seen: number[] = []
  store.subscribe(({ preferences }) => seen.push(preferences.colourRules.length))
  await Promise.all([first, second])
  expect(new Set(seen)).not.toContain(1)
  expect(store.getState().preferences.colourRules).toEqual([])
})
