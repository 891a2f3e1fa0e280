import { ask } from '../../core/contract/transport.ts'
import type { TargetInput } from '../../core/contract/guest-requests.ts'
import type { ConnectionState, SavedTarget } from '../../core/contract/types.ts'
import type { Failure } from '../../core/failure.ts'
import { failureOf, type ActionContext } from './store.ts'

export interface ConnectionActions {
  readonly loadTargets: () => Promise<void>
  /** Throws a `FailureError` when the host does not take it. */
  readonly saveTarget: (input: TargetInput) => Promise<SavedTarget>
  readonly removeTarget: (targetId: string) => Promise<void>
  /** Never throws: what came of it is in `signIn`. True when the guest is connected. */
  readonly connect: (
    targetId: string,
    options?: { readonly secret?: string | null; readonly trustFingerprint?: string | null },
  ) => Promise<boolean>
  readonly cancelConnect: () => void
  /** Never throws: what went wrong is in `notice`. */
  readonly disconnect: () => Promise<void>
  /** Throws a `FailureError` when the host does not do it. */
  readonly forgetHostKey: (targetId: string) => Promise<void>
  readonly chooseTarget: (isChoosing: boolean) => void
  readonly clearSignIn: () => void
}

export function connectionActions(
  { store, transport }: ActionContext,
  onConnected: () => void,
): ConnectionActions {
  let running: AbortController | null = null
  /**
   * The secret of the attempt that ended at a question about the host key: it was not sent yet, and goes
   * with the answer. Kept here and not in the state, which views and tests print.
   */
  let unsent: { readonly targetId: string; readonly secret: string | null } | null = null

  const loadTargets = async () => {
    store.setState({ targets: await ask(transport, 'targets.list', {}) })
  }
  const settle = (connection: ConnectionState) => {
    store.setState({ connection })
    return connection.phase === 'connected'
  }

  return {
    loadTargets,
    saveTarget: async input => {
      const saved = await ask(transport, 'targets.save', input)
      await loadTargets()
      return saved
    },
    removeTarget: async id => {
      await ask(transport, 'targets.remove', { id })
      await loadTargets()
    },
    connect: async (targetId, { secret: given = null, trustFingerprint = null } = {}) => {
      running?.abort()
      const secret = given ?? (unsent?.targetId === targetId ? unsent.secret : null)
      unsent = null
      const mine = new AbortController()
      running = mine
      store.setState({ signIn: { phase: 'running', targetId } })
      try {
        const connection = await ask(
          transport,
          'guest.connect',
          { targetId, secret, trustFingerprint },
          { signal: mine.signal },
        )
        if (running !== mine) return false
        const isConnected = settle(connection)
        const failure = connection.phase === 'disconnected' ? connection.failure : null
        store.setState({
          signIn: failure ? { phase: 'failed', targetId, failure } : { phase: 'idle' },
          isChoosingTarget: store.getState().isChoosingTarget && !isConnected,
        })
        // A password that was accepted is remembered by the host: the list says so.
        void loadTargets().catch(() => undefined)
        if (isConnected) onConnected()
        return isConnected
      } catch (error) {
        if (running !== mine) return false
        const failure = failureOf(error)
        if (failure.kind === 'cancelled') {
          store.setState({ signIn: { phase: 'idle' } })
          return false
        }
        if (isHostKeyQuestion(failure)) unsent = { targetId, secret }
        // The form says what went wrong and is where it can be mended, also when a capture is open.
        store.setState({ signIn: { phase: 'failed', targetId, failure }, isChoosingTarget: true })
        return false
      }
    },
    cancelConnect: () => {
      running?.abort()
      running = null
      unsent = null
      store.setState({ signIn: { phase: 'idle' } })
    },
    disconnect: async () => {
      try {
        settle(await ask(transport, 'guest.disconnect', {}))
      } catch (error) {
        store.setState({ notice: { failure: failureOf(error) } })
      }
    },
    forgetHostKey: async targetId => {
      await ask(transport, 'guest.forgetHostKey', { targetId })
    },
    chooseTarget: isChoosing => {
      store.setState({ isChoosingTarget: isChoosing, signIn: { phase: 'idle' } })
    },
    clearSignIn: () => {
      unsent = null
      store.setState({ signIn: { phase: 'idle' } })
    },
  }
}

/** Answered in a dialog: whether the guest is the one that is meant. */
export function isHostKeyQuestion(
  failure: Failure,
): failure is Extract<Failure, { kind: 'host-key-unknown' | 'host-key-changed' }> {
  return failure.kind === 'host-key-unknown' || failure.kind === 'host-key-changed'
}
