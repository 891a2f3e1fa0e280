import { pipeline, Readable } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'
import { extract as createExtract, pack as createPack, type Header } from 'tar-stream'
import { FileSystemError } from '../files/file-system.ts'
import type { Program } from '../program.ts'
import { ChunkedOutput } from '../programs/chunked-output.ts'
import { inputFrom, type Input } from '../shell/streams.ts'
import { errorText, type UnixSystem } from './system.ts'
import { all, baseName, directoryName, join, tool, walk, type ToolCall } from './tool.ts'

/** tar and gzip. */
export function archivePrograms(system: UnixSystem): [string, Program][] {
  return [
    ['/usr/bin/tar', process => tar(system, process)],
    ['/usr/bin/gzip', tool('cdfk123456789nqtv', 'gzip [-cdfk] [file ...]', gzip, 1)],
    ['/usr/bin/gunzip', tool('cfkqtv', 'gunzip [-cfk] [file ...]', gzip, 1)],
  ]
}

/** The `--long` options of bsdtar that have no letter here, as letters of our own. */
const longOptions: Readonly<Record<string, string>> = {
  '--null': '-0',
  '--no-recursion': '-n',
  '--numeric-owner': '-N',
  '--no-same-owner': '-O',
  '--same-owner': '-S',
  '--no-mac-metadata': '-M',
  '--disable-copyfile': '-M',
  '--no-xattrs': '-M',
}

const tarTool = (system: UnixSystem) =>
  tool('cxtf:C:T:zpvk0nNOSMmoPh', 'tar {-c | -x | -t} [-zpv] -f file [-C dir] [file ...]', call =>
    runTar(call, system),
  )

async function tar(system: UnixSystem, process: Parameters<Program>[0]): Promise<number> {
  const [name = 'tar', ...rest] = process.argv
  const args: string[] = []
  // Options may stand after operands here, and `--format ustar` and the like take a value.
  const operands: string[] = []
  for (let i = 0; i < rest.length; i++) {
    const arg = rest[i]!
    const long = longOptions[arg]
    if (i === 0 && /^[a-zA-Z]+$/.test(arg)) args.push(`-${arg}`)
    else if (long !== undefined) args.push(long)
    else if (arg === '--format' || arg === '--exclude') i++
    else if (/^--(format|exclude|uid|gid|uname|gname|options)=/.test(arg)) continue
    else if (arg === '--') {
      operands.push(...rest.slice(i + 1))
      break
    } else if (arg.startsWith('-') && arg !== '-') {
      args.push(arg)
      if (/^-[a-zA-Z0-9]*[fCT]$/.test(arg) && i + 1 < rest.length) args.push(rest[++i]!)
    } else if (/^-?[a-zA-Z]*[fCT]$/.test(args[0] ?? '') && args.length === 1 && i === 1)
      args.push(arg)
    else operands.push(arg)
  }
  return tarTool(system)({ ...process, argv: [name, ...args, '--', ...operands] })
}

async function runTar(given: ToolCall, system: UnixSystem): Promise<number> {
  const folder = given.values.get('C')
  const base = folder === undefined ? given.process.cwd : given.at(folder)
  const call: ToolCall = { ...given, at: path => (path.startsWith('/') ? path : join(base, path)) }
  if (folder !== undefined) {
    const isThere = system.files.exists(base) && system.files.allows(base, call.who, 1)
    if (!isThere) {
      await call.process.stderr(`tar: could not chdir to '${folder}'\n`)
      return 1
    }
  }
  if (call.flags.has('c')) return create(call, given, system)
  if (call.flags.has('x') || call.flags.has('t')) return extract(call, given)
  await call.process.stderr('tar: Must specify one of -c, -r, -t, -u, -x\n')
  return 1
}

async function create(call: ToolCall, given: ToolCall, system: UnixSystem): Promise<number> {
  const archive = call.values.get('f') ?? '-'
  const names = [...call.operands]
  const list = call.values.get('T')
  if (list !== undefined) {
    const bytes =
      list === '-'
        ? await all(call.input)
        : await call.attempt(list, () => call.process.files.read(given.at(list), call.who))
    if (bytes === undefined) return 1
    const text = new TextDecoder().decode(bytes)
    names.push(...text.split(call.flags.has('0') ? '\0' : '\n').filter(name => name !== ''))
  }
  if (names.length === 0) {
    await call.process.stderr('tar: no files or directories specified\n')
    return 1
  }
  const pack = createPack()
  const zipped = call.flags.has('z') ? createGzip() : null
  if (zipped !== null) pipeline(pack, zipped, () => {})
  const filling = fill(call, system, names, pack)
  const parts: Uint8Array[] = []
  // In records of many blocks, as bsdtar writes them: each write is a packet for whoever reads over SSH.
  const output = new ChunkedOutput(chunk => call.print(chunk))
  for await (const chunk of (zipped ?? pack) as AsyncIterable<Uint8Array>) {
    if (archive === '-') await output.put(chunk)
    else parts.push(chunk)
  }
  await output.flush()
  const code = await filling
  if (archive === '-') return code
  const done = await call.attempt(archive, () => {
    call.process.files.write(given.at(archive), Buffer.concat(parts), call.who)
    return true
  })
  return done === undefined ? 1 : code
}

