import { assertNever } from '../../../core/failure.ts'
import type { Boot } from './boot.ts'
import type { Step } from './driver-program.ts'
import { createEntry } from './create-entry.ts'
import { openUserClient } from './open-user-client.ts'
import { publishResource, registerService } from './register-service.ts'
import type { Entry } from './registry.ts'
import { toProperties, toValue } from './values.ts'

export interface RoutineResult {
  /** What the routine returned; for `probe`, whether it returned an object. */
  readonly isTrue: boolean
  readonly score: number
}

/**
 * Runs a driver's `probe`, `start` or `stop`: the steps that its kext carries. A class without a program is
 * machine code, which this kernel cannot run: its start is that of IOService, and the log says so.
 */
export async function runRoutine(
  boot: Boot,
  driver: Entry,
  routine: 'probe' | 'start' | 'stop',
  score: number,
): Promise<RoutineResult> {
  const program = boot.programs.get(driver.className)
  if (!program && routine === 'start') {
    boot.log.line(
      `${driver.className}: the demo guest cannot run machine code; start() is that of IOService and registers nothing`,
    )
  }
  const result = { isTrue: true, score }
  for (const step of program?.[routine] ?? []) {
    if (step.do === 'return') return { isTrue: step.value, score: result.score }
    if (step.do === 'setProbeScore') result.score = step.value
    else await runStep(boot, driver, step)
  }
  return result
}

type Action = Exclude<Step, { do: 'return' | 'setProbeScore' }>

async function runStep(boot: Boot, driver: Entry, step: Action): Promise<void> {
  switch (step.do) {
    case 'log':
      boot.log.write(step.text)
      return
    case 'registerService':
      registerService(boot, driver)
      return
    case 'sleep':
      return boot.scheduler.delay(step.ms)
    case 'hang':
      return boot.scheduler.forever()
    case 'panic':
      boot.hooks.panic(step.text)
      // Nothing after a panic runs.
      return boot.scheduler.forever()
    case 'retainSelf':
      driver.extraRetains += 1
      driver.isLeaked = true
      return
    case 'makeObject':
      if (!boot.classes.get(step.className)) {
        boot.log.line(`Couldn't alloc class "${step.className}"`)
        return
      }
      boot.classes.created(step.className, step.count ?? 1)
      return
    case 'releaseObject':
      for (let i = 0; i < (step.count ?? 1); i++) boot.classes.freed(step.className)
      return
    case 'malloc':
      boot.allocations.allocated(step.bytes)
      return
    case 'free':
      boot.allocations.freed(step.bytes)
      return
    case 'openUserClient':
      openUserClient(boot, driver, step.className, step.process)
      return
    case 'setProperty':
      driver.properties.set(step.key, toValue(step.value))
      return
    case 'publishResource':
      publishResource(boot, step.key)
      return
    case 'publishNub': {
      if (!boot.classes.get(step.className)) {
        boot.log.line(`Couldn't alloc class "${step.className}"`)
        return
      }
      const nub = createEntry(boot, step.className, step.name, toProperties(step.properties ?? {}))
      nub.location = step.location ?? null
      boot.registry.attach(nub, driver)
      if (step.register) registerService(boot, nub)
      return
    }
    default:
      assertNever(step)
  }
}
