import { FailureError } from '../../core/failure.ts'

export interface GuestUrl {
  readonly user: string
  readonly host: string
  readonly port: number
}

/** `ssh://user@host:port`; an IPv6 address stands in brackets. Never repeats what it was given: it may hold a password. */
export function readGuestUrl(text: string, command: string): GuestUrl {
  const refused = (detail: string) =>
    new FailureError({ kind: 'bad-request', request: command, detail })
  const url = URL.parse(text)
  const isWhole =
    url !== null &&
    url.hostname !== '' &&
    url.username !== '' &&
    (url.pathname === '' || url.pathname === '/') &&
    url.search === '' &&
    url.hash === ''
  if (url && url.password !== '') {
    throw refused(
      'a password in an address ends up in histories and process lists; leave it out, and it is asked for',
    )
  }
  const port = url?.port ? Number(url.port) : 22
  if (!isWhole || port === 0) throw refused('the source is not of the form ssh://user@host:port')
  const [user, host] = [decoded(url.username), decoded(url.hostname)]
  if (user === null || host === null) {
    throw refused('the source holds a % that is not followed by two hexadecimal digits')
  }
  // A name is plain once it is decoded; whatever else would be there was meant to deceive somebody.
  if (!/^[^\s\p{C}]+$/u.test(user) || !/^(\[[\da-f:.]+\]|[\p{L}\d._-]+)$/iu.test(host)) {
    throw refused('the source is not of the form ssh://user@host:port')
  }
  return { user, host: host.replace(/^\[|\]$/g, ''), port }
}

/** Null where a % is not followed by two hexadecimal digits. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
