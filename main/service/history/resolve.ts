import type { ActionRecord, Capture } from '../../../core/contract/types.ts'
import { bootOf } from '../guest-boot.ts'

/**
 * What a later capture of the guest says of an action that broke off: another boot? is the kext loaded? does its file
 * lie there?
 */
export function resolved(record: ActionRecord, capture: Capture): ActionRecord {
  const now = capture.identity && bootOf(capture.identity)
  const then = record.boot
  const isOther = now !== null && then !== null ? now !== then : null
  const sentences = [bootSentence(isOther), kextSentence(record, capture, isOther)]
  const hasPanicked = isOther === true && record.conclusion === 'connection'
  return {
    ...record,
    status: 'failed',
    steps: hasPanicked ? withReboot(record) : record.steps,
    resolution: {
      at: capture.takenAt,
      sentence: sentences.filter(sentence => sentence !== '').join(' '),
    },
  }
}

function bootSentence(isOther: boolean | null): string {
  switch (isOther) {
    case true:
      return 'The guest has booted again since: it went down during the action or after it.'
    case false:
      return 'The guest is in the same boot: it did not go down.'
    case null:
      return 'Whether the guest has booted again since, it does not tell.'
  }
}

function kextSentence(
  { subject }: ActionRecord,
  { kexts, installed }: Capture,
  isOther: boolean | null,
): string {
  const { bundleIdentifier, guestPath } = subject
  const loaded = kexts?.find(kext => kext.bundleIdentifier === bundleIdentifier)
  const first =
    kexts === null
      ? `Whether ${bundleIdentifier} is loaded is not known.`
      : loaded
        ? `${bundleIdentifier} ${loaded.version} is loaded.`
        : isOther === true
          ? `${bundleIdentifier} is not loaded, as after any boot.`
          : `${bundleIdentifier} is not loaded.`
  if (guestPath === null || installed === null) return first
  const file = installed.find(kext => kext.path === guestPath)
  const second = file
    ? `${guestPath} is there, version ${file.version}.`
    : `${guestPath} is not there.`
  return `${first} ${second}`
}

function withReboot({ steps, title, targetLabel }: ActionRecord): ActionRecord['steps'] {
  const at = steps.findLastIndex(({ status }) => status === 'failed')
  return steps.map((step, index) => {
    const failure = step.failure
    if (index !== at || failure?.kind === 'guest-rebooted') return step
    const address = failure && 'address' in failure ? failure.address : targetLabel
    return { ...step, failure: { kind: 'guest-rebooted', address, during: title } as const }
  })
}
