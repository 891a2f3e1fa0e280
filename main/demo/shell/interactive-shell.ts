import { runScript } from './interpret.ts'
import { parseScript } from './parse.ts'
import { shellProblem } from './run-shell.ts'
import { ExitShell, Shell, type Descriptors } from './shell.ts'
import { StoppedError } from './streams.ts'
import { ShellSyntaxError } from './syntax.ts'
import type { ControllingTerminal, LoginProcess, UnixSystem } from '../unix/system.ts'

/**
 * A login shell that reads line after line. With a terminal it shows a prompt, and Ctrl-C ends the line
 * or the running command; without one it just runs what comes, as `ssh -T` expects.
 */
export async function runInteractiveShell(
  system: UnixSystem,
  process: LoginProcess,
  io: Descriptors,
  terminal: ControllingTerminal | null,
): Promise<number> {
  const shell = new Shell(system, process, ['-sh'])
  const stdin = terminal?.input ?? io.stdin
  let pending = ''
  let prompt = ''
  const showPrompt = async () => {
    const home = process.env['HOME'] ?? '/'
    const place = shell.cwd === home ? '~' : (shell.cwd.split('/').at(-1) ?? '') || '/'
    prompt =
      pending === ''
        ? `${system.hostname}:${place} ${shell.user}${shell.uid === 0 ? '#' : '$'} `
        : '> '
    if (terminal !== null) await io.stdout(prompt)
  }
  for (;;) {
    if (terminal !== null) {
      terminal.onInterrupt = () => {
        pending = ''
        shell.lastStatus = 130
        showPrompt().catch(() => {})
      }
    }
    await showPrompt()
    const line = await stdin.line()
    if (line === null) {
      if (terminal !== null) await io.stdout('logout\n')
      return shell.lastStatus
    }
    const text = pending + line
    try {
      const script = parseScript(text)
      pending = ''
      const interrupt = new AbortController()
      shell.signal = AbortSignal.any([process.signal, interrupt.signal])
      if (terminal !== null) {
        terminal.onInterrupt = () => interrupt.abort(new StoppedError('INT'))
      }
      await runScript(shell, script, { ...io, stdin })
    } catch (error) {
      if (error instanceof ExitShell) return error.code
      if (error instanceof ShellSyntaxError && error.isIncomplete && text.length < 100_000) {
        pending = `${text}\n`
        continue
      }
      pending = ''
      if (error instanceof StoppedError && !process.signal.aborted) shell.lastStatus = 130
      else shell.lastStatus = await shellProblem(error, io)
    }
  }
}
