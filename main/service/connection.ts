import type { ConnectedGuest, ConnectionState, SavedTarget } from '../../core/contract/types.ts'
import { FailureError, type Failure } from '../../core/failure.ts'
import type { GuestIdentity } from '../../core/guest-facts/read-identity.ts'
import { identify, type IdentityResults } from '../guest/commands/identify.ts'
import { probeTools } from '../guest/commands/probe-tools.ts'
import { toolNames, type ToolName } from '../guest/commands/tool-paths.ts'
import type { GuestAuth } from '../guest/credentials.ts'
import type { HostKeyTrust } from '../guest/host-key.ts'
import type { KnownHosts } from '../guest/known-hosts.ts'
import type { GuestSession } from '../guest/session.ts'
import { identityFrom } from './guest-identity.ts'

/** Where to go and how to sign in, with the secret: everything that a reconnection needs. */
export interface Route {
  readonly target: SavedTarget
  readonly port: number
  readonly secret: string | null
  /** A fingerprint that the user has just compared and accepted; it is kept. */
  readonly trustFingerprint: string | null
  /** A host key that Kextant knows without asking, of a target that it started itself. */
  readonly ownFingerprint: string | null
}

export interface Connection {
  state(): ConnectionState
  /** The session of a connected guest, or a `not-connected` failure. */
  session(): GuestSession
  guest(): ConnectedGuest
  /** What the connected guest printed when it was asked who it is. */
  signInResults(): IdentityResults
  connect(route: Route, signal: AbortSignal): Promise<ConnectionState>
  disconnect(): ConnectionState
  /** Takes over what was changed in the saved target, so that it holds for this connection too. */
  retarget(target: SavedTarget): void
  /** Waits until this guest, which was lost, is back; false when it is not within the time. */
  waitUntilBack(targetId: string, timeoutMs: number, signal: AbortSignal): Promise<boolean>
  /** Ends the connection for good: nothing connects after it. */
  stop(): void
}

/** Waits between tries after a lost connection: a guest that reboots is soon back, one that is off is not. */
const retryDelaysMs = [
  500, 1000, 1000, 2000, 2000, 3000, 5000, 5000, 10_000, 10_000, 15_000, 30_000,
]
/** A connection that broke off sooner counts as one more failed try, so that the waits grow. */
const shortLivedMs = 10_000

