import ssh2, { type AuthContext, type KeyboardAuthContext } from 'ssh2'
import { FileSystemError } from '../files/file-system.ts'
import type { Account } from '../unix/accounts.ts'
import type { UnixSystem } from '../unix/system.ts'

type Method = 'password' | 'publickey' | 'keyboard-interactive'
const offered: Method[] = ['publickey', 'password', 'keyboard-interactive']
/** As sshd's MaxAuthTries. */
export const mostAttempts = 6

/** Decides one attempt and calls `accepted` with the account before the client hears of it. */
export function authenticate(
  system: UnixSystem,
  context: AuthContext,
  accepted: (account: Account) => void,
): void {
  const account = system.accounts.byName(context.username)
  const accept = () => {
    accepted(account!)
    context.accept()
  }
  switch (context.method) {
    case 'password':
      if (system.isPassword(context.username, context.password) && account !== undefined) accept()
      else context.reject(offered)
      return
    case 'keyboard-interactive':
      askPassword(context, answer => {
        if (system.isPassword(context.username, answer) && account !== undefined) accept()
        else context.reject(offered)
      })
      return
    case 'publickey': {
      const isKnown =
        account !== undefined &&
        authorizedKeys(system, account).some(known => {
          if (!known.getPublicSSH().equals(context.key.data)) return false
          // Without a signature the client only asks whether this key would do.
          if (context.signature === undefined) return true
          const { blob, signature, hashAlgo } = context
          return blob !== undefined && known.verify(blob, signature, hashAlgo) === true
        })
      // Only a signed request signs anybody in; the library answers an unsigned one with "key is ok".
      if (!isKnown) context.reject(offered)
      else if (context.signature === undefined) context.accept()
      else accept()
      return
    }
    default:
      context.reject(offered)
  }
}

function askPassword(context: KeyboardAuthContext, answered: (answer: string) => void): void {
  context.prompt([{ prompt: 'Password:', echo: false }], answers => {
    const [answer] = Array.isArray(answers) ? (answers as unknown[]) : []
    answered(typeof answer === 'string' ? answer : '')
  })
}

/** The keys in the account's ~/.ssh/authorized_keys; lines that are no keys are passed over. */
function authorizedKeys(system: UnixSystem, account: Account) {
  let text: string
  try {
    const path = `${account.home}/.ssh/authorized_keys`
    text = new TextDecoder().decode(system.files.read(path, { uid: 0, gid: 0 }))
  } catch (error) {
    if (error instanceof FileSystemError) return []
    throw error
  }
  return text
    .split('\n')
    .filter(line => !line.trimStart().startsWith('#'))
    .flatMap(line => {
      // Options may stand before the key.
      const key = /(?:^|\s)((?:ssh|ecdsa|sk)-\S+ +[A-Za-z0-9+/=]+)/.exec(line)?.[1]
      const parsed = key === undefined ? new Error('no key') : ssh2.utils.parseKey(key)
      return parsed instanceof Error ? [] : [parsed]
    })
}
