import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createService, type Service, type ServiceOptions } from '../../main/service/service.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const samplesFolder = join(import.meta.dirname, '../../assets/kexts')

export interface StartedService {
  readonly service: Service
  readonly settingsFolder: string
}

/** A service with settings of its own, which ends with the test. */
export function startService(options: Partial<ServiceOptions> = {}): StartedService {
  const settingsFolder = options.settingsFolder ?? join(temporaryFolder(), 'settings')
  const service = createService({
    host: 'cli',
    version: '1.2.3',
    mayChangeGuest: false,
    settingsFolder,
    samplesFolder,
    parseWorker: new URL('../../main/service/parse-worker.ts', import.meta.url),
    builtInTargets: [],
    ...options,
  })
  onTestFinished(() => service.stop())
  return { service, settingsFolder }
}