async function fill(
  call: ToolCall,
  system: UnixSystem,
  names: readonly string[],
  pack: ReturnType<typeof createPack>,
): Promise<number> {
  const { files } = call.process
  let code = 0
  const complain = async (path: string, error: unknown) => {
    if (!(error instanceof FileSystemError)) throw error
    await call.process.stderr(`tar: ${path}: Cannot stat: ${errorText(error)}\n`)
    code = 1
  }
  try {
    for (const name of names) {
      let paths: string[] = []
      try {
        paths = call.flags.has('n') ? [name] : [...walk(call, name)]
      } catch (error) {
        await complain(name, error)
      }
      for (const path of paths) {
        try {
          const status = files.linkStatus(call.at(path), call.who)
          const header: Partial<Header> & { name: string } = {
            name: path.replace(/^\/+/, '') + (status.kind === 'directory' ? '/' : ''),
            type: status.kind,
            mode: status.mode,
            uid: status.uid,
            gid: status.gid,
            uname: system.accounts.userName(status.uid),
            gname: system.accounts.groupName(status.gid),
            mtime: new Date(status.modifiedMs),
          }
          if (status.kind === 'symlink') {
            header.linkname = files.readSymlink(call.at(path), call.who)
          }
          const bytes = status.kind === 'file' ? files.read(call.at(path), call.who) : null
          await new Promise<void>((resolve, reject) => {
            const written = (error?: Error | null) => (error == null ? resolve() : reject(error))
            if (bytes === null) pack.entry(header, written)
            else pack.entry(header, Buffer.from(bytes), written)
          })
        } catch (error) {
          await complain(path, error)
        }
      }
    }
  } finally {
    pack.finalize()
  }
  return code
}

async function extract(call: ToolCall, given: ToolCall): Promise<number> {
  const archive = call.values.get('f') ?? '-'
  let input: Input = call.input
  if (archive !== '-') {
    const bytes = await call.attempt(`Error opening archive: Failed to open '${archive}'`, () =>
      call.process.files.read(given.at(archive), call.who),
    )
    if (bytes === undefined) return 1
    input = inputFrom(bytes)
  }
  // Like bsdtar, tells by the first bytes whether the archive is compressed.
  const first = await input.next()
  if (first === null) return 0
  input.unread(first)
  const isZipped = first[0] === 0x1f && first[1] === 0x8b
  const source = Readable.from(input, { objectMode: false })
  const untar = createExtract()
  if (isZipped) pipeline(source, createGunzip(), untar, () => {})
  else pipeline(source, untar, () => {})
  let code = 0
  const folders: [string, Header][] = []
  try {
    for await (const entry of untar) {
      const { header } = entry
      const wanted = call.operands
      const isWanted =
        wanted.length === 0 ||
        wanted.some(name => header.name === name || header.name.startsWith(`${name}/`))
      if (!isWanted) {
        entry.resume()
        continue
      }
      if (call.flags.has('t')) {
        entry.resume()
        await call.print(`${header.name}\n`)
        continue
      }
      if (call.flags.has('v')) await call.process.stderr(`x ${header.name}\n`)
      const parts: Uint8Array[] = []
      for await (const chunk of entry as AsyncIterable<Uint8Array>) parts.push(chunk)
      try {
        place(call, header, Buffer.concat(parts))
        if (header.type === 'directory') folders.push([header.name, header])
      } catch (error) {
        if (!(error instanceof FileSystemError)) throw error
        await call.process.stderr(`tar: ${header.name}: ${errorText(error)}\n`)
        code = 1
      }
    }
    // A folder gets its mode and time last: a read-only one could not be filled.
    for (const [name, header] of folders.reverse()) finish(call, name, header)
  } catch (error) {
    if (error instanceof FileSystemError) {
      await call.process.stderr(`tar: ${error.path}: ${errorText(error)}\n`)
    } else if (call.process.signal.aborted) throw error
    else await call.process.stderr('tar: Error opening archive: Unrecognized archive format\n')
    return 1
  }
  if (code !== 0) await call.process.stderr('tar: Error exit delayed from previous errors.\n')
  return code
}

