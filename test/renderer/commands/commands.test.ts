import { describe, expect, test } from 'vitest'
import { commandIds, commandRow } from '../../../core/commands/commands.ts'
import { defaultPreferences } from '../../../core/contract/preferences.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { chordsOf, isPressed, keysText } from '../../../renderer/commands/keys.ts'
import { runByKeys } from '../../../renderer/commands/run-command.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { paletteItems, scoreOf } from '../../../renderer/views/help/palette-items.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'

const pressed = (key: string, modifiers: Partial<KeyboardEvent> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...modifiers,
})

describe('keys', () => {
  test('no two commands answer to one chord', () => {
    const seen = new Map<string, string>()
    for (const id of commandIds) {
      const { keys, keysWork } = commandRow(id)
      if (keys === undefined || keysWork !== undefined) continue
      for (const chord of chordsOf(keys)) {
        const name = JSON.stringify({ ...chord, key: chord.key.toLowerCase() })
        expect(seen.get(name), `${id} and ${seen.get(name)} have ${keys}`).toBeUndefined()
        seen.set(name, id)
      }
    }
  })

  test('Mod is Ctrl, and on a Mac the command key', () => {
    const save = chordsOf('Mod+S')[0]!
    expect(isPressed(save, pressed('s', { ctrlKey: true }), false)).toBe(true)
    expect(isPressed(save, pressed('s', { ctrlKey: true }), true)).toBe(false)
    expect(isPressed(save, pressed('s', { metaKey: true }), true)).toBe(true)
    expect(isPressed(save, pressed('S', { ctrlKey: true, shiftKey: true }), false)).toBe(false)
  })

  test('a sign is the same wherever the keyboard has it', () => {
    const sheet = chordsOf('?')[0]!
    expect(isPressed(sheet, pressed('?', { shiftKey: true }), false)).toBe(true)
    expect(isPressed(sheet, pressed('?'), false)).toBe(true)
  })

  test('they are written as each system writes them', () => {
    expect(keysText('Mod+Shift+P', false)).toBe('Ctrl+Shift+P')
    expect(keysText('Mod+Shift+P', true)).toBe('⇧⌘P')
    expect(keysText('Alt+ArrowLeft', false)).toBe('Alt+←')
    expect(keysText('/ Mod+F', false)).toBe('/')
    expect(keysText('Mod++', false)).toBe('Ctrl++')
  })
})

test('a key whose command cannot be run says why, below the tree where that is in sight', async () => {
  const transport = createDemoTransport({ stepMs: 1, isConnectedAtStart: true })
  const app = createApp(transport, decodeSnapshot)
  await app.actions.start()
  const { store, actions } = app
  runByKeys(app, 'filter.next')
  expect(store.getState().navigation.said?.text).toBe('Nothing is filtered.')
  expect(store.getState().notice).toBeNull()

  actions.setView('kexts')
  runByKeys(app, 'picture.table')
  expect(store.getState().notice?.failure).toMatchObject({ reason: 'Show a picture first.' })
  expect(store.getState().pictures.isTable).toBe(false)
  // The reason is over with the view.
  actions.setView('history')
  expect(store.getState().notice).toBeNull()
})

describe('the palette', () => {
  const found = (text: string) =>
    paletteItems(text, {
      current: null,
      plane: 'IOService',
      recentFiles: [
        { path: '/dumps/iMac.kextant', what: 'a capture', openedAt: '2026-01-01T00:00:00Z' },
      ],
    }).map(({ title }) => title)

  test('shows every command until something is typed', () => {
    expect(found('')).toEqual(commandIds.map(id => commandRow(id).title))
  })

  test('finds by the beginnings of words, in any order', () => {
    expect(found('cap sav')[0]).toBe('Save capture…')
    expect(found('log kern')[0]).toBe('Show or hide the kernel log')
    expect(found('xyzzy')).toEqual([])
  })

  test('a word that begins the title counts more than one inside of it', () => {
    expect(scoreOf('Save capture', ['save'])).toBeGreaterThan(scoreOf('Do save', ['save']))
    expect(scoreOf('Do save', ['save'])).toBeGreaterThan(scoreOf('Unsaved', ['save']))
    expect(scoreOf('Save', ['load'])).toBe(0)
  })

  test('finds files that were opened before by their names', () => {
    expect(found('imac')).toContain('iMac.kextant')
    expect(defaultPreferences.recentFiles).toEqual([])
  })
})
