import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { ActionRecord } from '../../../core/contract/types.ts'
import { ActionPanel } from '../../../renderer/views/action/action-panel.tsx'
import { blockerCommandsFor } from '../../../renderer/views/action/blocker-commands.ts'
import type { BlockerCommands } from '../../../renderer/views/action/blocker-advice.tsx'
import { BlockersView } from '../../../renderer/views/action/blockers-view.tsx'
import { BuildTable } from '../../../renderer/views/action/build-table.tsx'
import { PreflightView } from '../../../renderer/views/action/preflight-view.tsx'
import { StopList } from '../../../renderer/views/action/stop-list.tsx'
import { TooltipScope } from '../../../renderer/widgets/tooltip.tsx'
import { loaded, recordOf, silentReport } from './sample-action.ts'
import {
  changes,
  heldOpen,
  interrupted,
  leakedInstance,
  leakHunt,
  lostInPanic,
  notExpected,
  preflight,
  referenced,
  staleBuilds,
  stoppedPlan,
  waitsForApproval,
} from './sample-troubles.ts'

test('a kext that is held open is told with who holds it, and what to do in order', () => {
  const text = panelOf(heldOpen)
  expect(text).toContain('Held: still in the registry')
  expect(text).toContain('Terminated, and held')
  expect(text).toMatch(/opened by\s+holdopen\s*, pid 402/)
  const places = ['End holdopen', 'Look at the user client', 'Then capture again'].map(part =>
    text.indexOf(part),
  )
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
})

test('a leaked object is told as one: counted, in no entry, and only a reboot helps', () => {
  const text = panelOf(leakedInstance)
  expect(text).toContain('Leaked: gone from the registry, and counted')
  expect(text).toContain('1 leaked')
  expect(text).toContain('Reboot the guest')
  expect(text).not.toContain('Instances in the registry')
})

test('advice that Kextant can follow has its button, and the rest only its sentence', () => {
  const commands: BlockerCommands = {
    onUnload: null,
    onUnloadFirst: () => undefined,
    onTerminate: () => undefined,
    onCapture: () => undefined,
  }
  const text = words(
    <BlockersView report={referenced} onShowEntry={null} commands={commands} blocked={null} />,
  )
  expect(text).toContain('Before the unload')
  expect(text).toContain('Unload dependents first…')
  expect(text).toContain('Terminate the class…')
  const told = words(
    <BlockersView report={referenced} onShowEntry={null} commands={null} blocked={null} />,
  )
  expect(told).not.toContain('Terminate the class…')
})

test('the advice plans what it says, for the kext it is about', () => {
  const planned: unknown[] = []
  const bundleIdentifier = 'org.darwinos.driver.MyKext'
  const commands = blockerCommandsFor(bundleIdentifier, heldOpen.request, {
    plan: request => planned.push(request),
    capture: () => planned.push('capture'),
  })
  commands.onUnloadFirst(['org.darwinos.driver.UsesMyKext'])
  commands.onTerminate('org_darwinos_MyKext')
  commands.onUnload?.()
  commands.onCapture()
  expect(planned).toEqual([
    { kind: 'unload', bundleIdentifier, dependents: 'unload-first', timeoutMs: null },
    {
      kind: 'terminate-class',
      bundleIdentifier,
      className: 'org_darwinos_MyKext',
      timeoutMs: null,
    },
    { kind: 'unload', bundleIdentifier, dependents: 'refuse', timeoutMs: null },
    'capture',
  ])
})

test('each expectation stands in a line with what was seen and where it is written', () => {
  const text = panelOf(notExpected)
  expect(text).toContain('1 pass, 1 fail, 1 not known')
  for (const word of ['PASS', 'FAIL', 'UNKNOWN']) expect(text).toContain(word)
  expect(text).toContain('one, !registered, !matched, active, busy 0')
  expect(text).toContain('line 6')
  expect(text).toContain('/home/dev/my-kext/kextant.yaml')
  expect(text).toContain('After the unload')
})

test('what changed shows what is new as a tree, and noise only as a count', () => {
  const text = panelOf(notExpected)
  expect(text).toContain('1 new, 1 gone, 1 changed')
  expect(text).toContain('clients: 12 → 13')
  expect(text).toContain('busy times (3)')
  expect(text).not.toContain('busy time: 12 ms')
  expect(text).toContain('2 more changes counted and not listed.')
  // The same lines are not told again below.
  expect(text.split('MyKext: start on IOResources').length).toBe(2)
  expect(changes.muted).toHaveLength(1)
})

