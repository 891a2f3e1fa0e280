import type { SavedTarget } from '../../core/contract/types.ts'

/** A guest that is named on a command line and not saved. */
export interface UnsavedAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly method: SavedTarget['method']
  readonly keyPath: string | null
  readonly secret: string | null
  readonly trustFingerprint: string | null
  /** The command changes the guest: a saved target of the same account has the last word. */
  readonly mayChangeGuest: boolean
  readonly isVirtualMachine: boolean
}

/**
 * The target of an address. What is done to a saved one belongs to its history, and its marks hold here too; a command
 * that only looks needs neither, and is read-only.
 */
export function targetOfAddress(
  address: UnsavedAddress,
  savedTargets: readonly SavedTarget[],
): SavedTarget {
  const { host, port, user, method, keyPath, secret, mayChangeGuest, isVirtualMachine } = address
  const saved = mayChangeGuest
    ? savedTargets.find(other => other.host === host && other.user === user && other.port === port)
    : undefined
  return {
    host,
    port,
    user,
    method,
    keyPath,
    id: saved?.id ?? `${user}@${host}:${port}`,
    label: saved?.label || `${user}@${host}`,
    hasSecret: secret !== null,
    isReadOnly: saved?.isReadOnly ?? !mayChangeGuest,
    isVirtualMachine: saved?.isVirtualMachine === true || isVirtualMachine,
    isBuiltIn: false,
    note: null,
  }
}
