import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import '../../../renderer/styles/tokens.css'
import '../../../renderer/styles/base.css'

import type { Failure } from '../../../core/failure.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { mount } from '../../../renderer/mount.tsx'
import type { App } from '../../../renderer/state/app-context.tsx'
import { createDemoTransport, type DemoOptions } from '../../helpers/demo-transport.ts'
import { withProjects, type ProjectTransport } from '../../helpers/project-transport.ts'
import { loaded, neverRegistered } from '../action/sample-action.ts'
import {
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
} from '../action/sample-troubles.ts'

// The window on generated data: `?connected`, `?partial`, `?pci=20000`, `?failure=…` (JSON),
// `?captureFailure=…`, `?step=ms`, `?troubles`, `?project`, `?built`, `?drivers=200`. The app and its transport
// are on `window` for scripts.

const query = new URLSearchParams(window.location.search)
const failureNamed = (key: string) =>
  query.has(key) ? (JSON.parse(query.get(key)!) as Failure) : undefined
const connectFailure = failureNamed('failure')
const captureFailure = failureNamed('captureFailure')

const troubles: DemoOptions = {
  history: [
    heldOpen,
    leakedInstance,
    leakHunt,
    notExpected,
    waitsForApproval,
    lostInPanic,
    interrupted,
    loaded,
    neverRegistered,
  ],
  planned: { stops: stoppedPlan.stops, preflight, expected: stoppedPlan.expected },
  blockers: referenced,
  builds: staleBuilds,
}
const hasTroubles = query.has('troubles')
const demo = createDemoTransport({
  isConnectedAtStart: query.has('connected'),
  isPartial: query.has('partial'),
  pciCount: Number(query.get('pci') ?? 14),
  stepMs: Number(query.get('step') ?? 60),
  ...(hasTroubles ? troubles : {}),
  ...(connectFailure ? { connectFailure } : {}),
  ...(captureFailure ? { captureFailure } : {}),
})

const transport = withProjects(demo, {
  isOpenAtStart: query.has('project'),
  isBuiltAtStart: query.has('built'),
  driverCount: Number(query.get('drivers') ?? 5),
})

declare global {
  interface Window {
    harness: { readonly app: App; readonly transport: ProjectTransport }
  }
}
window.harness = { app: mount(transport, decodeSnapshot), transport }
