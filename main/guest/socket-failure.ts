import type { Failure } from '../../core/failure.ts'

/** Names what kept a TCP connection from being made. */
export function socketFailure(
  error: Error & { code?: unknown },
  host: string,
  address: string,
  timeoutMs: number,
): Failure {
  const code = decisiveCode(error)
  switch (code) {
    case 'ECONNREFUSED':
      return { kind: 'connection-refused', address }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return { kind: 'host-not-found', host }
    case 'ETIMEDOUT':
      return { kind: 'connection-timed-out', address, timeoutMs }
    case 'EHOSTUNREACH':
      return { kind: 'host-unreachable', address, detail: 'there is no way to this host' }
    case 'ENETUNREACH':
      return { kind: 'host-unreachable', address, detail: 'there is no way to its network' }
    case 'EHOSTDOWN':
      return { kind: 'host-unreachable', address, detail: 'the host is down' }
    default:
      return { kind: 'host-unreachable', address, detail: error.message || code || 'unknown' }
  }
}

/**
 * A name with several addresses fails with one error for each. A refusal says most (the host is there),
 * and IPv6 without a route, tried first, says least.
 */
function decisiveCode(error: Error & { code?: unknown }): string {
  const all: unknown[] =
    error instanceof AggregateError ? error.errors.map(one => (one as { code?: unknown }).code) : []
  const codes = [...all, error.code].filter(code => typeof code === 'string')
  const weightiest = ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH'].find(code =>
    codes.includes(code),
  )
  return weightiest ?? codes[0] ?? ''
}

/** Why a connection that stood is gone, as the end of a sentence. */
export function lossDetail(error: (Error & { code?: unknown; level?: string }) | null): string {
  if (!error) return 'the guest closed it'
  if (error.level === 'client-timeout') return 'the guest stopped answering'
  switch (error.code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the guest cut it'
    case 'ETIMEDOUT':
      return 'the guest stopped answering'
    default:
      return error.message
  }
}
