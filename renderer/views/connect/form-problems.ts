import type { Failure } from '../../../core/failure.ts'

export type FormField = 'label' | 'host' | 'port' | 'user' | 'keyPath' | 'secret'
const formFields: readonly string[] = ['label', 'host', 'port', 'user', 'keyPath', 'secret']

interface Checked {
  readonly success: boolean
  readonly error?: {
    readonly issues: readonly {
      readonly path: readonly PropertyKey[]
      readonly code: string
      readonly message: string
    }[]
  }
}

const wanted: Readonly<Record<FormField, string>> = {
  label: 'Use at most 100 characters.',
  host: 'Enter a host name or an IP address, without blanks.',
  port: 'Enter a number from 1 to 65535.',
  user: 'Enter the user to sign in as.',
  keyPath: 'Enter the path of a private key.',
  secret: 'This is too long.',
}

/** What is wrong with the fields, in words for each; the contract's own check decides. */
export function problemsOf(checked: Checked): Partial<Record<FormField, string>> {
  const problems: Partial<Record<FormField, string>> = {}
  for (const issue of checked.error?.issues ?? []) {
    const field = String(issue.path[0])
    if (formFields.includes(field)) problems[field as FormField] = wanted[field as FormField]
  }
  return problems
}

/** The field that a failure is about, so that it is said there; null when it is about none. */
export function failedField({ kind }: Failure): FormField | null {
  switch (kind) {
    case 'host-not-found':
    case 'host-unreachable':
    case 'connection-timed-out':
      return 'host'
    case 'connection-refused':
    case 'not-ssh':
      return 'port'
    case 'wrong-password':
    case 'passphrase-needed':
    case 'wrong-passphrase':
      return 'secret'
    case 'key-refused':
    case 'key-unreadable':
      return 'keyPath'
    default:
      return null
  }
}
