import type { Snapshot } from '../../../core/registry/snapshot.ts'
import {
  evaluateExpectations,
  type ExpectationEvidence,
} from '../../../core/expectations/evaluate-expectations.ts'
import type { ExpectationReport } from '../../../core/expectations/expectation-report.ts'
import { readExpectations } from '../../../core/expectations/read-expectations.ts'
import { installedKextFrom } from '../../../core/kext/read-info-plist.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import { readKextList } from '../../../core/kext/read-kext-list.ts'
import type { ObservedGuest } from '../../../core/verify/observed-guest.ts'
import type { ModelEntry } from '../../helpers/registry-model.ts'
import { machine, service, snapshotOf, states } from '../../helpers/service-model.ts'
import { valueFrom } from '../kext/property-values.ts'

export const kextId = 'com.example.MyKext'
export const uuid = '16D0DE4A-4774-32C4-B05D-D35601D9FC39'

/** The list of loaded kexts with MyKext in it. */
export const loadedKexts = (version = '1.0.2', shownUuid = uuid): ObservedGuest['kexts'] =>
  readKextList(`  40 0 0x1 0x2 0x3 ${kextId} (${version}) ${shownUuid} <3 1>\n`, 'kextstat').kexts

/** A driver of MyKext as matching leaves it. */
export function myKext(
  properties: object = {},
  clients: readonly ModelEntry[] = [],
  state: number = states.settled,
): ModelEntry {
  const personality = {
    CFBundleIdentifier: kextId,
    IOClass: 'MyKext',
    IOProviderClass: 'IOResources',
    IOMatchCategory: 'MyKext',
    ...properties,
  }
  return service('MyKext', 'MyKext', personality, clients, state)
}

/** A guest with MyKext loaded, below IOResources unless it is drawn otherwise. */
export function guestWith(changes: Partial<ObservedGuest> = {}): ObservedGuest {
  return {
    snapshot: snapshotOf(machine(service('IOResources', 'IOResources', {}, [myKext()]))),
    kexts: loadedKexts(),
    classCounts: new Map([['MyKext', 1]]),
    kernelLog: ['Darwin Kernel Version 17.7.0', 'MyKext: started'],
    ...changes,
  }
}

/** The same guest before. */
export const guestBefore: ObservedGuest = {
  snapshot: snapshotOf(machine(service('IOResources', 'IOResources'))),
  kexts: [],
  classCounts: new Map([['IOResources', 1]]),
  kernelLog: ['Darwin Kernel Version 17.7.0'],
}

export function bundleWith(changes: object = {}): InstalledKext {
  return installedKextFrom(
    '/build/MyKext.kext',
    valueFrom({
      CFBundleIdentifier: kextId,
      CFBundleVersion: '1.0.2',
      CFBundleExecutable: 'MyKext',
      IOKitPersonalities: {
        MyKext: { IOClass: 'MyKext', IOProviderClass: 'IOResources', IOMatchCategory: 'MyKext' },
      },
      ...changes,
    }),
  )
}

/** What comes of a file of expectations. */
export function ask(
  text: string,
  evidence: Partial<ExpectationEvidence> = {},
  earlier: ExpectationReport | null = null,
): ExpectationReport {
  return evaluateExpectations(
    readExpectations(text, 'kextant.yaml'),
    {
      before: guestBefore,
      loaded: guestWith(),
      unloaded: null,
      buildUuid: uuid,
      waitedMs: 300,
      wasAutoUnloaded: false,
      ...evidence,
    },
    earlier,
  )
}

/** `PASS 3 title: what was seen`, with the line of the file. */
export function linesOf({ results }: ExpectationReport): readonly string[] {
  return results.map(({ status, line, title, seen }) => {
    // Registry entry IDs depend on what other tests made.
    const stable = seen.replace(/ \(0x[0-9a-f]+\)/g, '')
    return `${status.toUpperCase()} ${line ?? '-'} ${title}: ${stable}`
  })
}

export const resources = (...clients: readonly ModelEntry[]): Snapshot =>
  snapshotOf(machine(service('IOResources', 'IOResources', {}, clients)))

export const asked = (lines: string, snapshot: Snapshot): readonly string[] =>
  linesOf(ask(`kext: ${kextId}\nservices:\n${lines}`, { loaded: guestWith({ snapshot }) })).slice(1)
