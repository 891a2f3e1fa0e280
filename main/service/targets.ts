import { randomUUID } from 'node:crypto'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { TargetInput } from '../../core/contract/guest-requests.ts'
import type { SavedTarget } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import { writeWhole } from '../guest/write-whole.ts'
import { reasonOf } from './host-folder.ts'
import type { OwnTarget } from './target-file.ts'

/**
 * A target that a host brings along. It is a target like any other; what differs is that it may have to
 * be started first, and that Kextant knows its secret and its host key.
 */
export interface BuiltInTarget {
  readonly id: string
  readonly label: string
  readonly note: string
  readonly host: string
  readonly user: string
  /** Starts it when it is not running. */
  readonly prepare: () => Promise<{
    readonly port: number
    readonly secret: string
    /** SHA-256 fingerprint of its host key. */
    readonly hostKeyFingerprint: string
  }>
}

/** Saved targets: a file of this user's settings, without secrets. */
export interface TargetStore {
  list(): Promise<readonly SavedTarget[]>
  find(id: string): Promise<SavedTarget>
  builtIn(id: string): BuiltInTarget | undefined
  save(input: TargetInput): Promise<SavedTarget>
  remove(id: string): Promise<void>
}

export function createTargetStore(
  settingsFolder: string,
  builtIns: readonly BuiltInTarget[],
  hasSecret: (id: string) => boolean,
): TargetStore {
  const file = join(settingsFolder, 'targets.json')
  // One after the other: each change reads what the one before has written. The file is read anew each
  // time, since another window or the command line may have changed it.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
  const own = () => inTurn(() => readTargets(file))
  const change = (how: (targets: OwnTarget[]) => OwnTarget[]) =>
    inTurn(async () => writeTargets(file, how(await readTargets(file))))

  const fromBuiltIn = (target: BuiltInTarget): SavedTarget => ({
    id: target.id,
    label: target.label,
    host: target.host,
    // Taken when it starts; nobody has to know it before.
    port: 22,
    user: target.user,
    method: 'password',
    keyPath: null,
    hasSecret: true,
    isReadOnly: false,
    isVirtualMachine: true,
    isBuiltIn: true,
    note: target.note,
  })
  const fromInput = (target: OwnTarget): SavedTarget => ({
    ...target,
    label: target.label || `${target.user}@${target.host}`,
    hasSecret: target.method === 'agent' || hasSecret(target.id),
    isBuiltIn: false,
    note: null,
  })
  const list = async () => [...builtIns.map(fromBuiltIn), ...(await own()).map(fromInput)]
  const builtIn = (id: string) => builtIns.find(target => target.id === id)
  const refuseBuiltIn = (request: string, id: string) => {
    if (!builtIn(id)) return
    const detail = 'this target came with Kextant and cannot be changed'
    throw new FailureError({ kind: 'bad-request', request, detail })
  }

  return {
    list,
    builtIn,
    async find(id) {
      const target = (await list()).find(candidate => candidate.id === id)
      if (target) return target
      const detail = 'there is no such target'
      throw new FailureError({ kind: 'bad-request', request: 'guest.connect', detail })
    },
    async save(input) {
      if (input.id !== null) refuseBuiltIn('targets.save', input.id)
      if (input.method === 'key' && input.keyPath === null) {
        const detail = 'a target that signs in with a key needs the path of the key file'
        throw new FailureError({ kind: 'bad-request', request: 'targets.save', detail })
      }
      const target = { ...input, id: input.id ?? randomUUID() }
      await change(others =>
        others.some(other => other.id === target.id)
          ? others.map(other => (other.id === target.id ? target : other))
          : [...others, target],
      )
      return fromInput(target)
    },
    async remove(id) {
      refuseBuiltIn('targets.remove', id)
      await change(targets => targets.filter(target => target.id !== id))
    },
  }
}

async function readTargets(file: string): Promise<OwnTarget[]> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new FailureError({
      kind: 'file-unreadable',
      path: file,
      detail: reasonOf(error),
    })
  }
  // The schemas are loaded when there is something to check.
  const { targetsIn } = await import('./target-file.ts')
  try {
    return targetsIn(text)
  } catch {
    // A hand-edited or cut file is set aside, not overwritten: the next save would lose it.
    await rename(file, `${file}.unreadable-${Date.now()}`)
    return []
  }
}

async function writeTargets(file: string, targets: readonly TargetInput[]): Promise<void> {
  await writeWhole(file, `${JSON.stringify({ version: 1, targets }, null, 2)}\n`)
}

/** Whether a secret that was right for one is meant for the other too: same machine, same account. */
export function signsInAlike(one: SavedTarget, other: SavedTarget): boolean {
  const keys = ['host', 'port', 'user', 'method', 'keyPath'] as const
  return keys.every(key => one[key] === other[key])
}

/** Refuses what a read-only target must not be asked. */
export function refuseReadOnly(target: SavedTarget, request: string): void {
  if (!target.isReadOnly) return
  const detail = `the target “${target.label}” is marked as read-only`
  throw new FailureError({ kind: 'not-allowed', request, detail })
}
