import { FileSystemError, type Credentials, type FileStatus } from '../files/file-system.ts'
import type { MemoryFileSystem } from '../files/memory-file-system.ts'
import type { OpenFile } from '../files/open-file.ts'
import type { Input, Sink } from '../shell/streams.ts'
import type { Accounts } from '../unix/accounts.ts'
import { longLine } from '../unix/mode-text.ts'
import {
  attributes,
  MalformedPacketError,
  openFlag,
  packet,
  PacketReader,
  request,
  response,
  statusCode,
  string,
  uint32,
  uint64,
  type SftpAttributes,
} from './sftp-packets.ts'

export interface SftpContext {
  readonly files: MemoryFileSystem
  readonly accounts: Accounts
  readonly who: Credentials
  readonly home: string
}

type Handle =
  | { readonly kind: 'file'; readonly path: string; readonly file: OpenFile }
  | { readonly kind: 'directory'; readonly path: string; names: readonly string[] }

/** As OpenSSH's SFTP_MAX_MSG_LENGTH; a longer packet ends the session. */
const longestPacket = 256 * 1024
const longestRead = longestPacket - 1024
const mostHandles = 100
const namesPerReply = 100
const umask = 0o022

/**
 * Serves SFTP version 3 as OpenSSH's sftp-server does, whose habits clients rely on: the arguments of
 * symlink come target first, rename refuses an existing target unless it is posix-rename. Requests are
 * answered one after the other, so a client that does not read its replies is not read from either.
 */
