import { createService } from '../../main/service/service.ts'

// A host that keeps a session, opens the files it is given and then waits to be killed.
const [settingsFolder, ...paths] = process.argv.slice(2)
const service = createService({
  host: 'web',
  version: '1.2.3',
  mayChangeGuest: false,
  settingsFolder: settingsFolder!,
  samplesFolder: '/',
  parseWorker: new URL('../../main/service/parse-worker.ts', import.meta.url),
  builtInTargets: [],
})
const { signal } = new AbortController()
service.subscribe(({ name, payload }) => {
  if (name !== 'timeline.changed') return
  const written = payload.moments.filter(({ held }) => held === 'disk').length
  if (written >= paths.length - 1) process.stdout.write('written\n')
})
for (const path of paths) await service.handlers['capture.open']({ path }, signal)