export function createConnection(
  knownHosts: KnownHosts,
  changed: (state: ConnectionState) => void,
): Connection {
  let state: ConnectionState = { phase: 'disconnected', failure: null }
  let live: GuestSession | undefined
  let signIn: IdentityResults = { uname: null, swVers: null, sysctl: null }
  /** Counts connections; what an older one still does is ignored. */
  let generation = 0
  let retryTimer: NodeJS.Timeout | undefined
  /** Ends what the current connection still has under way: a handshake, a first question. */
  let ending = new AbortController()
  let isStopped = false
  /** The target as it is saved now; what the route holds is from when the connection was asked for. */
  let current: SavedTarget | undefined
  const stateListeners = new Set<() => void>()

  function become(next: ConnectionState): ConnectionState {
    state = next
    changed(next)
    for (const listener of stateListeners) listener()
    return next
  }

  async function open(
    route: Route,
    mine: number,
    signal: AbortSignal,
    attempt = 0,
  ): Promise<ConnectionState> {
    const { target } = route
    const address = { host: target.host, port: route.port, user: target.user }
    const step = (text: string) => {
      if (mine === generation && state.phase === 'connecting') {
        become({ phase: 'connecting', target: current ?? target, step: text })
      }
    }
    const auth = authOf(route)
    const trust = trustFor(route, knownHosts)
    // SSH is loaded when a guest is wanted: a dump in a file needs none of it.
    const { connectGuest } = await import('../guest/connect.ts')
    const session = await connectGuest(address, auth, { trust, signal }).catch(
      async (error: unknown) => {
        // The user's answer about the key stands, whatever sshd says of the password after it.
        const isPast = error instanceof FailureError && isAfterHostKey(error.failure)
        if (
          isPast &&
          route.trustFingerprint &&
          knownHosts.known(target.host, route.port).length === 0
        ) {
          await knownHosts.add(target.host, route.port, route.trustFingerprint)
        }
        throw error
      },
    )
    try {
      const { fingerprint } = session.info.hostKey
      if (mine !== generation) throw new FailureError({ kind: 'cancelled' })
      if (route.trustFingerprint === fingerprint) {
        await knownHosts.add(target.host, route.port, fingerprint)
      }
      step('finding out what the guest is')
      const [results, tools] = await Promise.all([
        identify(session, signal),
        probeTools(session, signal),
      ])
      if (mine !== generation) throw new FailureError({ kind: 'cancelled' })
      // Without the registry there is nothing to explore; say so at once and not in the middle.
      if (!tools.has('ioreg')) {
        const detail = 'Kextant reads the registry through it'
        throw new FailureError({ kind: 'command-missing', command: 'ioreg', detail })
      }
      live = session
      signIn = results
      const guest = guestOf(route, current ?? target, session, identityOf(results), tools)
      const connectedAt = Date.now()
      session.onClose(failure => {
        if (mine !== generation) return
        live = undefined
        const isShortLived = Date.now() - connectedAt < shortLivedMs
        // As it is now: the target may have been changed while it was connected.
        const last = state.phase === 'connected' ? state.guest : guest
        lose(route, last, failure, isShortLived ? attempt : 0)
      })
      return become({ phase: 'connected', guest })
    } catch (error) {
      session.close()
      throw error
    }
  }

  function lose(route: Route, guest: ConnectedGuest, failure: Failure, attempt: number): void {
    const mine = generation
    const delay = retryDelaysMs[attempt]
    become({ phase: 'lost', guest, failure, attempt, retriesInMs: delay ?? null })
    if (delay === undefined) return
    // The key is on record by now. If the user forgets it meanwhile, an old yes must not count again.
    const again = { ...route, trustFingerprint: null }
    retryTimer = setTimeout(() => {
      open(again, mine, ending.signal, attempt + 1).catch((error: unknown) => {
        if (mine !== generation) return
        const next = error instanceof FailureError ? error.failure : internal(error)
        // Only a guest that cannot be reached may come back; a refusal is an answer.
        const last = state.phase === 'lost' ? state.guest : guest
        lose(route, last, next, isPassing(next) ? attempt + 1 : retryDelaysMs.length)
      })
    }, delay)
  }

  function end(): void {
    generation++
    ending.abort()
    ending = new AbortController()
    clearTimeout(retryTimer)
    live?.close()
    live = undefined
  }

  return {
    state: () => state,
    session() {
      if (live) return live
      throw new FailureError(state.phase === 'lost' ? state.failure : { kind: 'not-connected' })
    },
    guest() {
      if (state.phase === 'connected') return state.guest
      throw new FailureError(state.phase === 'lost' ? state.failure : { kind: 'not-connected' })
    },
    signInResults: () => signIn,
    async connect(route, signal) {
      if (isStopped) throw new FailureError({ kind: 'cancelled' })
      end()
      const mine = generation
      const { target } = route
      current = target
      become({ phase: 'connecting', target, step: `reaching ${target.host}` })
      try {
        return await open(route, mine, AbortSignal.any([signal, ending.signal]))
      } catch (error) {
        const failure = error instanceof FailureError ? error.failure : internal(error)
        if (mine === generation) become({ phase: 'disconnected', failure })
        throw error
      }
    },
    disconnect() {
      end()
      return become({ phase: 'disconnected', failure: null })
    },
    retarget(target) {
      if (state.phase === 'disconnected') return
      const old = state.phase === 'connecting' ? state.target : state.guest.target
      if (old.id !== target.id) return
      // Where it is and who signs in stays as it was when the connection was made.
      const { label, isReadOnly, isVirtualMachine } = target
      const next = { ...old, label, isReadOnly, isVirtualMachine }
      current = next
      if (state.phase === 'connecting') become({ ...state, target: next })
      else become({ ...state, guest: { ...state.guest, target: next } })
    },
    stop() {
      isStopped = true
      end()
      if (state.phase !== 'disconnected') become({ phase: 'disconnected', failure: null })
    },
    waitUntilBack(targetId, timeoutMs, signal) {
      return new Promise(resolve => {
        const finish = (isBack: boolean) => {
          clearTimeout(timer)
          stateListeners.delete(look)
          signal.removeEventListener('abort', giveUp)
          resolve(isBack)
        }
        const look = () => {
          // The user may connect by hand meanwhile, to this guest or to another.
          if (state.phase === 'connecting' && state.target.id === targetId) return
          if (state.phase === 'connected') finish(state.guest.target.id === targetId)
          else if (state.phase !== 'lost' || state.retriesInMs === null) finish(false)
        }
        const giveUp = () => finish(false)
        const timer = setTimeout(giveUp, timeoutMs)
        stateListeners.add(look)
        signal.addEventListener('abort', giveUp, { once: true })
        if (signal.aborted) giveUp()
        else look()
      })
    },
  }
}

