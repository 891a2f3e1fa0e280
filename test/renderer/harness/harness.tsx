import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import '../../../renderer/styles/tokens.css'
import '../../../renderer/styles/base.css'

import type { Failure } from '../../../core/failure.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { mount } from '../../../renderer/mount.tsx'
import type { App } from '../../../renderer/state/app-context.tsx'
import { createDemoTransport, type DemoTransport } from '../../helpers/demo-transport.ts'

// The window on generated data: `?connected`, `?partial`, `?pci=20000`, `?failure=…` (JSON),
// `?captureFailure=…`, `?step=ms`. The app and its transport are on `window` for scripts.

const query = new URLSearchParams(window.location.search)
const failureNamed = (key: string) =>
  query.has(key) ? (JSON.parse(query.get(key)!) as Failure) : undefined
const connectFailure = failureNamed('failure')
const captureFailure = failureNamed('captureFailure')

const transport = createDemoTransport({
  isConnectedAtStart: query.has('connected'),
  isPartial: query.has('partial'),
  pciCount: Number(query.get('pci') ?? 14),
  stepMs: Number(query.get('step') ?? 60),
  ...(connectFailure ? { connectFailure } : {}),
  ...(captureFailure ? { captureFailure } : {}),
})

declare global {
  interface Window {
    harness: { readonly app: App; readonly transport: DemoTransport }
  }
}
window.harness = { app: mount(transport, decodeSnapshot), transport }
