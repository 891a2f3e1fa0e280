import { expect, test } from 'vitest'
import { withLook, withStatus } from '../../../renderer/state/watch-looks.ts'
import type { WatchRule } from '../../../core/watch/watch-rules.ts'
import { notWatching } from '../../../core/watch/watch-status.ts'
import { appOfDrawings } from '../../helpers/app-of-drawings.ts'

const one = `
  Root  <class IORegistryEntry, id 0x1, retain 1>
    XHC1  <class IOService, id 0x7, registered, matched, active, busy 0 (0 ms), retain 1>`
const two = `${one}
      HS01  <class IOUSBHostDevice, id 0x8, registered, matched, active, busy 0 (0 ms), retain 1>`

const rules: readonly WatchRule[] = [
  { id: 'first', isOn: true, kind: 'filter', filter: 'class=IOUSBHostDevice', when: 'first' },
  { id: 'last', isOn: true, kind: 'filter', filter: 'class=IOUSBHostDevice', when: 'last' },
  {
    id: 'gone',
    isOn: true,
    kind: 'gone',
    entry: { id: '0x8', path: null, label: 'HS01' },
  },
]

test('a notice leads to the entry that it is about, from the window and from the desktop', async () => {
  const { store, actions, transport, targetId, drawing } = await appOfDrawings()
  store.setState(({ preferences }) => ({
    current: drawing(one, 'one'),
    preferences: { ...preferences, watch: { ...preferences.watch, rules: [...rules] } },
  }))
  const status = { ...notWatching, phase: 'running', targetId } as const
  store.setState(state => withStatus(state, status))
  store.setState(state => withLook(state, drawing(one, 'first'), 1000))
  store.setState(state => withLook(state, drawing(two, 'second'), 2000))
  store.setState(state => withLook(state, drawing(one, 'third'), 3000))
  const { notices } = store.getState().watch
  expect(notices.map(({ ruleId, entry }) => [ruleId, entry?.id ?? null])).toEqual([
    ['first', '0x8'],
    ['last', null],
    ['gone', '0x8'],
  ])
  const selected = () => store.getState().selected?.id
  const [first, last, gone] = notices.map(({ id }) => id)
  expect(selected()).not.toBe('0x8')
  // What has lost its last hit has no entry to show.
  actions.showWatchNotice(last!)
  expect(selected()).not.toBe('0x8')
  actions.showWatchNotice(first!)
  expect(selected()).toBe('0x8')
  actions.showEntry({ id: '0x1', path: null })
  transport.emit({ name: 'notice.chosen', payload: { noticeId: gone! } })
  expect(selected()).toBe('0x8')
})
