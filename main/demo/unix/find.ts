import type { FileStatus } from '../files/file-system.ts'
import type { Program } from '../program.ts'
import { matchesPattern } from '../shell/pattern.ts'
import { inputFrom } from '../shell/streams.ts'
import { execute, type UnixSystem } from './system.ts'
import { baseName, join, tool, type ToolCall } from './tool.ts'

interface Found {
  readonly path: string
  readonly status: FileStatus
}

/** Whether an entry passes; a primary such as -print acts and passes. */
type Test = (found: Found) => Promise<boolean>

interface Expression {
  readonly test: Test
  readonly maxDepth: number
  readonly minDepth: number
  readonly isDepthFirst: boolean
}

/**
 * find(1):
 *
 *   or = and { "-o" and };  and = not { ["-a"] not };  not = "!" not | "(" or ")" | primary
 */
export function findProgram(system: UnixSystem): Program {
  return tool('LHPXdsxf:', 'find [-H | -L | -P] path ... [expression]', c => find(c, system), 1)
}

async function find(call: ToolCall, system: UnixSystem): Promise<number> {
  const split = call.operands.findIndex(arg => /^[-!(]/.test(arg))
  const roots = split < 0 ? call.operands : call.operands.slice(0, split)
  const args = split < 0 ? [] : call.operands.slice(split)
  const pruned = new Set<string>()
  let expression: Expression
  try {
    expression = parse(call, system, args, pruned)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    await call.complain(error.message)
    return 1
  }
  if (roots.length === 0) {
    await call.process.stderr('usage: find [-H | -L | -P] path ... [expression]\n')
    return 1
  }
  const { files } = call.process
  const isFollowing = call.flags.has('L')
  let code = 0
  const visit = async (path: string, depth: number, above: readonly string[]): Promise<void> => {
    const status = await call.attempt(path, () => {
      const link = files.linkStatus(call.at(path), call.who)
      const leads = isFollowing && link.kind === 'symlink' && files.exists(call.at(path))
      return leads ? files.status(call.at(path), call.who) : link
    })
    if (status === undefined) {
      code = 1
      return
    }
    const examine = async () => {
      if (depth >= expression.minDepth) await expression.test({ path, status })
    }
    if (!expression.isDepthFirst) await examine()
    if (status.kind === 'directory' && depth < expression.maxDepth && !pruned.has(path)) {
      const real = system.files.realPath(call.at(path), call.who)
      // With -L a symlink to a folder above would lead round for ever.
      const names = above.includes(real)
        ? []
        : await call.attempt(path, () => files.list(call.at(path), call.who))
      if (names === undefined) code = 1
      for (const name of names ?? []) await visit(join(path, name), depth + 1, [...above, real])
    }
    if (expression.isDepthFirst) await examine()
  }
  for (const root of roots) await visit(root, 0, [])
  return code
}

function parse(
  call: ToolCall,
  system: UnixSystem,
  args: readonly string[],
  pruned: Set<string>,
): Expression {
  let at = 0
  let hasAction = false
  let maxDepth = Infinity
  let minDepth = 0
  let isDepthFirst = call.flags.has('d')
  const print = (end: string): Test => {
    return async ({ path }) => (await call.print(path + end), true)
  }

  let test: Test = args.length === 0 ? async () => true : or()
  if (at < args.length) throw new SyntaxError(`${args[at]}: unexpected`)
  if (!hasAction) {
    const [asked, printed] = [test, print('\n')]
    test = async found => (await asked(found)) && printed(found)
  }
  return { test, maxDepth, minDepth, isDepthFirst }

  function or(): Test {
    let left = and()
    while (args[at] === '-o' || args[at] === '-or') {
      at++
      const [first, second] = [left, and()]
      left = async found => (await first(found)) || second(found)
    }
    return left
  }

  function and(): Test {
    let left = not()
    while (at < args.length && args[at] !== ')' && args[at] !== '-o' && args[at] !== '-or') {
      if (args[at] === '-a' || args[at] === '-and') at++
      const [first, second] = [left, not()]
      left = async found => (await first(found)) && second(found)
    }
    return left
  }

  function not(): Test {
    if (args[at] === '!' || args[at] === '-not') {
      at++
      const inner = not()
      return async found => !(await inner(found))
    }
    if (args[at] === '(') {
      at++
      const inner = or()
      if (args[at++] !== ')') throw new SyntaxError('(: missing closing ")"')
      return inner
    }
    return primary()
  }

  function primary(): Test {
    const name = args[at++]
    const value = () => {
      const given = args[at++]
      if (given === undefined) throw new SyntaxError(`${name}: requires additional arguments`)
      return given
    }
    const always: Test = async () => true
    switch (name) {
      case '-name': {
        const pattern = value()
        return async ({ path }) => matchesPattern(pattern, baseName(path))
      }
      case '-iname': {
        const pattern = value().toLowerCase()
        return async ({ path }) => matchesPattern(pattern, baseName(path).toLowerCase())
      }
      case '-path': {
        const pattern = value()
        return async ({ path }) => matchesPattern(pattern, path)
      }
      case '-type': {
        const letter = value()
        const kind = { f: 'file', d: 'directory', l: 'symlink' }[letter]
        if (!/^[bcdflps]$/.test(letter)) throw new SyntaxError(`-type: ${letter}: unknown type`)
        return async ({ status }) => status.kind === kind
      }
      case '-user': {
        const user = value()
        const uid = system.accounts.byName(user)?.uid ?? Number(user)
        if (Number.isNaN(uid)) throw new SyntaxError(`-user: ${user}: no such user`)
        return async ({ status }) => status.uid === uid
      }
      case '-group': {
        const group = value()
        const gid = system.accounts.groupId(group) ?? Number(group)
        if (Number.isNaN(gid)) throw new SyntaxError(`-group: ${group}: no such group`)
        return async ({ status }) => status.gid === gid
      }
      case '-perm': {
        const given = value()
        const bits = Number.parseInt(given.replace(/^[-+]/, ''), 8)
        if (Number.isNaN(bits)) throw new SyntaxError(`-perm: ${given}: illegal mode string`)
        return async ({ status: { mode } }) =>
          given.startsWith('-')
            ? (mode & bits) === bits
            : given.startsWith('+')
              ? (mode & bits) !== 0
              : mode === bits
      }
      case '-newer': {
        const { modifiedMs } = call.process.files.status(call.at(value()), call.who)
        return async ({ status }) => status.modifiedMs > modifiedMs
      }
      case '-size': {
        const parts = /^([-+]?)(\d+)(c?)$/.exec(value())
        if (parts === null) throw new SyntaxError('-size: illegal numeric value')
        const wanted = Number(parts[2])
        return async ({ status: { size } }) => {
          const units = parts[3] === 'c' ? size : Math.ceil(size / 512)
          return parts[1] === '-'
            ? units < wanted
            : parts[1] === '+'
              ? units > wanted
              : units === wanted
        }
      }
      case '-empty':
        return async ({ path, status }) =>
          status.kind === 'directory'
            ? call.process.files.list(call.at(path), call.who).length === 0
            : status.kind === 'file' && status.size === 0
      case '-maxdepth':
        maxDepth = Number(value())
        return always
      case '-mindepth':
        minDepth = Number(value())
        return always
      case '-depth':
        isDepthFirst = true
        return always
      case '-prune':
        return async ({ path }) => (pruned.add(path), true)
      case '-true':
        return always
      case '-print':
        hasAction = true
        return print('\n')
      case '-print0':
        hasAction = true
        return print('\0')
      case '-exec':
        hasAction = true
        return exec()
      default:
        throw new SyntaxError(`${name}: unknown primary or operator`)
    }
  }

  /** `-exec utility {} ;`. With `+` each entry still gets its own call: the result is the same. */
  function exec(): Test {
    const end = args.findIndex((arg, i) => i >= at && (arg === ';' || arg === '+'))
    if (end < 0) throw new SyntaxError('-exec: no terminating ";" or "+"')
    const words = args.slice(at, end)
    at = end + 1
    return async ({ path }) => {
      const argv = words.map(word => word.replaceAll('{}', path))
      const child = { ...call.process, argv, stdin: inputFrom(new Uint8Array(0)) }
      return (await execute(system, child, 'find')) === 0
    }
  }
}
