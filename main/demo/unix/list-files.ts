import type { FileStatus } from '../files/file-system.ts'
import type { Program } from '../program.ts'
import { longColumns, longLine, modeText } from './mode-text.ts'
import { strftime } from './strftime.ts'
import type { UnixSystem } from './system.ts'
import { baseName, directoryName, join, tool, usageError, walk, type ToolCall } from './tool.ts'

/** Programs that look at files and change nothing. */
export function listPrograms(system: UnixSystem): [string, Program][] {
  return [
    [
      '/bin/ls',
      tool('alARdn1FhtrSGeO@kTp', 'ls [-AFRSTadhlnprt1] [file ...]', c => list(c, system), 1),
    ],
    [
      '/usr/bin/stat',
      tool('f:Lnqlxs', 'stat [-L] [-f format] [file ...]', c => stat(c, system), 1),
    ],
    ['/usr/bin/readlink', tool('nf', 'readlink [-n] [file ...]', readLink, 1)],
    ['/usr/bin/du', tool('skhad:mxLHP', 'du [-ask] [file ...]', diskUsage)],
    ['/bin/df', tool('kHhlimPgbt:', 'df [-k] [file ...]', c => freeSpace(c, system))],
    ['/usr/bin/basename', tool('', 'basename string [suffix]', baseNameTool, 1)],
    ['/usr/bin/dirname', tool('', 'dirname path', directoryNameTool, 1)],
    ['/bin/pwd', tool('LP', 'pwd [-L | -P]', workingDirectory, 1)],
    ['/bin/realpath', tool('q', 'realpath [path ...]', c => realPath(c, system), 1)],
  ]
}

interface Listed {
  readonly name: string
  readonly path: string
  readonly status: FileStatus
}

async function list(call: ToolCall, system: UnixSystem): Promise<number> {
  const { flags } = call
  const { files } = call.process
  let code = 0
  const found: Listed[] = []
  const operands = call.operands.length === 0 ? ['.'] : [...call.operands].sort()
  for (const name of operands) {
    const isFollowed = !flags.has('l') && !flags.has('d')
    const status = await call.attempt(name, () => {
      const link = files.linkStatus(call.at(name), call.who)
      const leads = link.kind === 'symlink' && (isFollowed || name.endsWith('/'))
      return leads && files.exists(call.at(name)) ? files.status(call.at(name), call.who) : link
    })
    if (status === undefined) code = 1
    else found.push({ name, path: name, status })
  }
  const isFolder = ({ status }: Listed) => status.kind === 'directory' && !flags.has('d')
  const plain = found.filter(entry => !isFolder(entry))
  await show(call, system, plain, false)
  let isFirst = plain.length === 0
  const folders = found.filter(isFolder)
  const hasHeads = operands.length > 1 || flags.has('R')
  for (let next = folders.shift(); next !== undefined; next = folders.shift()) {
    const folder = next
    if (hasHeads && !(isFirst && operands.length === 1)) {
      await call.print(`${isFirst ? '' : '\n'}${folder.path}:\n`)
    }
    isFirst = false
    const names = await call.attempt(baseName(folder.path), () =>
      files.list(call.at(folder.path), call.who),
    )
    if (names === undefined) {
      code = 1
      continue
    }
    const shown = names.filter(name => flags.has('a') || flags.has('A') || !name.startsWith('.'))
    const entries: Listed[] = []
    for (const name of [...(flags.has('a') ? ['.', '..'] : []), ...shown]) {
      const path = join(folder.path, name)
      const status = await call.attempt(name, () => files.linkStatus(call.at(path), call.who))
      if (status === undefined) code = 1
      else entries.push({ name, path, status })
    }
    await show(call, system, entries, true)
    if (flags.has('R')) {
      const below = entries.filter(e => isFolder(e) && e.name !== '.' && e.name !== '..')
      folders.unshift(...below)
    }
  }
  return code
}

async function show(
  call: ToolCall,
  system: UnixSystem,
  entries: readonly Listed[],
  hasTotal: boolean,
): Promise<void> {
  const { flags } = call
  const sorted = [...entries]
  if (flags.has('t')) sorted.sort((a, b) => b.status.modifiedMs - a.status.modifiedMs)
  if (flags.has('S')) sorted.sort((a, b) => b.status.size - a.status.size)
  if (flags.has('r')) sorted.reverse()
  const mark = ({ name, status }: Listed) => {
    const isFolder = status.kind === 'directory'
    if (isFolder && (flags.has('F') || flags.has('p'))) return `${name}/`
    if (!flags.has('F')) return name
    if (status.kind === 'symlink') return `${name}@`
    return (status.mode & 0o111) !== 0 ? `${name}*` : name
  }
  if (!flags.has('l') && !flags.has('n')) {
    await call.print(sorted.map(entry => `${mark(entry)}\n`).join(''))
    return
  }
  const accounts = flags.has('n') ? null : system.accounts
  const widths = { owner: 0, group: 0, size: 0 }
  for (const { status } of sorted) {
    const columns = longColumns(status, accounts)
    widths.owner = Math.max(widths.owner, columns.owner.length)
    widths.group = Math.max(widths.group, columns.group.length)
    widths.size = Math.max(widths.size, columns.size.length)
  }
  const blocks = sorted.reduce((sum, { status }) => sum + blocksOf(status), 0)
  const lines = hasTotal ? [`total ${blocks}`] : []
  for (const entry of sorted) {
    const target =
      entry.status.kind === 'symlink'
        ? ` -> ${call.process.files.readSymlink(call.at(entry.path), call.who)}`
        : ''
    lines.push(longLine(entry.status, mark(entry) + target, accounts, widths))
  }
  await call.print(lines.map(line => `${line}\n`).join(''))
}

