import { FileSystemError, type FileStatus } from '../files/file-system.ts'
import type { Program } from '../program.ts'
import { changedMode } from './mode-change.ts'
import { errorText, type UnixSystem } from './system.ts'
import { baseName, directoryName, join, tool, usageError, walk, type ToolCall } from './tool.ts'

/** Programs that make, remove and change files. */
export function changePrograms(system: UnixSystem): [string, Program][] {
  const own = (call: ToolCall) => changeOwner(call, system, call.name === 'chgrp')
  return [
    [
      '/bin/cp',
      tool('RrpPfaLHXnv', 'cp [-R] [-fp] source_file target_file', c => copy(c, system), 64),
    ],
    ['/bin/mv', tool('fnv', 'mv [-f] source target', move)],
    ['/bin/rm', tool('rRfdvPW', 'rm [-f | -i] [-dPRrvW] file ...', remove)],
    ['/bin/mkdir', tool('pm:v', 'mkdir [-pv] [-m mode] directory ...', makeDirectory)],
    ['/bin/rmdir', tool('p', 'rmdir [-p] directory ...', removeDirectory)],
    ['/bin/chmod', chmod],
    ['/usr/sbin/chown', tool('RfhvHLPn', 'chown [-R] owner[:group] file ...', own, 1)],
    ['/usr/bin/chgrp', tool('RfhvHLPn', 'chgrp [-R] group file ...', own, 1)],
    ['/bin/ln', tool('sfnhv', 'ln [-sf] source_file target_file', link)],
    ['/usr/bin/touch', tool('acmf', 'touch [-c] file ...', touch, 1)],
    ['/usr/bin/mktemp', tool('dqut:', 'mktemp [-d] [template]', makeTemporary, 1)],
    [
      '/usr/bin/install',
      tool('do:g:m:cpS', 'install [-d] [-o owner] [-g group] [-m mode] file ... target', c =>
        install(c, system),
      ),
    ],
    ['/usr/bin/xattr', tool('crdlvpwsx', 'xattr [-cr] file ...', async () => 0)],
    ['/bin/sync', async () => 0],
  ]
}

const usages = {
  copy: 'cp [-R] [-fp] source_file target_file',
  move: 'mv [-f] source target',
}

/** The status of a name itself, or null when there is none. Other errors throw. */
function linkStatus(call: ToolCall, path: string): FileStatus | null {
  try {
    return call.process.files.linkStatus(call.at(path), call.who)
  } catch (error) {
    if (error instanceof FileSystemError && error.code === 'ENOENT') return null
    throw error
  }
}

function isDirectory(call: ToolCall, path: string): boolean {
  try {
    return call.process.files.status(call.at(path), call.who).kind === 'directory'
  } catch (error) {
    if (error instanceof FileSystemError) return false
    throw error
  }
}

/** Sources and where each goes: into the last operand when that is a directory, else onto it. */
async function targets(
  call: ToolCall,
  usage: string,
): Promise<readonly (readonly [string, string])[] | number> {
  const sources = call.operands.slice(0, -1)
  const last = call.operands.at(-1)
  if (last === undefined || sources.length === 0) return usageError(call, usage)
  if (isDirectory(call, last)) {
    // `cp -R x/ y` copies what is in x, but only BSD does that; here the name goes with it.
    return sources.map(source => [source, join(last, baseName(source))] as const)
  }
  if (sources.length > 1) {
    await call.complain(`${last} is not a directory`)
    return 64
  }
  return [[sources[0]!, last]]
}

