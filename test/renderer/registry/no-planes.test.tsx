import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { AppProvider } from '../../../renderer/state/app-context.tsx'
import { createApp } from '../../../renderer/state/create-app.ts'
import { RegistryView } from '../../../renderer/views/registry/registry-view.tsx'
import { TooltipScope } from '../../../renderer/widgets/tooltip.tsx'
import { createDemoTransport } from '../../helpers/demo-transport.ts'
import { readDump } from '../../helpers/read-dumps.ts'

const row = '9 8 0xffffff7f810c9000 0xba000 0xba000 com.apple.kec.corecrypto (1.0) <8 7>\n'

test('a capture without planes says so in place of the tree, whatever plane and filter are chosen', async () => {
  const { snapshot, summary } = readDump('any', row)
  const app = createApp(createDemoTransport({ stepMs: 1 }), decodeSnapshot)
  await app.actions.start()
  expect(await app.actions.connect('demo')).toBe(true)
  await expect.poll(() => app.store.getState().current).not.toBeNull()
  const { capture } = app.store.getState().current!
  const current = {
    capture: { ...capture, format: summary.format, planes: [], kexts: summary.kexts ?? null },
    snapshot,
  }
  app.store.setState({ current })
  app.actions.setPlane('IODeviceTree')
  app.actions.setFilter('crypto')
  app.actions.setView('kexts')
  const html = renderToStaticMarkup(
    <AppProvider app={app}>
      <TooltipScope>
        <RegistryView current={current} />
      </TooltipScope>
    </AppProvider>,
  )
  expect(html).toContain('This capture holds no plane')
})