/** Blocks of 512 bytes, of which a file takes eight at a time. */
function blocksOf(status: FileStatus): number {
  return status.kind === 'file' ? Math.ceil(status.size / 4096) * 8 : 0
}

async function stat(call: ToolCall, system: UnixSystem): Promise<number> {
  const { files } = call.process
  let code = 0
  for (const name of call.operands) {
    const status = await call.attempt(`${name}: stat`, () =>
      call.flags.has('L')
        ? files.status(call.at(name), call.who)
        : files.linkStatus(call.at(name), call.who),
    )
    if (status === undefined) {
      code = 1
      continue
    }
    const format =
      call.values.get('f') ?? (call.flags.has('x') ? '%N %Sp %z' : '%Sp %l %Su %Sg %z "%Sm" %N')
    const target =
      status.kind === 'symlink' ? files.readSymlink(call.at(name), call.who) : undefined
    await call.print(
      formatStatus(format, status, name, target, system) + (call.flags.has('n') ? '' : '\n'),
    )
  }
  return code
}

const kindBits = { file: 0o100000, directory: 0o040000, symlink: 0o120000 }
const kindNames = { file: 'Regular File', directory: 'Directory', symlink: 'Symbolic Link' }

function formatStatus(
  format: string,
  status: FileStatus,
  name: string,
  target: string | undefined,
  { accounts }: UnixSystem,
): string {
  return format.replace(
    /%[#+ 0-]*\d*(?:\.\d+)?([ODUXFS]?)([HML]?)([nt%@NYpugzmacBlbkidrTRf])/g,
    (_whole, form: string, part: string, datum: string) => {
      switch (datum) {
        case 'n':
          return '\n'
        case 't':
          return '\t'
        case '%':
          return '%'
        case 'N':
          return name
        case 'Y':
          return target === undefined ? '' : form === 'S' ? ` -> ${target}` : target
        case 'p':
          if (form === 'S') return modeText(status)
          if (part === 'L') return (status.mode & 0o777).toString(8)
          if (part === 'M') return ((status.mode >> 9) & 7).toString(8)
          return (kindBits[status.kind] | status.mode).toString(8)
        case 'u':
          return form === 'S' ? accounts.userName(status.uid) : String(status.uid)
        case 'g':
          return form === 'S' ? accounts.groupName(status.gid) : String(status.gid)
        case 'z':
          return String(status.size)
        case 'm':
        case 'a':
        case 'c':
        case 'B':
          if (form !== 'S') return String(Math.floor(status.modifiedMs / 1000))
          return strftime('%b %e %T %Y', new Date(status.modifiedMs))
        case 'l':
          return '1'
        case 'b':
          return String(blocksOf(status))
        case 'k':
          return '4096'
        case 'T':
          if (part === 'H' || form === 'S') return kindNames[status.kind]
          return { file: '', directory: '/', symlink: '@' }[status.kind]
        default:
          return '0'
      }
    },
  )
}

async function readLink(call: ToolCall): Promise<number> {
  let code = 0
  for (const name of call.operands) {
    try {
      const target = call.process.files.readSymlink(call.at(name), call.who)
      await call.print(target + (call.flags.has('n') ? '' : '\n'))
    } catch {
      // readlink(1) says nothing of what is no symlink.
      code = 1
    }
  }
  return code
}

async function diskUsage(call: ToolCall): Promise<number> {
  let code = 0
  for (const name of call.operands.length === 0 ? ['.'] : call.operands) {
    const done = await call.attempt(name, () => {
      let blocks = 0
      for (const path of walk(call, name)) {
        blocks += blocksOf(call.process.files.linkStatus(call.at(path), call.who))
      }
      return blocks
    })
    if (done === undefined) code = 1
    else await call.print(`${call.flags.has('k') ? done / 2 : done}\t${name}\n`)
  }
  return code
}

async function freeSpace(call: ToolCall, system: UnixSystem): Promise<number> {
  const { capacityBytes, usedBytes } = system.files.usage
  const unit = call.flags.has('k') ? 1024 : 512
  const [total, used] = [Math.floor(capacityBytes / unit), Math.ceil(usedBytes / unit)]
  const head = `Filesystem   ${unit === 1024 ? '1024-blocks' : ' 512-blocks'}     Used Available Capacity  Mounted on\n`
  const percent = `${Math.ceil((used / total) * 100)}%`
  const row = [
    '/dev/disk0s2'.padEnd(12),
    String(total).padStart(11),
    String(used).padStart(8),
    String(total - used).padStart(9),
    percent.padStart(7),
    '   /\n',
  ]
  await call.print(head + row.join(' '))
  return 0
}

async function baseNameTool(call: ToolCall): Promise<number> {
  const [path, suffix] = call.operands
  if (path === undefined) return usageError(call, 'basename string [suffix]', 1)
  const name = baseName(path)
  const cut = suffix !== undefined && name !== suffix && name.endsWith(suffix)
  await call.print(`${cut ? name.slice(0, name.length - suffix.length) : name}\n`)
  return 0
}

async function directoryNameTool(call: ToolCall): Promise<number> {
  const [path] = call.operands
  if (path === undefined) return usageError(call, 'dirname path', 1)
  await call.print(`${directoryName(path)}\n`)
  return 0
}

async function workingDirectory(call: ToolCall): Promise<number> {
  await call.print(`${call.process.cwd}\n`)
  return 0
}

async function realPath(call: ToolCall, system: UnixSystem): Promise<number> {
  let code = 0
  for (const name of call.operands) {
    const path = await call.attempt(name, () => {
      system.files.status(call.at(name), call.who)
      return system.files.realPath(call.at(name), call.who)
    })
    if (path === undefined) code = 1
    else await call.print(`${path}\n`)
  }
  return code
}
