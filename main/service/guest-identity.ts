import { readIdentity, type GuestIdentity } from '../../core/guest-facts/read-identity.ts'

/** Who the guest is, by what its tools printed; null where it has no such tool. */
export function identityFrom(
  printed: Readonly<Record<'uname' | 'sw_vers' | 'sysctl', Uint8Array | null>>,
): GuestIdentity {
  const { uname, sw_vers: swVers, sysctl } = printed
  return readIdentity({
    ...(uname && { unameA: textOf(uname) }),
    ...(swVers && { swVers: textOf(swVers) }),
    ...(sysctl && { sysctl: textOf(sysctl) }),
  })
}

/** What is not UTF-8 becomes U+FFFD: these are tools that print plain words. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
