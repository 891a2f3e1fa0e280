import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { FailureError } from '../../core/failure.ts'
import { fingerprintOf } from './host-key.ts'
import type { HostKey, HostKeyTrust } from './host-key.ts'
import { writeWhole } from './write-whole.ts'

/**
 * Host keys the user has accepted, in a file of OpenSSH's known_hosts format (sshd(8)): a line is
 *
 *   [@marker] names keytype base64 [comment]
 *
 * where names are `host`, or `[host]:port` for another port than 22, separated by commas, with `*` and `?` as
 * wildcards and `!` for exceptions; or one hashed name, `|1|salt|HMAC-SHA1(salt, name)`.
 */
export interface KnownHosts extends HostKeyTrust {
  knownTypes(host: string, port: number): readonly string[]
  offered(host: string, port: number, key: HostKey): void
  /**
   * Accepts the key with this fingerprint, which the host must have presented before, in place of all keys
   * accepted for the host so far.
   *
   * @throws FailureError bad-request for a key that was never presented, file-unreadable
   */
  add(host: string, port: number, fingerprint: string): Promise<void>
  /** Forgets the host's keys in our own file. Returns whether it is known no more. */
  forget(host: string, port: number): Promise<boolean>
}

export interface KnownHostsFiles {
  /** Ours: read and written. Need not exist yet. */
  readonly path: string
  /** Only read, and only for hosts that ours does not name: the user's `~/.ssh/known_hosts`. */
  readonly alsoRead?: readonly string[] | undefined
}

interface Line {
  readonly marker: string | null
  readonly names: string
  readonly keyType: string
  readonly base64: string
}

const defaultPort = 22
/** Presented keys kept for `add`; one per attempt, so a page of them is plenty. */
const offeredLimit = 100

/** The files are read at every question: they are small, and ssh-keyscan or an editor may change them. */
export function openKnownHosts(files: KnownHostsFiles): KnownHosts {
  const presented = new Map<string, HostKey>()
  const keyOf = (host: string, port: number, fingerprint: string) =>
    `${nameOf(host, port)} ${fingerprint}`

  /** Our own file decides as soon as it names the host, so that a key accepted here outdoes an old one. */
  const linesFor = (host: string, port: number): readonly Line[] => {
    for (const path of [files.path, ...(files.alsoRead ?? [])]) {
      const lines = readLines(path).flatMap(text => parseLine(text) ?? [])
      const found = lines.filter(line => line.marker === null && matches(line.names, host, port))
      if (found.length === 0) continue
      const revoked = new Set(lines.filter(isRevocation).map(line => line.base64))
      return found.filter(line => !revoked.has(line.base64))
    }
    return []
  }

  // One change after the other: each reads what the one before has written.
  let lastChange: Promise<void> = Promise.resolve()
  const rewrite = (change: (lines: readonly string[]) => readonly string[]): Promise<void> => {
    const changed = lastChange.then(() => {
      const lines = change(readLines(files.path))
      return writeWhole(files.path, lines.length === 0 ? '' : `${lines.join('\n')}\n`)
    })
    lastChange = changed.catch(() => {})
    return changed
  }
  const isAbout = (host: string, port: number) => (text: string) => {
    const line = parseLine(text)
    return line !== null && line.marker === null && namesOnly(line.names, host, port)
  }

  return {
    known(host, port) {
      return linesFor(host, port).map(line => fingerprintOf(Buffer.from(line.base64, 'base64')))
    },
    knownTypes(host, port) {
      return [...new Set(linesFor(host, port).map(line => line.keyType))]
    },
    offered(host, port, key) {
      if (presented.size >= offeredLimit) presented.clear()
      presented.set(keyOf(host, port, key.fingerprint), key)
    },
    async add(host, port, fingerprint) {
      const key = presented.get(keyOf(host, port, fingerprint))
      const name = nameOf(host, port)
      if (!key || /[\s,*?!|#]/.test(name)) {
        const detail = key ? `${name} is not a host name` : `${name} has not shown such a key`
        throw new FailureError({ kind: 'bad-request', request: 'trust a host key', detail })
      }
      const about = isAbout(host, port)
      await rewrite(lines => [
        ...lines.filter(line => !about(line)),
        `${name} ${key.type} ${key.base64}`,
      ])
    },
    async forget(host, port) {
      const about = isAbout(host, port)
      if (readLines(files.path).some(about)) await rewrite(lines => lines.filter(l => !about(l)))
      return linesFor(host, port).length === 0
    },
  }
}

function isRevocation(line: Line): boolean {
  return line.marker === '@revoked'
}

/** OpenSSH compares host names without case, and leaves out its own port. */
function nameOf(host: string, port: number): string {
  const name = host.toLowerCase()
  return port === defaultPort ? name : `[${name}]:${port}`
}

/** The lines of a file, without their ends; none when there is no such file. */
function readLines(path: string): readonly string[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    // To go on as if no host were known would offer to replace what cannot be read.
    throw new FailureError({ kind: 'file-unreadable', path, detail: message })
  }
  return text.replace(/\r?\n$/, '') === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
}

/** A line's fields, or null for comments and for what is not such a line; those are kept as they are. */
function parseLine(text: string): Line | null {
  const fields = text.trim().split(/[ \t]+/)
  const marker = fields[0]?.startsWith('@') ? fields.shift()! : null
  const [names, keyType, base64] = fields
  if (!names || names.startsWith('#') || !keyType || !base64) return null
  return /^[A-Za-z0-9+/]+=*$/.test(base64) ? { marker, names, keyType, base64 } : null
}

function matches(names: string, host: string, port: number): boolean {
  const name = nameOf(host, port)
  if (names.startsWith('|')) return isHashOf(names, name)
  let isMatch = false
  for (const pattern of names.toLowerCase().split(',')) {
    if (pattern.startsWith('!')) {
      if (wildcard(pattern.slice(1), name)) return false
    } else if (wildcard(pattern, name)) isMatch = true
  }
  return isMatch
}

/** Whether a line is about this host and no other: what may be removed with it. */
function namesOnly(names: string, host: string, port: number): boolean {
  const name = nameOf(host, port)
  return names.startsWith('|') ? isHashOf(names, name) : names.toLowerCase() === name
}

function isHashOf(hashed: string, name: string): boolean {
  const [, version, salt, digest] = hashed.split('|')
  if (version !== '1' || !salt || !digest) return false
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === digest
}

/** `*` any run, `?` one character. Goes back to the last `*` only, so no pattern makes it slow. */
function wildcard(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let retry = 0
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++
      retry = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++retry
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
