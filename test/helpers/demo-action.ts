import type {
  ActionPlan,
  ActionRecord,
  PlannedStep,
  StepRecord,
} from '../../core/contract/types.ts'
import { newRecord, waitingStep } from '../../core/history/new-record.ts'
import type { BlockerReport } from '../../core/unload/blocker-report.ts'
import type { VerifyReport } from '../../core/verify/report.ts'
import { helloNub, loadedKexts } from './demo-kexts.ts'

export function nothingInTheWay(bundleIdentifier: string): BlockerReport {
  return {
    bundleIdentifier,
    when: 'before',
    verdict: 'free',
    headline: 'Nothing is in the way.',
    explanation: '',
    dependents: [],
    dependencies: [],
    instances: [],
    classes: [],
    advice: [],
    missing: [],
    omittedCount: 0,
  }
}

export function planFor(request: ActionPlan['request'], planId: string): ActionPlan {
  const step = (
    phase: PlannedStep['phase'],
    command: string,
    explanation: string,
    runsAsRoot: boolean,
  ): PlannedStep => ({ phase, command, explanation, runsAsRoot, changesGuest: true })
  const target = '/Library/Extensions/HelloNub.kext'
  const isUnload = request.kind === 'unload'
  const look: PlannedStep = {
    phase: 'verify',
    command: 'ioreg, kextstat, dmesg',
    explanation: 'Looks at what is there.',
    runsAsRoot: false,
    changesGuest: false,
  }
  return {
    planId,
    request,
    title: titleFor(request),
    steps: isUnload
      ? [
          step(
            'unload',
            `sudo -n kextunload -b ${request.bundleIdentifier}`,
            'Stops and unloads it.',
            true,
          ),
        ]
      : request.kind === 'verify'
        ? [look]
        : [
            step('push', 'sftp put HelloNub.kext (3 files, 19,756 bytes)', 'Sends it.', false),
            step('push', `sudo -n chown -R root:wheel ${target}`, 'Makes root its owner.', true),
            step('load', `sudo -n kextload ${target}`, 'Loads it and starts matching.', true),
            look,
          ],
    warnings:
      isUnload || request.kind === 'verify'
        ? []
        : ['A kext runs in the kernel: a fault in it stops the guest.'],
    stops: [],
    preflight: null,
    expected: isUnload ? [] : ['HelloNub is loaded'],
    expectedFrom: null,
    needsSudoPassword: false,
    changesGuest: request.kind !== 'verify',
  }
}

export function titleFor(request: ActionPlan['request']): string {
  switch (request.kind) {
    case 'unload':
      return `Unload ${request.bundleIdentifier}`
    case 'verify':
      return `Verify ${request.bundleIdentifier}`
    case 'reload':
      return `Reload ${request.bundleIdentifier}`
    case 'leak-hunt':
      return `Hunt leaks of ${request.bundleIdentifier}`
    case 'terminate-class':
      return `Terminate ${request.className}`
    case 'push':
    case 'preflight':
    case 'loop':
    case 'load':
      return 'Push and load HelloNub.kext'
  }
}

export function startOf(plan: ActionPlan, id: string): ActionRecord {
  return {
    ...newRecord({
      id,
      request: plan.request,
      title: plan.title,
      targetId: 'demo',
      targetLabel: 'Demo guest',
      subject: { bundleIdentifier: 'io.darwinos.contrib.HelloNub', guestPath: null },
      boot: null,
      startedAt: new Date().toISOString(),
      steps: plan.steps.map(waitingStep),
      accepted: plan.stops.map(({ id: stop }) => stop),
    }),
    preflight: plan.preflight,
  }
}

export function withStep(
  record: ActionRecord,
  at: number,
  change: Partial<StepRecord>,
): ActionRecord {
  return {
    ...record,
    steps: record.steps.map((step, index) => (index === at ? { ...step, ...change } : step)),
  }
}

export function demoReport(isLoaded: boolean): VerifyReport {
  const brief = {
    id: '0x100000402',
    name: 'org_kextant_HelloNub',
    className: 'org_kextant_HelloNub',
    path: 'IOService:/iMac19,1/IOResources/org_kextant_HelloNub',
  }
  const provider = {
    id: '0x100000118',
    name: 'IOResources',
    className: 'IOResources',
    path: 'IOService:/iMac19,1/IOResources',
  }
  const uuid = loadedKexts(true).at(-1)!.uuid
  return {
    kind: isLoaded ? 'load' : 'unload',
    verdict: 'good',
    headline: isLoaded
      ? 'HelloNub is loaded, and its service is registered.'
      : 'HelloNub is unloaded and left nothing behind.',
    kext: {
      bundleIdentifier: helloNub.bundleIdentifier,
      isLoaded,
      version: isLoaded ? '1.0.0' : null,
      uuid: isLoaded ? uuid : null,
      bundleVersion: '1.0.0',
      isSameVersion: isLoaded ? true : null,
      wasLoadedBefore: false,
      isAutoUnloaded: false,
    },
    checks: [
      { status: 'pass', title: isLoaded ? 'The kext is loaded' : 'The kext is gone', detail: '' },
      { status: 'pass', title: 'Instances are as expected', detail: 'HelloNub: 1' },
    ],
    personalities: isLoaded
      ? [
          {
            personality: 'HelloNub',
            ioClass: 'org_kextant_HelloNub',
            providerClass: 'IOResources',
            matchCategory: 'IODefaultMatchCategory',
            instances: [
              {
                ...brief,
                provider,
                stateWords: ['registered', 'matched', 'active'],
                busyCount: 0,
                registration: 'registered',
                explanation: 'registerService() took effect.',
              },
            ],
            registration: 'registered',
            whyNone: null,
          },
        ]
      : [],
    added: isLoaded ? [brief] : [],
    removed: isLoaded ? [] : [brief],
    classCounts: [
      {
        className: 'org_kextant_HelloNub',
        before: isLoaded ? 0 : 1,
        after: isLoaded ? 1 : 0,
        live: isLoaded ? 1 : 0,
        excess: 0,
      },
    ],
    newLogLines: isLoaded ? ['HelloNub: start', 'HelloNub: registered'] : ['HelloNub: stop'],
    newLogLinesMayLack: false,
    settled: { isSettled: true, waitedMs: 240 },
  }
}