export async function serveSftp(context: SftpContext, input: Input, reply: Sink): Promise<number> {
  const { files, who } = context
  const handles = new Map<string, Handle>()
  let nextHandle = 0
  let waiting: Buffer = Buffer.alloc(0)
  let isGreeted = false

  for (;;) {
    const next = await readPacket()
    if (next === null) return 0
    if (next === 'malformed') return 255
    let answer: Buffer
    try {
      answer = answered(next)
    } catch (error) {
      if (error instanceof MalformedPacketError) return 255
      throw error
    }
    await reply(answer)
  }

  async function readPacket(): Promise<Buffer | null | 'malformed'> {
    for (;;) {
      if (waiting.length >= 4) {
        const length = waiting.readUInt32BE()
        if (length === 0 || length > longestPacket) return 'malformed'
        if (waiting.length >= 4 + length) {
          const body = waiting.subarray(4, 4 + length)
          waiting = waiting.subarray(4 + length)
          return body
        }
      }
      const chunk = await input.next()
      if (chunk === null) return null
      waiting = waiting.length === 0 ? Buffer.from(chunk) : Buffer.concat([waiting, chunk])
    }
  }

  function answered(body: Buffer): Buffer {
    const reader = new PacketReader(body)
    const type = reader.byte()
    if (type === request.init) {
      reader.uint32()
      isGreeted = true
      return packet(response.version, uint32(3), ...extensions)
    }
    if (!isGreeted) throw new MalformedPacketError('no greeting')
    const id = reader.uint32()
    try {
      return handle(type, id, reader)
    } catch (error) {
      if (!(error instanceof FileSystemError)) throw error
      return status(id, statusFor(error.code))
    }
  }

  function handle(type: number, id: number, reader: PacketReader): Buffer {
    switch (type) {
      case request.open:
        return open(id, path(reader), reader.uint32(), reader.attributes())
      case request.close:
        return status(id, handles.delete(reader.bytes().toString('latin1')) ? 0 : 4)
      case request.read: {
        const { file } = fileHandle(reader)
        const [offset, length] = [reader.uint64(), reader.uint32()]
        const bytes = file.read(offset, Math.min(length, longestRead))
        if (bytes.length === 0 && length > 0) return status(id, statusCode.endOfFile)
        return packet(response.data, uint32(id), string(bytes))
      }
      case request.write: {
        const { file } = fileHandle(reader)
        file.write(reader.uint64(), reader.bytes())
        return status(id, statusCode.ok)
      }
      case request.stat:
        return attributesReply(id, files.status(path(reader), who))
      case request.lstat:
        return attributesReply(id, files.linkStatus(path(reader), who))
      case request.fstat: {
        const opened = anyHandle(reader)
        const found = opened.kind === 'file' ? opened.file.status() : files.status(opened.path, who)
        return attributesReply(id, found)
      }
      case request.setstat:
        changePath(path(reader), reader.attributes())
        return status(id, statusCode.ok)
      case request.fsetstat: {
        const opened = anyHandle(reader)
        if (opened.kind === 'directory') changePath(opened.path, reader.attributes())
        else changeFile(opened.file, reader.attributes())
        return status(id, statusCode.ok)
      }
      case request.opendir: {
        const folder = path(reader)
        return newHandle(id, {
          kind: 'directory',
          path: folder,
          names: ['.', '..', ...files.list(folder, who)],
        })
      }
      case request.readdir:
        return readDirectory(id, reader)
      case request.remove:
        files.removeFile(path(reader), who)
        return status(id, statusCode.ok)
      case request.mkdir: {
        const [folder, given] = [path(reader), reader.attributes()]
        files.makeDirectory(folder, who, (given.mode ?? 0o777) & ~umask)
        return status(id, statusCode.ok)
      }
      case request.rmdir:
        files.removeDirectory(path(reader), who)
        return status(id, statusCode.ok)
      case request.realpath:
        return nameReply(id, [files.realPath(path(reader), who)])
      case request.rename: {
        const [from, to] = [path(reader), path(reader)]
        // OpenSSH's plain rename never replaces.
        if (linkStatus(to) !== null) return status(id, statusCode.failure)
        files.rename(from, to, who)
        return status(id, statusCode.ok)
      }
      case request.readlink:
        return nameReply(id, [files.readSymlink(path(reader), who)])
      case request.symlink: {
        // OpenSSH's order: the target first, contrary to the draft.
        const [target, link] = [reader.text(), path(reader)]
        files.makeSymlink(link, target, who)
        return status(id, statusCode.ok)
      }
      case request.extended:
        return extended(id, reader)
      default:
        return status(id, statusCode.unsupported)
    }
  }

  function extended(id: number, reader: PacketReader): Buffer {
    switch (reader.text()) {
      case 'posix-rename@openssh.com': {
        const [from, to] = [path(reader), path(reader)]
        files.rename(from, to, who)
        return status(id, statusCode.ok)
      }
      case 'fsync@openssh.com':
        anyHandle(reader)
        return status(id, statusCode.ok)
      case 'lsetstat@openssh.com': {
        const [link, given] = [path(reader), reader.attributes()]
        const before = files.linkStatus(link, who)
        if (before.kind !== 'symlink') changePath(link, given)
        else if (given.uid !== undefined && given.gid !== undefined) {
          files.changeLinkOwner(link, given.uid, given.gid, who)
        }
        return status(id, statusCode.ok)
      }
      case 'limits@openssh.com':
        return packet(
          response.extendedReply,
          ...[uint32(id), uint64(longestPacket), uint64(longestRead), uint64(longestRead)],
          uint64(mostHandles),
        )
      default:
        return status(id, statusCode.unsupported)
    }
  }

  function open(id: number, name: string, bits: number, given: SftpAttributes): Buffer {
    const flags = {
      read: (bits & openFlag.read) !== 0,
      write: (bits & (openFlag.write | openFlag.append)) !== 0,
      append: (bits & openFlag.append) !== 0,
      create: (bits & openFlag.create) !== 0,
      truncate: (bits & openFlag.truncate) !== 0,
      exclusive: (bits & openFlag.exclusive) !== 0,
    }
    if (handles.size >= mostHandles) return status(id, statusCode.failure)
    const file = files.open(name, flags, who, (given.mode ?? 0o666) & ~umask)
    return newHandle(id, { kind: 'file', path: name, file })
  }

  function newHandle(id: number, opened: Handle): Buffer {
    if (handles.size >= mostHandles) return status(id, statusCode.failure)
    const name = uint32(nextHandle++)
    handles.set(name.toString('latin1'), opened)
    return packet(response.handle, uint32(id), string(name))
  }

  function anyHandle(reader: PacketReader): Handle {
    const opened = handles.get(reader.bytes().toString('latin1'))
    // As OpenSSH: an unknown handle is a failure of the request, not of the session.
    if (opened === undefined) throw new FileSystemError('EIO', 'handle')
    return opened
  }

  function fileHandle(reader: PacketReader): Extract<Handle, { kind: 'file' }> {
    const opened = anyHandle(reader)
    if (opened.kind !== 'file') throw new FileSystemError('EIO', opened.path)
    return opened
  }

  function readDirectory(id: number, reader: PacketReader): Buffer {
    const opened = anyHandle(reader)
    if (opened.kind !== 'directory') throw new FileSystemError('EIO', opened.path)
    if (opened.names.length === 0) return status(id, statusCode.endOfFile)
    const names = opened.names.slice(0, namesPerReply)
    opened.names = opened.names.slice(namesPerReply)
    const entries = names.flatMap(name => {
      const found = linkStatus(`${opened.path}/${name}`)
      if (found === null) return []
      return [
        Buffer.concat([
          string(name),
          string(longLine(found, name, context.accounts)),
          attributes(found),
        ]),
      ]
    })
    return packet(response.name, uint32(id), uint32(entries.length), ...entries)
  }

  function linkStatus(name: string): FileStatus | null {
    try {
      return files.linkStatus(name, who)
    } catch (error) {
      if (error instanceof FileSystemError) return null
      throw error
    }
  }

  function changePath(name: string, given: SftpAttributes): void {
    if (given.size !== undefined) files.open(name, { write: true }, who).truncate(given.size)
    if (given.uid !== undefined && given.gid !== undefined) {
      files.changeOwner(name, given.uid, given.gid, who)
    }
    if (given.mode !== undefined) files.changeMode(name, given.mode, who)
    if (given.modifiedSeconds !== undefined) {
      files.changeTimes(name, given.modifiedSeconds * 1000, who)
    }
  }

  function changeFile(file: OpenFile, given: SftpAttributes): void {
    if (given.size !== undefined) file.truncate(given.size)
    if (given.uid !== undefined && given.gid !== undefined) {
      file.changeOwner(given.uid, given.gid, who)
    }
    if (given.mode !== undefined) file.changeMode(given.mode, who)
    if (given.modifiedSeconds !== undefined) file.changeTimes(given.modifiedSeconds * 1000, who)
  }

  function path(reader: PacketReader): string {
    const name = reader.text()
    return name.startsWith('/') ? name : name === '' ? context.home : `${context.home}/${name}`
  }
}

