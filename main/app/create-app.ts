import type { Capture } from '../../core/contract/types.ts'
import { createService, type Service, type ServiceOptions } from '../service/service.ts'
import { demoTarget, demoTargetId } from './demo-target.ts'

export interface App extends Service {
  /** Connects to the demo guest and captures it, as a click on its target would. */
  openDemo(signal?: AbortSignal): Promise<Capture>
}

/** What every host puts together: the service, with the demo guest among its targets. */
export function createApp(options: Omit<ServiceOptions, 'builtInTargets'>): App {
  const demo = demoTarget()
  const service = createService({ ...options, builtInTargets: [demo.target] })
  return {
    ...service,
    openDemo: (signal = new AbortController().signal) => service.openTarget(demoTargetId, signal),
    async stop() {
      try {
        await service.stop()
      } finally {
        await demo.stop()
      }
    },
  }
}