async function copy(call: ToolCall, system: UnixSystem): Promise<number> {
  const pairs = await targets(call, usages.copy)
  if (typeof pairs === 'number') return pairs
  const isDeep = call.flags.has('R') || call.flags.has('r') || call.flags.has('a')
  const keeps = call.flags.has('p') || call.flags.has('a')
  const { files } = system
  let code = 0

  const keep = (target: string, status: FileStatus) => {
    if (!keeps) return
    files.changeTimes(call.at(target), status.modifiedMs, call.who)
    try {
      files.changeOwner(call.at(target), status.uid, status.gid, call.who)
    } catch (error) {
      // Only root keeps the owner; others copy what they can, as cp -p does.
      if (!(error instanceof FileSystemError)) throw error
    }
    files.changeMode(call.at(target), status.mode, call.who)
  }
  const copyOne = async (source: string, target: string, isTop: boolean): Promise<void> => {
    const status = await call.attempt(source, () =>
      isTop && !isDeep
        ? files.status(call.at(source), call.who)
        : files.linkStatus(call.at(source), call.who),
    )
    if (status === undefined) code = 1
    else if (status.kind === 'directory') await copyDirectory(source, target, status)
    else if (status.kind === 'symlink') {
      const done = await call.attempt(target, () => {
        if (linkStatus(call, target) !== null) files.removeFile(call.at(target), call.who)
        const aim = files.readSymlink(call.at(source), call.who)
        files.makeSymlink(call.at(target), aim, call.who)
        return true
      })
      if (done === undefined) code = 1
    } else {
      const bytes = await call.attempt(source, () => files.read(call.at(source), call.who))
      const done = await call.attempt(target, () => {
        if (bytes === undefined) return undefined
        if (call.flags.has('f') && !files.allows(call.at(target), call.who, 2)) {
          if (linkStatus(call, target) !== null) files.removeFile(call.at(target), call.who)
        }
        if (call.at(source) === call.at(target)) throw new FileSystemError('EINVAL', target)
        files.write(call.at(target), bytes.slice(), call.who, status.mode & 0o777 & ~0o022)
        keep(target, status)
        return true
      })
      if (done === undefined) code = 1
    }
  }
  const copyDirectory = async (source: string, target: string, status: FileStatus) => {
    if (!isDeep) {
      await call.complain(`${source} is a directory (not copied).`)
      code = 1
      return
    }
    const names = await call.attempt(source, () => {
      if (isWithin(call.at(target), call.at(source))) throw new FileSystemError('EINVAL', target)
      return files.list(call.at(source), call.who)
    })
    const made = await call.attempt(target, () => {
      const mode = (status.mode & 0o777 & ~0o022) | 0o700
      if (linkStatus(call, target) === null) files.makeDirectory(call.at(target), call.who, mode)
      else if (!isDirectory(call, target)) throw new FileSystemError('ENOTDIR', target)
      return true
    })
    if (names === undefined || made === undefined) {
      code = 1
      return
    }
    for (const name of names) await copyOne(join(source, name), join(target, name), false)
    if ((await call.attempt(target, () => (keep(target, status), true))) === undefined) code = 1
  }
  for (const [source, target] of pairs) await copyOne(source, target, true)
  return code
}

function isWithin(path: string, folder: string): boolean {
  const clean = (text: string) => `${text.replace(/\/+/g, '/').replace(/\/$/, '')}/`
  return clean(path).startsWith(clean(folder))
}

async function move(call: ToolCall): Promise<number> {
  const pairs = await targets(call, usages.move)
  if (typeof pairs === 'number') return pairs
  let code = 0
  for (const [source, target] of pairs) {
    try {
      if (call.flags.has('n') && linkStatus(call, target) !== null) continue
      call.process.files.rename(call.at(source), call.at(target), call.who)
    } catch (error) {
      if (!(error instanceof FileSystemError)) throw error
      await call.complain(`rename ${source} to ${target}: ${errorText(error)}`)
      code = 1
    }
  }
  return code
}

async function remove(call: ToolCall): Promise<number> {
  const { flags, process } = call
  const { files } = process
  const isDeep = flags.has('r') || flags.has('R')
  if (call.operands.length === 0) {
    return flags.has('f') ? 0 : usageError(call, 'rm [-f | -i] [-dPRrvW] file ...')
  }
  let code = 0
  const removeOne = async (path: string): Promise<void> => {
    const status = await call.attempt(path, () => {
      try {
        return files.linkStatus(call.at(path), call.who)
      } catch (error) {
        const isGone = error instanceof FileSystemError && /^ENO(ENT|TDIR)$/.test(error.code)
        if (flags.has('f') && isGone) return null
        throw error
      }
    })
    if (status === null) return
    let done: boolean | undefined = undefined
    if (status?.kind === 'directory') {
      if (!isDeep && !flags.has('d')) {
        await call.complain(`${path}: is a directory`)
        code = 1
        return
      }
      if (isDeep) {
        const names = await call.attempt(path, () => files.list(call.at(path), call.who))
        for (const name of names ?? []) await removeOne(join(path, name))
      }
      done = await call.attempt(path, () => (files.removeDirectory(call.at(path), call.who), true))
    } else if (status !== undefined) {
      done = await call.attempt(path, () => (files.removeFile(call.at(path), call.who), true))
    }
    if (done === undefined) code = 1
  }
  for (const path of call.operands) {
    if (['.', '..', '/'].includes(baseName(path))) {
      await call.complain(`"${baseName(path)}" may not be removed`)
      code = 1
    } else await removeOne(path)
  }
  return code
}

