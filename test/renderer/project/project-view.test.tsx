import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { AppProvider, type App } from '../../../renderer/state/app-context.tsx'
import type { AppState } from '../../../renderer/state/app-state.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { BuildPane } from '../../../renderer/views/project/build-pane.tsx'
import { DriverDetails } from '../../../renderer/views/project/driver-details.tsx'
import { ProjectNotices } from '../../../renderer/views/project/project-notices.tsx'
import { ProjectView } from '../../../renderer/views/project/project-view.tsx'
import { TooltipScope } from '../../../renderer/widgets/tooltip.tsx'
import { createDemoTransport } from '../../helpers/demo-transport.ts'
import { failedBuild, projectRoot, withProjects } from '../../helpers/project-transport.ts'

function start(
  isOpenAtStart = true,
): App & { readonly transport: ReturnType<typeof withProjects> } {
  const transport = withProjects(createDemoTransport(), { isOpenAtStart })
  return { ...createApp(transport, decodeSnapshot), transport }
}

const html = (app: App, view: React.ReactElement) =>
  renderToStaticMarkup(
    <AppProvider app={{ ...app, store: frozen(app) }}>
      <TooltipScope>{view}</TooltipScope>
    </AppProvider>,
  )
const text = (app: App, view: React.ReactElement) => html(app, view).replace(/<[^>]*>/g, '\n')

/** A server draws the state as it was in the beginning: this one began as it is now. */
function frozen({ store }: App): App['store'] {
  const state: AppState = store.getState()
  return { ...store, getInitialState: () => state }
}

test('without a project the view says what one is, and how to open it', () => {
  const shown = text(start(false), <ProjectView />)
  expect(shown).toContain('No project is open')
  expect(shown).toContain('a darwinOS tree, or the folder of one driver')
  expect(shown).toContain('Open a project…')
})

test('a driver says its state in a word, the file that makes it so, and all its builds', async () => {
  const app = start()
  await app.actions.loadProject()
  const { drivers } = app.store.getState().project.open!
  const mine = drivers.find(({ kextName }) => kextName === 'MyKext')!
  const shown = text(app, <DriverDetails root={projectRoot} driver={mine} />)
  expect(shown).toContain('Stale')
  expect(shown).toContain('Sources are newer than the newest build: my_kext.cpp.')
  expect(shown).toContain('kextant.yaml')
  expect(shown).toContain('6A1F0E52-0D1B-3F6C-8C43-2C7E0F6C1B57')
  expect(shown).toContain('build/x86_64-release/kexts/MyKext.kext')
})

test('what keeps a driver from being read stands in its details', async () => {
  const app = start()
  await app.actions.loadProject()
  const broken = app.store.getState().project.open!.drivers.find(({ kextName }) => !kextName)!
  const shown = text(app, <DriverDetails root={projectRoot} driver={broken} />)
  expect(shown).toContain('The Makefile has no line that sets KEXT_NAME')
  expect(shown).toContain('Not known')
})

test('a build pane counts what was complained of, and its end is in a live region', () => {
  const shown = html(start(), <BuildPane run={failedBuild()} />)
  expect(shown).toContain('2 errors, 1 warning')
  expect(shown).toContain('exit 2')
  expect(shown).toMatch(/role="status"[^>]*>The build failed, with 2 errors, 1 warning\.</)
  const running = html(start(), <BuildPane run={{ ...failedBuild(), status: 'running' }} />)
  expect(running).toMatch(/role="status"[^>]*><\/span>/)
})

test('a new build is offered by name, version and UUID; of many the names are told', async () => {
  const app = start()
  await app.actions.loadProject()
  app.transport.build('MyKext', '1.0.1', '7B1F0E52-0D1B-3F6C-8C43-2C7E0F6C1B57')
  const one = text(app, <ProjectNotices />)
  expect(one).toContain('MyKext was built anew (1.0.1, UUID 7B1F0E52).')
  expect(one).toContain('Push and load…')
  app.transport.build('NullBlock', '1', 'B')
  app.transport.build('AHCIQuirks', '2.5', 'C')
  expect(text(app, <ProjectNotices />)).toContain(
    '3 kexts were built anew: AHCIQuirks, NullBlock, MyKext.',
  )
})

test('names and messages of files show their control characters, and markup stays text', () => {
  const run = failedBuild()
  const nasty = {
    ...run,
    command: ['make', '\u202e<b>'],
    output: '\u001b[31m<img>\n',
    messages: [],
  }
  const shown = html(start(), <BuildPane run={nasty} />)
  expect(shown).toContain('⟨U+202E⟩&lt;b&gt;')
  expect(shown).not.toContain('<img>')
})
