import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { ActionRecord } from '../../../core/contract/types.ts'
import type { VerifyReport } from '../../../core/verify/report.ts'
import { ActionPanel } from '../../../renderer/views/action/action-panel.tsx'
import { ReportView } from '../../../renderer/views/action/report-view.tsx'
import { TooltipScope } from '../../../renderer/widgets/tooltip.tsx'
import { goodReport, loaded, recordOf, refused, silentReport } from './sample-action.ts'

test('a report answers in order: headline, checks, instances, changes, log', () => {
  const text = panelOf(loaded)
  const places = [
    'MyKext is loaded, and its service is registered.',
    'kextload succeeded',
    'registerService() took effect',
    'What changed',
    'MyKext: registerService()',
  ].map(part => text.indexOf(part))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
})

test('a service that never registered says so in words, and leads to the tree', () => {
  const text = textOf(silentReport)
  expect(text).toContain('Not registered')
  expect(text).toContain('!registered, !matched, active')
  expect(text).toContain('Show in tree')
  expect(text).toContain('No IOPCIDevice of this guest has the IOPCIMatch 0x12348086.')
})

test('without the capture of that time nothing is offered to be shown in the tree', () => {
  const text = words(<ReportView report={goodReport} onShowEntry={null} />)
  expect(text).not.toContain('Show in tree')
})

test('a log that wrapped is never said to be silent', () => {
  const wrapped = { ...goodReport, newLogLines: [], newLogLinesMayLack: true }
  expect(textOf(wrapped)).not.toContain('wrote nothing')
  expect(textOf({ ...wrapped, newLogLinesMayLack: false })).toContain('wrote nothing')
})

test('control characters of the guest are shown, and its markup stays text', () => {
  const nasty = { ...goodReport, newLogLines: ['\u001b[31m<img src=x onerror=alert(1)>\u202e'] }
  const html = renderToStaticMarkup(<ReportView report={nasty} onShowEntry={null} />)
  expect(html).toContain('␛[31m&lt;img src=x onerror=alert(1)&gt;⟨U+202E⟩')
})

test('a refused unload shows what the tool meant, what to do, and the steps left out', () => {
  const text = panelOf(refused)
  expect(text).toContain('It stays loaded: one org_darwinos_MyKext is still there.')
  expect(text).toContain('exit 3')
  expect(text).toContain('Close every application that has the service open.')
})

test('a class that was not listed before its kext was loaded is no gap in what is known', () => {
  const counts = [{ className: 'MyKext', before: null, after: 1, live: 1, excess: 0 }]
  const text = textOf({ ...goodReport, classCounts: counts })
    .split('Class counts')
    .at(-1)!
  expect(text).toContain('–')
  expect(text).toContain('+1')
  expect(text).not.toContain('not known')
  const unread = [{ className: 'MyKext', before: null, after: null, live: 1, excess: null }]
  expect(textOf({ ...goodReport, classCounts: unread })).toContain('not known')
})

test('a guest that went down is told with the command before it and what to look at', () => {
  const failure = { kind: 'guest-rebooted', address: 'vm:22', during: 'loading' } as const
  const steps = loaded.steps.map((step, n) =>
    n < loaded.steps.length - 1
      ? step
      : { ...step, changesGuest: false, status: 'failed' as const, failure, outcome: null },
  )
  const text = panelOf(recordOf('p', 'Load', { status: 'failed', report: null, steps }))
  expect(text).toMatch(/^\s*The guest went down/)
  expect(text).toContain('It happened soon after')
  expect(text).toContain('panic log')
})

test('a cancelled action says whether the guest was changed', () => {
  const { steps } = loaded
  const cancelled = (done: number): ActionRecord =>
    recordOf('c', 'Push MyKext.kext', {
      status: 'cancelled',
      conclusion: 'cancelled',
      report: null,
      steps: steps.map((step, n) => (n < done ? step : { ...step, status: 'skipped' as const })),
    })
  expect(panelOf(cancelled(0))).toContain('Nothing was changed on Demo guest yet')
  expect(panelOf(cancelled(2))).toContain('2 steps had already changed Demo guest')
})

function textOf(report: VerifyReport): string {
  return words(<ReportView report={report} onShowEntry={() => undefined} />)
}

function panelOf(record: ActionRecord): string {
  return words(<ActionPanel record={record} onShowEntry={null} />)
}

function words(view: React.ReactElement): string {
  const html = renderToStaticMarkup(<TooltipScope>{view}</TooltipScope>)
  return html.replace(/<[^>]*>/g, '\n')
}
