import { FailureError } from '../../core/failure.ts'

/** Words a shell takes literally. A leading `=` means “path of” in zsh, so it does not count as plain. */
const plainWord = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/

/** In the first place these start a construct of the shell, or of zsh or ksh, unless quoted. */
const reservedWords = new Set(
  (
    'case coproc do done elif else end esac fi for foreach function if in nocorrect repeat ' +
    'select then time until while'
  ).split(' '),
)

/**
 * The command line that makes a POSIX shell run exactly `argv`: an SSH `exec` request carries one string,
 * which the login shell of the guest parses. Nothing else in the app joins words into a command.
 * Single quotes take everything but themselves literally, newlines too.
 *
 * @throws FailureError `bad-request` for a NUL, which no argument of a Unix process can hold.
 */
export function quoteCommand(argv: readonly string[]): string {
  if (argv.length === 0) throw new Error('a command needs at least its name')
  return argv.map((word, index) => quoteWord(word, index === 0)).join(' ')
}

function quoteWord(word: string, isCommandName: boolean): string {
  if (word.includes('\0')) {
    throw new FailureError({
      kind: 'bad-request',
      request: 'run a command',
      detail: 'an argument holds a NUL character',
    })
  }
  // `A=b` in the first place is an assignment, not the name of a command.
  const isSpecialName = isCommandName && (word.includes('=') || reservedWords.has(word))
  if (plainWord.test(word) && !isSpecialName) return word
  return `'${word.replaceAll("'", "'\\''")}'`
}