const extensions = [
  string('posix-rename@openssh.com'),
  string('1'),
  string('fsync@openssh.com'),
  string('1'),
  string('lsetstat@openssh.com'),
  string('1'),
  string('limits@openssh.com'),
  string('1'),
]

const statusTexts: Readonly<Record<number, string>> = {
  0: 'Success',
  1: 'End of file',
  2: 'No such file',
  3: 'Permission denied',
  4: 'Failure',
  5: 'Bad message',
  8: 'Operation unsupported',
}

function status(id: number, code: number): Buffer {
  const text = statusTexts[code] ?? 'Failure'
  return packet(response.status, uint32(id), uint32(code), string(text), string(''))
}

function attributesReply(id: number, found: FileStatus): Buffer {
  return packet(response.attributes, uint32(id), attributes(found))
}

function nameReply(id: number, names: readonly string[]): Buffer {
  const entries = names.map(name => Buffer.concat([string(name), string(name), uint32(0)]))
  return packet(response.name, uint32(id), uint32(entries.length), ...entries)
}

/** OpenSSH's errno_to_portable. */
function statusFor(code: string): number {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EBADF':
    case 'ELOOP':
      return statusCode.noSuchFile
    case 'EPERM':
    case 'EACCES':
      return statusCode.permissionDenied
    case 'ENAMETOOLONG':
    case 'EINVAL':
      return statusCode.badMessage
    default:
      return statusCode.failure
  }
}