/** Sign-in was refused, so the key had been compared and found right. */
function isAfterHostKey({ kind }: Failure): boolean {
  return kind === 'wrong-password' || kind === 'key-refused' || kind === 'auth-method-refused'
}

function authOf({ target, secret }: Route): GuestAuth {
  switch (target.method) {
    case 'password':
      return { method: 'password', password: secret ?? '' }
    case 'key':
      return {
        method: 'key',
        path: target.keyPath ?? '',
        ...(secret ? { passphrase: secret } : {}),
      }
    case 'agent':
      return { method: 'agent' }
  }
}

function trustFor(route: Route, kept: KnownHosts): HostKeyTrust {
  const { trustFingerprint, ownFingerprint } = route
  return {
    known(host, port) {
      if (ownFingerprint !== null) return [ownFingerprint]
      const fingerprints = kept.known(host, port)
      // An accepted key stands in for an unknown one; it never overrides a key on record.
      return fingerprints.length === 0 && trustFingerprint ? [trustFingerprint] : fingerprints
    },
    knownTypes: (host, port) => kept.knownTypes(host, port),
    offered: (host, port, key) => kept.offered(host, port, key),
  }
}

function guestOf(
  route: Route,
  target: SavedTarget,
  session: GuestSession,
  identity: GuestIdentity,
  tools: ReadonlyMap<ToolName, string>,
): ConnectedGuest {
  const isRoot = target.user === 'root'
  return {
    target: { ...target, port: route.port },
    address: session.info.address,
    hostKeyFingerprint: session.info.hostKey.fingerprint,
    identity,
    tools: Object.fromEntries(toolNames.map(name => [name, tools.get(name) ?? null])),
    root: isRoot ? 'is-root' : target.method === 'password' ? 'sudo' : 'unknown',
  }
}

function identityOf({ uname, swVers, sysctl }: IdentityResults): GuestIdentity {
  return identityFrom({
    uname: uname?.stdout ?? null,
    sw_vers: swVers?.stdout ?? null,
    sysctl: sysctl?.stdout ?? null,
  })
}

function isPassing(failure: Failure): boolean {
  switch (failure.kind) {
    case 'connection-refused':
    case 'connection-lost':
    case 'connection-timed-out':
    case 'host-unreachable':
    case 'host-not-found':
    case 'not-ssh':
      return true
    default:
      return false
  }
}

function internal(error: unknown): Failure {
  return { kind: 'internal', detail: error instanceof Error ? error.message : String(error) }
}
