import {
  FileSystemError,
  type Credentials,
  type FileStatus,
  type FileSystem,
} from '../../main/demo/files/file-system.ts'

interface Node {
  kind: 'file' | 'directory' | 'symlink'
  bytes: Uint8Array
  target: string
  mode: number
  uid: number
  gid: number
  modifiedMs: number
}

/** A tree of files in a map from path to node. Checks no permissions: the kernel reads as root. */
export class SimpleFileSystem implements FileSystem {
  readonly #nodes = new Map<string, Node>([['/', node('directory', { uid: 0, gid: 0 }, 0o755)]])

  status(path: string): FileStatus {
    return statusOf(this.#node(path))
  }
  linkStatus(path: string): FileStatus {
    return statusOf(this.#node(path, false))
  }
  list(path: string): readonly string[] {
    const folder = this.#resolve(path)
    if (this.#node(path).kind !== 'directory') throw new FileSystemError('ENOTDIR', path)
    const prefix = folder === '/' ? '/' : `${folder}/`
    return [...this.#nodes.keys()]
      .filter(p => p.startsWith(prefix) && p !== '/' && !p.slice(prefix.length).includes('/'))
      .map(p => p.slice(prefix.length))
  }
  read(path: string): Uint8Array {
    const found = this.#node(path)
    if (found.kind === 'directory') throw new FileSystemError('EISDIR', path)
    return found.bytes
  }
  write(path: string, bytes: Uint8Array, who: Credentials, mode = 0o644): void {
    const known = this.#nodes.get(this.#resolve(path))
    if (known) {
      known.bytes = bytes
      known.modifiedMs = Date.now()
      return
    }
    this.#add(path, { ...node('file', who, mode), bytes })
  }
  makeDirectory(path: string, who: Credentials, mode = 0o755): void {
    this.#add(path, node('directory', who, mode))
  }
  makeSymlink(path: string, target: string, who: Credentials): void {
    this.#add(path, { ...node('symlink', who, 0o755), target })
  }
  readSymlink(path: string): string {
    return this.#node(path, false).target
  }
  rename(from: string, to: string): void {
    for (const [path, moved] of [...this.#nodes]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue
      this.#nodes.delete(path)
      this.#nodes.set(to + path.slice(from.length), moved)
    }
  }
  removeFile(path: string): void {
    this.#nodes.delete(path)
  }
  removeDirectory(path: string): void {
    this.#nodes.delete(path)
  }
  changeMode(path: string, mode: number): void {
    this.#node(path).mode = mode
  }
  changeOwner(path: string, uid: number, gid: number): void {
    Object.assign(this.#node(path, false), { uid, gid })
  }
  changeTimes(path: string, modifiedMs: number): void {
    this.#node(path).modifiedMs = modifiedMs
  }
  exists(path: string): boolean {
    return this.#nodes.has(this.#resolve(path))
  }

  #add(path: string, added: Node): void {
    const folder = path.slice(0, path.lastIndexOf('/')) || '/'
    if (!this.exists(folder)) throw new FileSystemError('ENOENT', folder)
    this.#nodes.set(path, added)
  }
  #node(path: string, follow = true): Node {
    const found = this.#nodes.get(follow ? this.#resolve(path) : path)
    if (!found) throw new FileSystemError('ENOENT', path)
    return found
  }
  /** Follows a symlink at the end, one level. */
  #resolve(path: string): string {
    const at = this.#nodes.get(path)
    return at?.kind === 'symlink' ? at.target : path
  }
}

function node(kind: Node['kind'], who: Credentials, mode: number): Node {
  return { kind, bytes: new Uint8Array(), target: '', mode, ...who, modifiedMs: Date.now() }
}

function statusOf(n: Node): FileStatus {
  const { kind, mode, uid, gid, modifiedMs } = n
  return { kind, mode, uid, gid, modifiedMs, size: n.bytes.length }
}
