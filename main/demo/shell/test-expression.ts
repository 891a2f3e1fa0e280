import { FileSystemError, type Credentials, type FileStatus } from '../files/file-system.ts'
import type { MemoryFileSystem } from '../files/memory-file-system.ts'

/**
 * test(1):
 *
 *   or = and { "-o" and };  and = not { "-a" not };  not = "!" not | "(" or ")" | primary
 *   primary = unary operand | operand binary operand | operand
 *
 * Returns the problem as text when the arguments are no expression.
 */
export function isTrue(
  args: readonly string[],
  files: MemoryFileSystem,
  who: Credentials,
  absolute: (path: string) => string,
): boolean | { readonly problem: string } {
  if (args.length === 0) return false
  let at = 0
  try {
    const verdict = or()
    return at < args.length ? { problem: 'too many arguments' } : verdict
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: error.message }
    throw error
  }

  function or(): boolean {
    let verdict = and()
    while (args[at] === '-o') {
      at++
      verdict = and() || verdict
    }
    return verdict
  }

  function and(): boolean {
    let verdict = not()
    while (args[at] === '-a') {
      at++
      verdict = not() && verdict
    }
    return verdict
  }

  function not(): boolean {
    // `! = x` compares; `!` alone is a text that is not empty.
    if (args[at] === '!' && at + 1 < args.length && !isBinary(args[at + 1]!)) {
      at++
      return !not()
    }
    if (args[at] === '(' && at + 2 < args.length && !isBinary(args[at + 1]!)) {
      at++
      const verdict = or()
      if (args[at] !== ')') throw new SyntaxError("`)' expected")
      at++
      return verdict
    }
    return primary()
  }

  function primary(): boolean {
    const first = args[at]
    if (first === undefined) throw new SyntaxError('argument expected')
    const operator = args[at + 1]
    if (operator !== undefined && isBinary(operator) && at + 2 < args.length) {
      at += 3
      return compare(first, operator, args[at - 1]!)
    }
    if (/^-[bcdefghknprstuwxzLOGS]$/.test(first) && operator !== undefined) {
      at += 2
      return unary(first, operator)
    }
    at++
    return first !== ''
  }

  function compare(left: string, operator: string, right: string): boolean {
    if (operator === '=' || operator === '==') return left === right
    if (operator === '!=') return left !== right
    if (operator === '-nt' || operator === '-ot') {
      const [a, b] = [status(left)?.modifiedMs ?? 0, status(right)?.modifiedMs ?? 0]
      return operator === '-nt' ? a > b : a < b
    }
    const [a, b] = [integer(left), integer(right)]
    switch (operator) {
      case '-eq':
        return a === b
      case '-ne':
        return a !== b
      case '-lt':
        return a < b
      case '-le':
        return a <= b
      case '-gt':
        return a > b
      default:
        return a >= b
    }
  }

  function unary(operator: string, operand: string): boolean {
    switch (operator) {
      case '-z':
        return operand === ''
      case '-n':
        return operand !== ''
      case '-e':
        return status(operand) !== null
      case '-f':
        return status(operand)?.kind === 'file'
      case '-d':
        return status(operand)?.kind === 'directory'
      case '-h':
      case '-L':
        return status(operand, true)?.kind === 'symlink'
      case '-s':
        return (status(operand)?.size ?? 0) > 0
      case '-r':
        return files.allows(absolute(operand), who, 4)
      case '-w':
        return files.allows(absolute(operand), who, 2)
      case '-x':
        return files.allows(absolute(operand), who, 1)
      case '-O':
        return status(operand)?.uid === who.uid
      case '-G':
        return status(operand)?.gid === who.gid
      case '-k':
        return ((status(operand)?.mode ?? 0) & 0o1000) !== 0
      case '-u':
        return ((status(operand)?.mode ?? 0) & 0o4000) !== 0
      case '-g':
        return ((status(operand)?.mode ?? 0) & 0o2000) !== 0
      default:
        // Devices, pipes, sockets and terminals: there are none.
        return false
    }
  }

  function status(path: string, ofLink = false): FileStatus | null {
    try {
      return ofLink ? files.linkStatus(absolute(path), who) : files.status(absolute(path), who)
    } catch (error) {
      if (error instanceof FileSystemError) return null
      throw error
    }
  }
}

function isBinary(word: string): boolean {
  return /^(?:==?|!=|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot)$/.test(word)
}

function integer(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) {
    throw new SyntaxError(`${text}: integer expression expected`)
  }
  return BigInt(text.trim().replace(/^\+/, ''))
}
