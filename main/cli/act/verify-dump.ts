import { randomUUID } from 'node:crypto'
import type { ActionRecord, ActionRequest } from '../../../core/contract/types.ts'
import { evaluateExpectations } from '../../../core/expectations/evaluate-expectations.ts'
import type { ExpectationReport } from '../../../core/expectations/expectation-report.ts'
import { kextArchitecture } from '../../../core/guest-facts/kext-architecture.ts'
import { newRecord } from '../../../core/history/new-record.ts'
import { wouldMatchOf } from '../../../core/preflight/would-match.ts'
import type { TakenCapture } from '../../service/capture-guest.ts'
import { bootOf } from '../../service/guest-boot.ts'
import { inspectBundle } from '../../service/local-bundle.ts'
import { readHostBuild } from '../../service/read-host-build.ts'
import { expectationsFor } from '../../service/recipe/expectations.ts'
import { kextNamed } from '../../service/recipe/facts.ts'
import { observe } from '../../service/recipe/observe.ts'

type VerifyRequest = Extract<ActionRequest, { kind: 'verify' }>

/** What can be asked of a dump, as the record of a `verify`: one look, and nothing before or after it. */
export async function verifyDump(
  taken: TakenCapture,
  request: Omit<VerifyRequest, 'kind'>,
): Promise<ActionRecord> {
  const { bundleIdentifier, bundlePath, expectationsPath } = request
  const startedAt = new Date().toISOString()
  const kext =
    bundlePath === null
      ? kextNamed(bundleIdentifier, { taken })
      : (await inspectBundle(bundlePath)).kext
  const expectations = await expectationsFor(kext, {
    expectationsPath,
    hostPath: bundlePath,
    classes: null,
    wouldMatch: wouldMatchOf(taken, kext),
  })
  const { capture } = taken
  const isListed = capture.kexts !== null
  const report = evaluateExpectations(isListed ? expectations : { ...expectations, kext: null }, {
    before: null,
    loaded: observe(taken),
    unloaded: null,
    buildUuid: bundlePath === null ? null : await uuidOf(bundlePath, taken),
    waitedMs: 0,
    wasAutoUnloaded: false,
  })
  const unlisted: ExpectationReport['results'] =
    isListed || expectations.kext === null
      ? []
      : [
          {
            title: `${bundleIdentifier} is loaded`,
            status: 'unknown',
            seen: 'This source has no list of loaded kexts.',
            when: 'after-load',
            line: expectations.kext.line,
          },
        ]
  const all = { ...report, results: [...unlisted, ...report.results] }
  const holds = !all.results.some(({ status }) => status === 'fail')
  return {
    ...newRecord({
      id: randomUUID(),
      request: { kind: 'verify', ...request },
      title: `Verify ${bundleIdentifier}`,
      targetId: '',
      targetLabel: capture.source.label,
      subject: { bundleIdentifier, guestPath: kext.path || null },
      boot: capture.identity && bootOf(capture.identity),
      startedAt,
      steps: [],
      accepted: [],
    }),
    endedAt: new Date().toISOString(),
    status: holds ? 'done' : 'failed',
    conclusion: holds ? 'holds' : 'does-not-hold',
    expectations: all,
  }
}

async function uuidOf(bundlePath: string, { capture }: TakenCapture): Promise<string | null> {
  const { build } = await readHostBuild(bundlePath, kextArchitecture(capture.identity))
  return build?.uuid ?? null
}
