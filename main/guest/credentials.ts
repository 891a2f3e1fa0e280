import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import type { AnyAuthMethod, ParsedKey } from 'ssh2'
import { FailureError } from '../../core/failure.ts'
import type { Failure } from '../../core/failure.ts'

// ssh2 is CommonJS, and Node finds not all of its names by itself.
const { createAgent, utils } = ssh2

/** How the user signs in to a guest. */
export type GuestAuth =
  /** Also answers a server that asks for it by keyboard-interactive, as macOS does. */
  | { readonly method: 'password'; readonly password: string }
  | { readonly method: 'key'; readonly path: string; readonly passphrase?: string | undefined }
  /** `socketPath` defaults to `SSH_AUTH_SOCK`. */
  | { readonly method: 'agent'; readonly socketPath?: string | undefined }

/** One sign-in, told which method to offer next by `next`, and why it failed by `failure`. */
export interface SignIn {
  /** What must never be seen in a log. */
  readonly secrets: readonly string[]
  readonly next: (
    offered: readonly string[] | null,
    isPartial: boolean | null,
  ) => AnyAuthMethod | false
  /** Something was tried that the server then refused. */
  readonly hasTried: () => boolean
  readonly failure: (address: string) => Failure
}

/**
 * Gets everything ready that a sign-in needs from this computer (key file, agent), so that what is wrong
 * here is told apart from what the server refuses, and before the server is reached at all.
 *
 * @throws FailureError key-unreadable, passphrase-needed, wrong-passphrase, agent-unavailable
 */
export async function prepareSignIn(user: string, auth: GuestAuth): Promise<SignIn> {
  switch (auth.method) {
    case 'password':
      return signInWith(user, [auth.password], ['password', 'keyboard-interactive'], method =>
        method === 'password'
          ? { type: 'password', username: user, password: auth.password }
          : { type: 'keyboard-interactive', username: user, prompt: answerWith(auth.password) },
      )
    case 'key': {
      const key = await readPrivateKey(auth.path, auth.passphrase)
      const secrets = auth.passphrase ? [auth.passphrase] : []
      return signInWith(user, secrets, ['publickey'], () => {
        return { type: 'publickey', username: user, key }
      })
    }
    case 'agent': {
      const socketPath = await findAgent(auth.socketPath)
      return signInWith(user, [], ['publickey'], () => {
        return { type: 'agent', username: user, agent: socketPath }
      })
    }
  }
}

type MethodName = 'password' | 'keyboard-interactive' | 'publickey'

function signInWith(
  user: string,
  secrets: readonly string[],
  wanted: readonly MethodName[],
  make: (method: MethodName) => AnyAuthMethod,
): SignIn {
  let hasAsked = false
  let tried: MethodName | null = null
  let needsMore = false
  let offered: readonly string[] = []
  return {
    secrets: secrets.filter(secret => secret !== ''),
    next(left, isPartial) {
      if (!hasAsked) {
        // “none” makes the server name its methods, so that no secret goes to one that cannot use it.
        hasAsked = true
        return { type: 'none', username: user }
      }
      offered = left ?? []
      needsMore = isPartial === true
      if (tried || needsMore) return false
      tried = wanted.find(method => offered.length === 0 || offered.includes(method)) ?? null
      return tried ? make(tried) : false
    },
    hasTried: () => tried !== null,
    failure(address) {
      const names = offered.join(', ') || 'nothing'
      if (needsMore) {
        return { kind: 'auth-method-refused', offered: `${names} as a second step`, address }
      }
      if (!tried) return { kind: 'auth-method-refused', offered: names, address }
      return tried === 'publickey'
        ? { kind: 'key-refused', user, address }
        : { kind: 'wrong-password', user, address }
    },
  }
}

type Prompter = Extract<AnyAuthMethod, { type: 'keyboard-interactive' }>['prompt']

/** Gives the password once, to a question whose answer is not shown; every other question gets nothing. */
function answerWith(password: string): Prompter {
  let isGiven = false
  return (_name, _instructions, _language, prompts, finish) => {
    finish(
      prompts.map(prompt => {
        if (isGiven || prompt.echo) return ''
        isGiven = true
        return password
      }),
    )
  }
}

const largestKeyFile = 1_000_000

/** Parses a private key file, telling an absent passphrase from a wrong one. */
export async function readPrivateKey(path: string, passphrase?: string): Promise<ParsedKey> {
  const unreadable = (detail: string) => new FailureError({ kind: 'key-unreadable', path, detail })
  const place = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path
  let bytes: Buffer
  try {
    bytes = await readFile(place)
  } catch (error) {
    throw unreadable(reasonOf(error))
  }
  if (bytes.length > largestKeyFile) throw unreadable('it is far too large for a key')
  // An encrypted key says so when it is parsed without a passphrase; after that, what goes wrong with one
  // is the passphrase, whatever words the format's parser has for it.
  let key = parse(bytes)
  if (key instanceof Error && /no passphrase given/i.test(key.message)) {
    if (!passphrase) throw new FailureError({ kind: 'passphrase-needed', path })
    key = parse(bytes, passphrase)
    if (key instanceof Error) throw new FailureError({ kind: 'wrong-passphrase', path })
  }
  if (key instanceof Error) throw unreadable('it is not a private key in a format known here')
  if (!key.isPrivateKey()) throw unreadable('it is a public key; the private one is needed')
  return key
}

function parse(bytes: Buffer, passphrase?: string): ParsedKey | Error {
  try {
    const parsed = utils.parseKey(bytes, passphrase) as ParsedKey | Error | ParsedKey[]
    return Array.isArray(parsed) ? (parsed[0] ?? new Error('no key')) : parsed
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function findAgent(socketPath: string | undefined): Promise<string> {
  const unavailable = (detail: string) => new FailureError({ kind: 'agent-unavailable', detail })
  const windowsPipe = process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : undefined
  const path = socketPath ?? process.env['SSH_AUTH_SOCK'] ?? windowsPipe
  if (!path) throw unavailable('SSH_AUTH_SOCK is not set')
  if (process.platform !== 'win32') {
    // ssh2 says of every agent that it “failed to connect”; the file system knows more.
    const status = await stat(path).catch((error: unknown) => {
      throw unavailable(reasonOf(error))
    })
    if (!status.isSocket()) throw unavailable(`${path} is not a socket`)
  }
  const keyCount = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(unavailable('the agent does not answer')), 5000)
    createAgent(path).getIdentities((error, keys) => {
      clearTimeout(timer)
      if (error) reject(unavailable(reasonOf(error)))
      else resolve(keys?.length ?? 0)
    })
  })
  if (keyCount === 0) throw unavailable('the agent holds no keys (ssh-add adds one)')
  return path
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  switch (code) {
    case 'ENOENT':
      return 'there is no such file'
    case 'EACCES':
    case 'EPERM':
      return 'permission denied'
    case 'EISDIR':
      return 'it is a folder'
    case 'ECONNREFUSED':
      return 'nothing listens on its socket'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
