import type { Session, ServerChannel } from 'ssh2'
import { runCommandText } from '../shell/run-shell.ts'
import type { Input } from '../shell/streams.ts'
import { BrokenPipeError, StoppedError } from '../shell/streams.ts'
import type { Account } from '../unix/accounts.ts'
import { defaultPath, type Login, type LoginProcess, type UnixSystem } from '../unix/system.ts'
import { channelInput, channelSinks } from './channel-streams.ts'
import { runInteractiveShell } from '../shell/interactive-shell.ts'
import { serveSftp } from './sftp-server.ts'
import { Terminal } from './terminal.ts'

export interface SessionContext {
  readonly system: UnixSystem
  readonly account: Account
  readonly login: Login
  readonly clientAddress: string
  /** Aborted when the connection is gone. */
  readonly connection: AbortSignal
  /** How many of the next bytes of this command's output may leave; the rest is lost with the connection. */
  readonly allowOutput: (command: string) => ((byteCount: number) => number) | undefined
  /** A bug in a handler: the request fails, the guest lives. */
  readonly onProblem: (error: unknown) => void
}

const mostVariables = 100
/** What a login decides, not the client. */
const ownVariables = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'PWD', 'IFS'])

/** Answers the requests of one session: an environment, a terminal, then a command, a shell or SFTP. */
export function serveSession(session: Session, context: SessionContext): void {
  const stop = new AbortController()
  const env: Record<string, string> = {}
  let hasTerminal = false
  let hasStarted = false
  const hangUp = () => stop.abort(new StoppedError('HUP'))
  context.connection.addEventListener('abort', hangUp, { once: true })
  session.on('close', () => {
    context.connection.removeEventListener('abort', hangUp)
    hangUp()
  })

  session.on('pty', (accept, _reject, info) => {
    hasTerminal = true
    const { term } = info as { term?: unknown }
    env['TERM'] = typeof term === 'string' ? term.slice(0, 100) : 'dumb'
    accept?.()
  })
  session.on('env', (accept, reject, { key, val }) => {
    const isFine =
      /^[A-Za-z_]\w{0,100}$/.test(key) && !ownVariables.has(key) && !/^(SSH|SUDO|DYLD)_/.test(key)
    if (!isFine || Object.keys(env).length >= mostVariables) return reject?.()
    env[key] = val.replaceAll('\0', '').slice(0, 32_768)
    accept?.()
  })
  session.on('window-change', accept => accept?.())
  session.on('signal', (accept, _reject, { name }) => {
    accept?.()
    const signalName = name.replace(/^SIG/, '')
    if (/^(HUP|INT|QUIT|KILL|TERM|PIPE|USR1|USR2|ABRT|ALRM)$/.test(signalName)) {
      stop.abort(new StoppedError(signalName))
    }
  })

  session.on('exec', (accept, reject, { command }) => {
    start(accept, reject, async channel => {
      const allow = context.allowOutput(command)
      const process = processOn(channel, ['sh', '-c', command], allow)
      return runCommandText(context.system, process, command)
    })
  })
  session.on('shell', (accept, reject) => {
    start(accept, reject, async channel => {
      const process = processOn(channel, ['-sh'])
      const io = { stdin: process.stdin as Input, stdout: process.stdout, stderr: process.stderr }
      const terminal = process.terminal ?? null
      return runInteractiveShell(context.system, process, io, terminal)
    })
  })
  // Not the library's 'sftp' event: its server cannot announce extensions, and rename needs one.
  session.on('subsystem', (accept, reject, { name }) => {
    if (name !== 'sftp') return reject?.()
    start(accept, reject, async channel => {
      const { stdin, stdout } = processOn(channel, ['sftp-server'])
      const { files, accounts } = context.system
      const { uid, gid, home } = context.account
      return serveSftp({ files, accounts, who: { uid, gid }, home }, stdin as Input, stdout)
    })
  })

  function start(
    accept: () => ServerChannel,
    reject: (() => void) | undefined,
    run: (channel: ServerChannel) => Promise<number>,
  ): void {
    if (hasStarted) return reject?.()
    hasStarted = true
    const channel = accept() as ServerChannel | undefined
    if (channel === undefined) return
    channel.on('error', hangUp)
    channel.stderr.on('error', hangUp)
    run(channel)
      .then(
        code => channel.exit(code),
        (error: unknown) => {
          if (error instanceof StoppedError) channel.exit(error.signalName, false, '')
          else if (error instanceof BrokenPipeError) channel.exit('PIPE', false, '')
          else {
            context.onProblem(error)
            channel.exit(70)
          }
        },
      )
      .finally(() => {
        channel.end()
        // Whatever the client still sends is of no use; unread, it would hold the channel open.
        channel.removeAllListeners('readable')
        channel.resume()
      })
      .catch(context.onProblem)
  }

  function processOn(
    channel: ServerChannel,
    argv: readonly string[],
    allow?: (byteCount: number) => number,
  ): LoginProcess & { readonly terminal?: Terminal } {
    const { account, system, login } = context
    const sinks = channelSinks(channel, stop.signal, {
      isTerminal: hasTerminal,
      ...(allow === undefined ? {} : { allow }),
    })
    const raw = channelInput(channel, stop.signal)
    const terminal = hasTerminal ? new Terminal(raw, sinks.stdout) : null
    if (terminal !== null) terminal.onInterrupt = () => stop.abort(new StoppedError('INT'))
    return {
      argv,
      uid: account.uid,
      gid: account.gid,
      user: account.name,
      cwd: account.home,
      env: {
        ...env,
        HOME: account.home,
        USER: account.name,
        LOGNAME: account.name,
        SHELL: account.shell,
        PATH: defaultPath,
        SSH_CLIENT: context.clientAddress,
      },
      files: system.files,
      stdin: terminal?.input ?? raw,
      stdout: sinks.stdout,
      stderr: sinks.stderr,
      signal: stop.signal,
      login,
      ...(terminal === null ? {} : { terminal }),
    }
  }
}