/** Puts one entry where its name says; names that lead out of the folder are refused, as bsdtar does. */
function place(call: ToolCall, header: Header, bytes: Uint8Array): void {
  const { files } = call.process
  const name = header.name.replace(/^\/+/, '').replace(/\/+$/, '')
  if (name.split('/').includes('..')) throw new FileSystemError('EPERM', header.name)
  const path = call.at(name === '' ? '.' : name)
  makeFolders(call, directoryName(path))
  if (header.type === 'directory') {
    if (!files.exists(path)) files.makeDirectory(path, call.who, 0o755)
    return
  }
  if (baseName(path) === '') return
  let old: string | null = null
  try {
    old = files.linkStatus(path, call.who).kind
  } catch (error) {
    if (!(error instanceof FileSystemError) || error.code !== 'ENOENT') throw error
  }
  if (old === 'directory') throw new FileSystemError('EISDIR', path)
  // Replaced, not overwritten: the new file has its own owner and mode.
  if (old !== null) files.removeFile(path, call.who)
  if (header.type === 'symlink') {
    files.makeSymlink(path, header.linkname ?? '', call.who)
    return
  }
  if (header.type !== 'file' && header.type !== 'contiguous-file') {
    throw new FileSystemError('EINVAL', path)
  }
  files.write(path, bytes, call.who)
  finish(call, name, header)
}

/** Modes as archived: all bits for root or with -p, without those of the umask else. Root keeps owners. */
function finish(call: ToolCall, name: string, header: Header): void {
  const { files } = call.process
  const path = call.at(name.replace(/^\/+/, '').replace(/\/+$/, '') || '.')
  const isRoot = call.who.uid === 0
  const before = files.status(path, call.who)
  if (!isRoot && before.uid !== call.who.uid) return
  if (isRoot && !call.flags.has('O') && !call.flags.has('o')) {
    files.changeOwner(path, header.uid ?? 0, header.gid ?? 0, call.who)
  }
  const mode = header.mode ?? 0o644
  const keepsAll = call.flags.has('p') || isRoot
  files.changeMode(path, keepsAll ? mode & 0o7777 : mode & 0o755, call.who)
  if (header.mtime && !call.flags.has('m'))
    files.changeTimes(path, header.mtime.getTime(), call.who)
}

function makeFolders(call: ToolCall, folder: string): void {
  const { files } = call.process
  const names = folder.split('/').filter(name => name !== '')
  names.forEach((_, i) => {
    const path = `/${names.slice(0, i + 1).join('/')}`
    if (!files.exists(path)) files.makeDirectory(path, call.who, 0o755)
  })
}

async function gzip(call: ToolCall): Promise<number> {
  const isUnzip = call.name === 'gunzip' || call.flags.has('d')
  const level = [...call.flags].find(flag => /^[1-9]$/.test(flag))
  const make = () => (isUnzip ? createGunzip() : createGzip(level ? { level: Number(level) } : {}))
  let code = 0
  for (const name of call.operands.length === 0 ? ['-'] : call.operands) {
    const bytes =
      name === '-'
        ? null
        : await call.attempt(name, () => call.process.files.read(call.at(name), call.who))
    if (bytes === undefined) {
      code = 1
      continue
    }
    const toStdout = name === '-' || call.flags.has('c')
    const source = Readable.from(bytes === null ? call.input : inputFrom(bytes), {
      objectMode: false,
    })
    const parts: Uint8Array[] = []
    try {
      const zipped = make()
      pipeline(source, zipped, () => {})
      for await (const chunk of zipped as AsyncIterable<Uint8Array>) {
        if (toStdout) await call.print(chunk)
        else parts.push(chunk)
      }
    } catch (error) {
      if (call.process.signal.aborted || !(error as { code?: string }).code?.startsWith('Z_')) {
        throw error
      }
      await call.complain(`${name === '-' ? 'stdin' : name}: not in gzip format`)
      code = 1
      continue
    }
    if (toStdout) continue
    const target = isUnzip ? name.replace(/\.gz$/, '') : `${name}.gz`
    const done = await call.attempt(target, () => {
      call.process.files.write(call.at(target), Buffer.concat(parts), call.who)
      if (!call.flags.has('k')) call.process.files.removeFile(call.at(name), call.who)
      return true
    })
    if (done === undefined) code = 1
  }
  return code
}