test('a guest that waits for its user is no failure, and says what to do', () => {
  const text = panelOf(waitsForApproval)
  expect(text).toContain('Waits for its user')
  expect(text).toContain('Nothing has failed')
  expect(text).toContain('Approve it in System Preferences')
})

test('what holds with a remark is not shown as if all were well', () => {
  expect(panelOf(loaded)).toContain('\nHolds\n')
  expect(panelOf({ ...loaded, report: silentReport })).toContain('Holds, with a remark')
})

test('an action that was lost tells what a later capture has shown', () => {
  const text = panelOf(lostInPanic)
  expect(text).toContain('Connection lost')
  expect(text).toContain('What a later capture has shown')
  expect(text).toContain('came back as another boot; MyKext is not loaded')
  const open = panelOf({ ...lostInPanic, resolution: null })
  expect(open).toContain('The next capture of this guest tells here')
})

test('an interrupted action is explained', () => {
  expect(panelOf(interrupted)).toContain('Kextant ended while this ran')
})

test('a leak hunt shows the class, the cycle and a table beside the picture', () => {
  const text = panelOf(leakHunt)
  expect(text).toContain('Each cycle leaves one org_darwinos_MyKext behind.')
  expect(text).toContain('3 of 10 cycles')
  expect(text).toContain('first growth')
  expect(text).toContain('grows: 0 → 1 in cycle 1')
  expect(text).toContain('back to 0')
  expect(text).toContain('As a table')
})

test('each stop has its own box and its reason', () => {
  const html = renderToStaticMarkup(
    <StopList
      stops={stoppedPlan.stops}
      accepted={new Set(['libraries'])}
      onAccept={() => undefined}
    />,
  )
  expect(html.match(/type="checkbox"/g)).toHaveLength(2)
  expect(html.match(/checked=""/g)).toHaveLength(1)
  expect(html).toContain('1 answer missing')
  expect(html).toContain('A fault in a kext stops the whole machine')
})

test('the preflight begins with what stops, and draws the libraries with words', () => {
  const text = words(<PreflightView report={preflight} onShowEntry={null} />)
  // What is in order is counted, and folds.
  const places = ['Stop', 'Warning', 'Not known', '1 check is fine'].map(word =>
    text.indexOf(`\n${word}\n`),
  )
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(text).toContain('3 libraries: 2 loaded, 1 missing or not fitting')
  expect(text).toContain('missing')
  expect(text).toContain('5 services, would be started on 1')
  expect(text).toContain('not loadable')
  expect(text).toContain('No kexts found for these libraries')
})

test('builds stand one below the other, and what differs from the host’s is said', () => {
  const text = words(<BuildTable comparison={staleBuilds} />)
  expect(text).toContain('the guest’s file is another build')
  expect(text.match(/differs/g)).toHaveLength(2)
  expect(text).toContain('Push it and load it again.')
})

test('commands are grouped by what they are part of', () => {
  const text = panelOf(recordOf('g', 'Push MyKext.kext', { report: null }))
  const places = ['Push', 'Load', 'Verify'].map(word => text.indexOf(`\n${word}\n`))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(text).toContain('3 steps')
})

test('names of the guest stay text, with their control characters shown', () => {
  const nasty: ActionRecord = {
    ...loaded,
    changes: { ...changes, logLines: ['\u001b[2J<b>\u202e'] },
  }
  const html = renderToStaticMarkup(
    <TooltipScope>
      <ActionPanel record={nasty} onShowEntry={null} />
    </TooltipScope>,
  )
  expect(html).toContain('␛[2J&lt;b&gt;⟨U+202E⟩')
})

function panelOf(record: ActionRecord): string {
  return words(<ActionPanel record={record} onShowEntry={null} />)
}

function words(view: React.ReactElement): string {
  const html = renderToStaticMarkup(<TooltipScope>{view}</TooltipScope>)
  return html
    .replace(/<[^>]*>/g, '\n')
    .replace(/\n{2,}/g, '\n')
    .replace(/&#x27;/g, '’')
}
