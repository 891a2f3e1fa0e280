import { ask } from '../../core/contract/transport.ts'
import type { TargetInput } from '../../core/contract/requests.ts'
import type { ConnectionState, SavedTarget } from '../../core/contract/types.ts'
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
    connect: async (targetId, { secret = null, trustFingerprint = null } = {}) => {
      running?.abort()
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
        store.setState({
          signIn:
            failure.kind === 'cancelled'
              ? { phase: 'idle' }
              : { phase: 'failed', targetId, failure },
        })
        return false
      }
    },
    cancelConnect: () => {
      running?.abort()
      running = null
      store.setState({ signIn: { phase: 'idle' } })
    },
    disconnect: async () => {
      settle(await ask(transport, 'guest.disconnect', {}))
    },
    forgetHostKey: async targetId => {
      await ask(transport, 'guest.forgetHostKey', { targetId })
    },
    chooseTarget: isChoosing => {
      store.setState({ isChoosingTarget: isChoosing, signIn: { phase: 'idle' } })
    },
    clearSignIn: () => {
      store.setState({ signIn: { phase: 'idle' } })
    },
  }
}
