import { createService } from '../../main/service/service.ts'

/*
 * A Kextant of its own that connects to a saved target, loops a bundle, and says in one line what begins:
 *   node run-loop-process.ts SETTINGS TARGET PASSWORD FINGERPRINT BUNDLE
 */
const [settingsFolder, targetId, secret, trustFingerprint, bundlePath] = process.argv.slice(2)
const service = createService({
  host: 'cli',
  version: '0.0.0',
  mayChangeGuest: true,
  settingsFolder: settingsFolder!,
  samplesFolder: settingsFolder!,
  parseWorker: new URL('../../main/service/parse-worker.ts', import.meta.url),
  builtInTargets: [],
})
const { signal } = new AbortController()
const { handlers } = service
let said = ''
service.subscribe(event => {
  if (event.name !== 'action.changed') return
  const at = event.payload.steps.findIndex(({ status }) => status === 'running')
  const step = event.payload.steps[at]
  const line = step ? `${at} ${step.phase} ${step.command.replaceAll('\n', ' ')}` : 'nothing'
  if (line !== said) process.stdout.write(`${(said = line)}\n`)
})
await handlers['guest.connect'](
  { targetId: targetId!, secret: secret!, trustFingerprint: trustFingerprint! },
  signal,
)
const plan = await handlers['action.plan'](
  {
    kind: 'loop',
    bundlePath: bundlePath!,
    endsWith: 'unloaded',
    expectationsPath: null,
    timeoutMs: null,
  },
  signal,
)
const accepted = plan.stops.map(({ id }) => id)
await handlers['action.run'](
  { planId: plan.planId, consent: true, accepted, sudoPassword: null },
  signal,
)
process.stdout.write('over\n')
await service.stop()