async function makeDirectory(call: ToolCall): Promise<number> {
  const { files } = call.process
  const given = call.values.get('m')
  const mode = given === undefined ? 0o755 : changedMode(given, 0o777, true)
  if (mode === null) {
    await call.complain(`invalid file mode: ${given}`)
    return 64
  }
  if (call.operands.length === 0) return usageError(call, 'mkdir [-pv] [-m mode] directory ...')
  let code = 0
  for (const path of call.operands) {
    const done = await call.attempt(path, () => {
      if (!call.flags.has('p')) {
        files.makeDirectory(call.at(path), call.who, mode)
        return true
      }
      const names = call
        .at(path)
        .split('/')
        .filter(name => name !== '')
      names.forEach((_, i) => {
        const folder = `/${names.slice(0, i + 1).join('/')}`
        if (isDirectory(call, folder)) return
        files.makeDirectory(folder, call.who, i === names.length - 1 ? mode : 0o755)
      })
      return true
    })
    if (done === undefined) code = 1
  }
  return code
}

async function removeDirectory(call: ToolCall): Promise<number> {
  let code = 0
  for (const path of call.operands) {
    const done = await call.attempt(path, () => {
      call.process.files.removeDirectory(call.at(path), call.who)
      return true
    })
    if (done === undefined) code = 1
  }
  return code
}

const chmodTool = tool('RfhvHLPE', 'chmod [-R] mode file ...', changeMode, 1)

/** `chmod -x file` is a mode, not an option. */
const chmod: Program = process => {
  const argv = [...process.argv]
  const at = argv.findIndex((arg, i) => i > 0 && !/^-[RfhvHLP]+$/.test(arg))
  if (at > 0 && /^-[rwxXst]/.test(argv[at]!)) argv.splice(at, 0, '--')
  return chmodTool({ ...process, argv })
}

async function changeMode(call: ToolCall): Promise<number> {
  const [given, ...paths] = call.operands
  if (given === undefined || paths.length === 0) {
    return usageError(call, 'chmod [-R] mode file ...', 1)
  }
  if (changedMode(given, 0, false) === null) {
    await call.complain(`Invalid file mode: ${given}`)
    return 1
  }
  const { files } = call.process
  return forEach(call, paths, path => {
    // chmod follows a symlink it is given, and leaves those it meets alone.
    const isMet = !paths.includes(path)
    if (isMet && files.linkStatus(call.at(path), call.who).kind === 'symlink') return
    const { mode, kind } = files.status(call.at(path), call.who)
    files.changeMode(call.at(path), changedMode(given, mode, kind === 'directory')!, call.who)
  })
}

async function changeOwner(
  call: ToolCall,
  system: UnixSystem,
  isGroupOnly: boolean,
): Promise<number> {
  const [given, ...paths] = call.operands
  if (given === undefined || paths.length === 0) {
    return usageError(
      call,
      `${call.name} [-R] ${isGroupOnly ? 'group' : 'owner[:group]'} file ...`,
      1,
    )
  }
  const found = owners(system, isGroupOnly ? `:${given}` : given)
  if (typeof found === 'string') {
    await call.complain(found)
    return 1
  }
  return forEach(call, paths, path => {
    const isLink = call.flags.has('h') || call.flags.has('R')
    const status = isLink
      ? system.files.linkStatus(call.at(path), call.who)
      : system.files.status(call.at(path), call.who)
    const { uid = status.uid, gid = status.gid } = found
    if (isLink) system.files.changeLinkOwner(call.at(path), uid, gid, call.who)
    else system.files.changeOwner(call.at(path), uid, gid, call.who)
  })
}

/** `user`, `user:group`, `user:` and `:group`, by name or number; or what is wrong with it. */
function owners(
  { accounts }: UnixSystem,
  text: string,
): { readonly uid?: number; readonly gid?: number } | string {
  const [user = '', group] = text.split(/[:.]/, 2)
  const found: { uid?: number; gid?: number } = {}
  if (user !== '') {
    const account = accounts.byName(user)
    if (account === undefined && !/^\d{1,9}$/.test(user)) return `${user}: illegal user name`
    found.uid = account?.uid ?? Number(user)
    if (group === '' && account !== undefined) found.gid = account.gid
  }
  if (group !== undefined && group !== '') {
    const gid = accounts.groupId(group)
    if (gid === undefined && !/^\d{1,9}$/.test(group)) return `${group}: illegal group name`
    found.gid = gid ?? Number(group)
  }
  return found
}

