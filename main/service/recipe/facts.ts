import type { ActionRequest, ConnectedGuest } from '../../../core/contract/types.ts'
import { FailureError } from '../../../core/failure.ts'
import type { InstalledKext, LoadedKext } from '../../../core/kext/kext.ts'
import { quoteCommand } from '../../guest/quote.ts'
import type { GuestSession } from '../../guest/session.ts'
import type { TakenCapture } from '../capture-guest.ts'

/** What a recipe is made from: the guest, and how it looked when it was last looked at. */
export interface RecipeFacts {
  readonly session: GuestSession
  readonly guest: ConnectedGuest
  /** The newest capture of this boot. */
  readonly taken: TakenCapture
  readonly signal: AbortSignal
  /** Whether the last action of this boot left the kext loaded, by the history. */
  readonly wasLoaded: (bundleIdentifier: string) => Promise<boolean>
}

export function installedIn({ taken }: Pick<RecipeFacts, 'taken'>): readonly InstalledKext[] {
  return taken.capture.installed ?? []
}

/** Null where the guest's list could not be read. */
export function loadedIn(
  { taken }: Pick<RecipeFacts, 'taken'>,
  bundleIdentifier: string,
): LoadedKext | null {
  return taken.capture.kexts?.find(kext => kext.bundleIdentifier === bundleIdentifier) ?? null
}

/**
 * A kext that lies in the guest. Only what a capture has shown: a full path, in a folder of kexts, ending in .kext.
 *
 * @throws FailureError not-a-bundle, bad-request
 */
export function kextAt(
  { guestPath, bundleIdentifier }: Extract<ActionRequest, { guestPath: string }>,
  facts: RecipeFacts,
): InstalledKext {
  const kext = installedIn(facts).find(other => other.path === guestPath)
  if (!kext) {
    const detail = 'the newest capture shows no such kext in the guest; capture again'
    throw new FailureError({ kind: 'not-a-bundle', path: guestPath, detail })
  }
  if (kext.bundleIdentifier !== bundleIdentifier) {
    const detail = `${guestPath} is ${kext.bundleIdentifier}, not ${bundleIdentifier}`
    throw new FailureError({ kind: 'bad-request', request: 'action.plan', detail })
  }
  return kext
}

/** What is known of a kext by its identifier; its bundle may have been deleted since it was loaded. */
export function kextNamed(
  bundleIdentifier: string,
  facts: Pick<RecipeFacts, 'taken'>,
): InstalledKext {
  const bundle = installedIn(facts).find(kext => kext.bundleIdentifier === bundleIdentifier)
  if (bundle) return bundle
  return {
    path: '',
    bundleIdentifier,
    version: loadedIn(facts, bundleIdentifier)?.version ?? '',
    executable: null,
    compatibleVersion: null,
    libraries: [],
    personalities: [],
    problems: [],
    notes: [],
  }
}

/** The command line as one would type it; as root it goes through sudo. */
export function asShown(argv: readonly string[], session: GuestSession): string {
  const line = quoteCommand(argv)
  return session.info.user === 'root' ? line : `sudo ${line}`
}
