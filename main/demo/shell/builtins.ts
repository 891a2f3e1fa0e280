import { errorText, execute, lookUp } from '../unix/system.ts'
import { FileSystemError } from '../files/file-system.ts'
import { parseScript } from './parse.ts'
import { formatted } from './printf.ts'
import { ExitShell, LoopJump, type Descriptors, type Shell } from './shell.ts'
import { ShellSyntaxError, type Script } from './syntax.ts'
import { isTrue } from './test-expression.ts'

/** What a builtin needs of the interpreter, handed in so that the two need not import each other. */
export interface BuiltinContext {
  /** The descriptors before the command's own redirections, which `exec` may replace. */
  readonly io: Descriptors
  readonly runScript: (shell: Shell, script: Script, io: Descriptors) => Promise<number>
}

export type Builtin = (
  shell: Shell,
  args: readonly string[],
  io: Descriptors,
  context: BuiltinContext,
) => Promise<number>

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', async () => 0],
  ['true', async () => 0],
  ['false', async () => 1],
  ['echo', echo],
  ['printf', printf],
  ['cd', changeDirectory],
  [
    'pwd',
    async (shell, _args, io) => {
      await io.stdout(`${shell.cwd}\n`)
      return 0
    },
  ],
  ['exit', exit],
  ['export', exportVariables],
  ['unset', unset],
  ['set', set],
  ['shift', shift],
  ['test', (shell, args, io) => test(shell, args, io, 'test')],
  ['[', bracket],
  ['command', command],
  ['type', type],
  ['read', read],
  ['eval', evaluate],
  ['exec', replace],
  ['umask', umask],
  ['wait', async () => 0],
  // A signal that a script wants to ignore or handle stops it all the same.
  ['trap', async () => 0],
  ['break', jump('break')],
  ['continue', jump('continue')],
])

async function echo(_shell: Shell, args: readonly string[], io: Descriptors): Promise<number> {
  const isBare = args[0] === '-n'
  await io.stdout(args.slice(isBare ? 1 : 0).join(' ') + (isBare ? '' : '\n'))
  return 0
}

async function printf(_shell: Shell, args: readonly string[], io: Descriptors): Promise<number> {
  const [format, ...values] = args[0] === '--' ? args.slice(1) : args
  if (format === undefined) {
    await io.stderr('sh: printf: usage: printf format [arguments]\n')
    return 2
  }
  const { bytes, problems } = formatted(format, values)
  await io.stdout(bytes)
  for (const problem of problems) await io.stderr(`sh: printf: ${problem}\n`)
  return problems.length === 0 ? 0 : 1
}

async function changeDirectory(
  shell: Shell,
  args: readonly string[],
  io: Descriptors,
): Promise<number> {
  const given = args.find(arg => !/^-[LP]$/.test(arg) && arg !== '--')
  const wanted =
    given === '-' ? shell.variables.get('OLDPWD') : (given ?? shell.variables.get('HOME'))
  if (wanted === undefined || wanted === '') {
    await io.stderr(`sh: cd: ${given === '-' ? 'OLDPWD' : 'HOME'} not set\n`)
    return 1
  }
  // The way that was walked is kept: /tmp stays /tmp though it is a symlink, and its .. is /.
  const names: string[] = []
  for (const name of shell.absolute(wanted).split('/')) {
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  }
  const path = `/${names.join('/')}`
  const who = { uid: shell.uid, gid: shell.gid }
  try {
    const { kind } = shell.system.files.status(path, who)
    if (kind !== 'directory') throw new FileSystemError('ENOTDIR', path)
    if (!shell.system.files.allows(path, who, 1)) throw new FileSystemError('EACCES', path)
  } catch (error) {
    if (!(error instanceof FileSystemError)) throw error
    await io.stderr(`sh: cd: ${wanted}: ${errorText(error)}\n`)
    return 1
  }
  shell.setVariable('OLDPWD', shell.cwd)
  shell.cwd = path
  if (given === '-') await io.stdout(`${path}\n`)
  return 0
}

async function exit(shell: Shell, args: readonly string[], io: Descriptors): Promise<number> {
  const [code] = args
  if (code === undefined) throw new ExitShell(shell.lastStatus)
  if (!/^-?\d+$/.test(code)) {
    await io.stderr(`sh: exit: ${code}: numeric argument required\n`)
    throw new ExitShell(255)
  }
  throw new ExitShell(Number(code) & 0xff)
}

async function exportVariables(
  shell: Shell,
  args: readonly string[],
  io: Descriptors,
): Promise<number> {
  const names = args.filter(arg => arg !== '-p' && arg !== '--')
  if (names.length === 0) {
    for (const name of [...shell.exported].sort()) {
      const value = shell.variables.get(name)
      if (value !== undefined) await io.stdout(`export ${name}=${quoted(value)}\n`)
    }
  }
  for (const arg of names) {
    const [, name, value] = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(arg) ?? []
    if (name === undefined) {
      await io.stderr(`sh: export: \`${arg}': not a valid identifier\n`)
      return 1
    }
    if (value !== undefined) shell.setVariable(name, value)
    shell.exported.add(name)
  }
  return 0
}

async function unset(shell: Shell, args: readonly string[]): Promise<number> {
  for (const name of args) {
    shell.variables.delete(name)
    shell.exported.delete(name)
  }
  return 0
}

