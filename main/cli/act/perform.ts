import type { ActionPlan, ActionRecord, ActionRequest } from '../../../core/contract/types.ts'
import type { StopId } from '../../../core/preflight/preflight-report.ts'
import { askSecret, askYesNo, canAsk } from '../ask-user.ts'
import { planLines, stopLines } from '../format/plan-lines.ts'
import { lookOf, type Look } from '../look.ts'
import { actExitCodes, exitCodeOfRecord, type ActExitCode } from './act-exit-codes.ts'
import { giveRecord } from './give-record.ts'
import type { Acting } from './run-act.ts'
import { wrong } from './run-act.ts'
import { showAction } from './show-action.ts'

/** What the user has said yes to, and how the guest's root is reached; asked for once per command. */
export interface Consent {
  isGiven: boolean
  readonly accepted: Set<StopId>
  sudoPassword: string | null
}

export function consentFrom({ options }: Pick<Acting, 'options'>): Consent {
  return {
    isGiven: options.yes ?? false,
    accepted: new Set(options.accept),
    sudoPassword: process.env['KEXTANT_SUDO_PASSWORD'] ?? null,
  }
}

export interface Performed {
  readonly code: ActExitCode
  /** Null: it was not consented to, and nothing was done. */
  readonly record: ActionRecord | null
}

/**
 * Plans, shows the plan, asks for what has to be asked, runs, shows how it goes, and says what came of it.
 *
 * @param before more to show below the plan
 */
export async function perform(
  acting: Acting,
  request: ActionRequest,
  consent: Consent = consentFrom(acting),
  before: Iterable<string> = [],
): Promise<Performed> {
  const { ask, options, signal } = acting
  const look = lookOf(process.stderr, options.color)
  const tell = (lines: Iterable<string>) => {
    for (const line of lines) process.stderr.write(`${line}\n`)
  }
  const plan = await ask('action.plan', request)
  const isCertain =
    !plan.changesGuest ||
    (consent.isGiven && plan.stops.every(({ id }) => consent.accepted.has(id)))
  tell(planLines(plan, !isCertain, look))
  tell(before)
  const refusal = await consentTo(plan, consent, acting, lines => tell(lines), look)
  if (refusal !== null) {
    acting.say(refusal)
    return { code: actExitCodes.usage, record: null }
  }
  const sudoPassword = plan.needsSudoPassword ? await sudoPasswordFrom(consent, acting) : null
  const endShow = showAction(acting.app, process.stderr, look)
  try {
    const { planId } = plan
    const accepted = plan.stops.map(({ id }) => id)
    const record = plan.changesGuest
      ? await ask('action.run', { planId, consent: true, accepted, sudoPassword })
      : await ask('action.look', { planId, sudoPassword })
    endShow()
    await giveRecord(record, options, signal)
    return { code: exitCodeOfRecord(record), record }
  } finally {
    endShow()
  }
}

/** Null: everything is consented to. Else why nothing is done, in a sentence. */
async function consentTo(
  plan: ActionPlan,
  consent: Consent,
  { signal }: Acting,
  tell: (lines: Iterable<string>) => void,
  look: Look,
): Promise<string | null> {
  if (!plan.changesGuest) return null
  const open = plan.stops.filter(({ id }) => !consent.accepted.has(id))
  if (open.length > 0) tell(stopLines(open, look))
  if (!canAsk()) {
    if (open.length > 0) {
      const names = open.map(({ id }) => `--accept ${id}`).join(' ')
      return `nothing was done: the plan stops here. To go on in spite of it: ${names}`
    }
    return consent.isGiven
      ? null
      : 'nothing was done: it changes the guest, and nobody can be asked here. To do it: --yes'
  }
  for (const { id } of open) {
    if (!(await askYesNo(`Go on in spite of ${id}?`, signal))) return 'nothing was done.'
    consent.accepted.add(id)
  }
  if (!consent.isGiven && !(await askYesNo('Do it?', signal))) return 'nothing was done.'
  consent.isGiven = true
  return null
}

async function sudoPasswordFrom(consent: Consent, { command, signal }: Acting): Promise<string> {
  if (consent.sudoPassword !== null) return consent.sudoPassword
  if (!canAsk()) {
    const detail =
      'sudo in the guest asks for a password; set KEXTANT_SUDO_PASSWORD, or run this in a terminal'
    throw wrong(command, detail)
  }
  consent.sudoPassword = await askSecret('Password for sudo in the guest: ', signal)
  return consent.sudoPassword
}
