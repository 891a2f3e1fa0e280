import type { GuestIdentity } from '../../core/guest-facts/read-identity.ts'

/** Differs after every boot; a kernel without boot sessions is told apart by its boot time. */
export function bootOf(identity: GuestIdentity): string | null {
  return identity.bootSessionUuid ?? identity.bootTime?.toString() ?? null
}