async function set(shell: Shell, args: readonly string[], io: Descriptors): Promise<number> {
  if (args.length === 0) {
    for (const [name, value] of [...shell.variables].sort()) {
      await io.stdout(`${name}=${quoted(value)}\n`)
    }
    return 0
  }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--' || !/^[-+]/.test(arg)) {
      shell.arguments = [shell.arguments[0]!, ...args.slice(arg === '--' ? i + 1 : i)]
      return 0
    }
    const isOn = arg.startsWith('-')
    for (const letter of arg.slice(1)) {
      if (letter === 'e') shell.exitsOnError = isOn
      else if (letter === 'u') shell.refusesUnset = isOn
      else if (letter === 'x') shell.isTracing = isOn
      else {
        await io.stderr(`sh: set: ${arg}: invalid option\n`)
        return 2
      }
    }
  }
  return 0
}

async function shift(shell: Shell, args: readonly string[]): Promise<number> {
  const count = Number(args[0] ?? 1)
  const [name, ...rest] = shell.arguments
  if (!(count >= 0 && count <= rest.length)) return 1
  shell.arguments = [name!, ...rest.slice(count)]
  return 0
}

async function test(
  shell: Shell,
  args: readonly string[],
  io: Descriptors,
  name: string,
): Promise<number> {
  const verdict = isTrue(args, shell.system.files, { uid: shell.uid, gid: shell.gid }, path =>
    shell.absolute(path),
  )
  if (typeof verdict === 'boolean') return verdict ? 0 : 1
  await io.stderr(`sh: ${name}: ${verdict.problem}\n`)
  return 2
}

async function bracket(shell: Shell, args: readonly string[], io: Descriptors): Promise<number> {
  if (args.at(-1) === ']') return test(shell, args.slice(0, -1), io, '[')
  await io.stderr("sh: [: missing `]'\n")
  return 2
}

async function command(
  shell: Shell,
  args: readonly string[],
  io: Descriptors,
  context: BuiltinContext,
): Promise<number> {
  const [option, ...names] = args
  if (option === '-v' || option === '-V') {
    if (option === '-V') return type(shell, names, io)
    let status = names.length === 0 ? 1 : 0
    for (const name of names) {
      const path = builtins.has(name) ? name : pathOf(shell, name, io)
      if (path === null) status = 1
      else await io.stdout(`${path}\n`)
    }
    return status
  }
  const words = option === '-p' || option === '--' ? names : args
  const [name, ...rest] = words
  if (name === undefined) return 0
  const builtin = builtins.get(name)
  if (builtin !== undefined) return builtin(shell, rest, io, context)
  return execute(shell.system, shell.process(words, io), 'sh')
}

async function type(shell: Shell, args: readonly string[], io: Descriptors): Promise<number> {
  let status = 0
  for (const name of args) {
    const path = pathOf(shell, name, io)
    if (builtins.has(name)) await io.stdout(`${name} is a shell builtin\n`)
    else if (path !== null) await io.stdout(`${name} is ${path}\n`)
    else {
      await io.stderr(`sh: type: ${name}: not found\n`)
      status = 1
    }
  }
  return status
}

function pathOf(shell: Shell, name: string, io: Descriptors): string | null {
  const found = lookUp(shell.system, shell.process([name], io), name)
  return found.kind === 'found' ? found.path : null
}

async function read(shell: Shell, args: readonly string[], io: Descriptors): Promise<number> {
  const isRaw = args.includes('-r')
  const names = args.filter(arg => arg !== '-r')
  const line = await io.stdin.line()
  const text = isRaw ? (line ?? '') : (line ?? '').replace(/\\(.)/g, '$1')
  const separators = shell.variables.get('IFS') ?? ' \t\n'
  const isBlank = (at: number) => separators.includes(rest[at] ?? '\0')
  let rest = text
  for (const [i, name] of (names.length === 0 ? ['REPLY'] : names).entries()) {
    let start = 0
    while (start < rest.length && isBlank(start)) start++
    let end = start
    if (i < names.length - 1) while (end < rest.length && !isBlank(end)) end++
    else {
      end = rest.length
      while (end > start && isBlank(end - 1)) end--
    }
    shell.setVariable(name, rest.slice(start, end))
    rest = rest.slice(end)
  }
  return line === null ? 1 : 0
}

async function evaluate(
  shell: Shell,
  args: readonly string[],
  io: Descriptors,
  context: BuiltinContext,
): Promise<number> {
  try {
    return await context.runScript(shell, parseScript(args.join(' ')), io)
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error
    await io.stderr(`sh: eval: ${error.message}\n`)
    return 2
  }
}

async function replace(
  shell: Shell,
  args: readonly string[],
  io: Descriptors,
  context: BuiltinContext,
): Promise<number> {
  if (args.length === 0) {
    Object.assign(context.io, io)
    return 0
  }
  throw new ExitShell(await execute(shell.system, shell.process(args, io), 'sh: exec'))
}

async function umask(_shell: Shell, args: readonly string[], io: Descriptors): Promise<number> {
  if (args.length > 0) {
    await io.stderr('sh: umask: cannot be changed here\n')
    return 1
  }
  await io.stdout('0022\n')
  return 0
}

function jump(kind: 'break' | 'continue'): Builtin {
  return async (shell, args) => {
    if (shell.loopDepth === 0) return 0
    throw new LoopJump(kind, Math.max(1, Number(args[0] ?? 1) || 1))
  }
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`
}