/** Changes each path, with -R also what lies below; complains of those that fail. */
async function forEach(
  call: ToolCall,
  paths: readonly string[],
  change: (path: string) => void,
): Promise<number> {
  let code = 0
  for (const path of paths) {
    const all = await call.attempt(path, () =>
      call.flags.has('R') ? [...walk(call, path)] : [path],
    )
    if (all === undefined) code = 1
    for (const each of all ?? []) {
      const done = await call.attempt(each, () => (change(each), true))
      if (done === undefined) code = 1
    }
  }
  return call.flags.has('f') ? 0 : code
}

async function link(call: ToolCall): Promise<number> {
  const { files } = call.process
  const [source, given = baseName(source ?? '')] = call.operands
  if (source === undefined) return usageError(call, 'ln [-sf] source_file target_file')
  if (!call.flags.has('s')) {
    await call.complain(`${given}: hard links are not supported`)
    return 1
  }
  const keepsLink = call.flags.has('n') || call.flags.has('h')
  const isInto =
    isDirectory(call, given) && !(keepsLink && linkStatus(call, given)?.kind === 'symlink')
  const target = isInto ? join(given, baseName(source)) : given
  const done = await call.attempt(target, () => {
    if (call.flags.has('f') && linkStatus(call, target) !== null) {
      files.removeFile(call.at(target), call.who)
    }
    files.makeSymlink(call.at(target), source, call.who)
    return true
  })
  return done === undefined ? 1 : 0
}

async function touch(call: ToolCall): Promise<number> {
  const { files } = call.process
  let code = 0
  for (const path of call.operands) {
    const done = await call.attempt(path, () => {
      if (files.exists(call.at(path))) files.changeTimes(call.at(path), Date.now(), call.who)
      else if (!call.flags.has('c')) files.write(call.at(path), new Uint8Array(0), call.who)
      return true
    })
    if (done === undefined) code = 1
  }
  return code
}

async function makeTemporary(call: ToolCall): Promise<number> {
  const { files } = call.process
  const prefix = call.values.get('t') ?? 'tmp'
  const given = call.operands.length > 0 ? call.operands : [`/tmp/${prefix}.XXXXXXXX`]
  for (const template of given) {
    const path = template.replace(/X+$/, marks => randomName(marks.length))
    const done = await call.attempt(
      `${call.flags.has('d') ? 'mkdtemp' : 'mkstemp'} failed on ${path}`,
      () => {
        if (call.flags.has('d')) files.makeDirectory(call.at(path), call.who, 0o700)
        else if (linkStatus(call, path) !== null) throw new FileSystemError('EEXIST', path)
        else files.write(call.at(path), new Uint8Array(0), call.who, 0o600)
        return true
      },
    )
    if (done === undefined) return 1
    await call.print(`${path}\n`)
  }
  return 0
}

function randomName(length: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  return Array.from({ length }, () => letters[Math.floor(Math.random() * letters.length)]).join('')
}

async function install(call: ToolCall, system: UnixSystem): Promise<number> {
  const owner = owners(system, `${call.values.get('o') ?? ''}:${call.values.get('g') ?? ''}`)
  const mode = changedMode(call.values.get('m') ?? '755', 0, true)
  if (typeof owner === 'string' || mode === null) {
    await call.complain(typeof owner === 'string' ? owner : 'invalid file mode')
    return 64
  }
  const { files } = system
  const finish = (path: string) => {
    const { uid, gid } = files.status(call.at(path), call.who)
    if (owner.uid !== undefined || owner.gid !== undefined) {
      files.changeOwner(call.at(path), owner.uid ?? uid, owner.gid ?? gid, call.who)
    }
    files.changeMode(call.at(path), mode, call.who)
    return true
  }
  let code = 0
  if (call.flags.has('d')) {
    for (const path of call.operands) {
      const names = call
        .at(path)
        .split('/')
        .filter(name => name !== '')
      const done = await call.attempt(path, () => {
        names.forEach((_, i) => {
          const folder = `/${names.slice(0, i + 1).join('/')}`
          if (!isDirectory(call, folder)) files.makeDirectory(folder, call.who)
        })
        return finish(path)
      })
      if (done === undefined) code = 1
    }
    return code
  }
  const pairs = await targets(call, 'install [-o owner] [-g group] [-m mode] file ... target')
  if (typeof pairs === 'number') return pairs
  for (const [source, target] of pairs) {
    const bytes = await call.attempt(source, () => files.read(call.at(source), call.who))
    const done = await call.attempt(target, () => {
      if (bytes === undefined) return undefined
      if (!isDirectory(call, directoryName(call.at(target)))) {
        throw new FileSystemError('ENOENT', target)
      }
      files.write(call.at(target), bytes.slice(), call.who)
      return finish(target)
    })
    if (done === undefined) code = 1
  }
  return code
}
