import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Who may talk to the web host. Any page of any site can send requests to a loopback port, and any
 * account of this machine can connect to it, so every request must
 *  - name this very host and port (`Host`: against DNS rebinding),
 *  - come from our own page where it says where it comes from (`Origin`: against other sites),
 *  - bring the session's cookie, which was given for a token that works once.
 */
export interface SessionGate {
  /** A fresh address with a token; the token before it stops working. */
  newAddress(): string
  /** Whether a request names this host: one that does not comes by a name that somebody else chose. */
  isForUs(request: IncomingMessage): boolean
  /** The cookie header for a token that is right and unused, else undefined. */
  redeem(token: string): string | undefined
  /** Why this request is refused, or undefined when it may pass. */
  refusal(request: IncomingMessage, kind: 'page' | 'request'): string | undefined
}

export function createSessionGate(port: number): SessionGate {
  const names = ['127.0.0.1', 'localhost']
  // Browsers leave out the port that http has anyway.
  const hosts = names.flatMap(name => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
  const sessionKey = randomBytes(32).toString('base64url')
  // Cookies are shared between the ports of one host, so the name carries the port.
  const cookieName = `kextant_${port}`
  let token: string | undefined

  function hasCookie(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map(part => part.trim())
    // Another service of this machine may set a cookie of the same name; it must not hide ours.
    return cookies.some(
      part =>
        part.startsWith(`${cookieName}=`) && isSame(part.slice(cookieName.length + 1), sessionKey),
    )
  }

  const isForUs = ({ headers }: IncomingMessage) =>
    headers.host !== undefined && hosts.includes(headers.host)

  return {
    isForUs,
    newAddress() {
      token = randomBytes(24).toString('base64url')
      return `http://127.0.0.1:${port}/?token=${token}`
    },
    redeem(given) {
      if (token === undefined || !isSame(given, token)) return undefined
      token = undefined
      return `${cookieName}=${sessionKey}; HttpOnly; SameSite=Strict; Path=/`
    },
    refusal(request, kind) {
      const { host } = request.headers
      if (!isForUs(request)) return 'this is not the host it asks for'
      const origin = request.headers.origin
      if (origin !== undefined && origin !== `http://${host!}`) return 'it comes from another site'
      const site = request.headers['sec-fetch-site']
      if (kind === 'request' && site !== undefined && site !== 'same-origin') {
        return 'it comes from another site'
      }
      if (!hasCookie(request)) return 'it brings no session'
      return undefined
    },
  }
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
