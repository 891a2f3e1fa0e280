import { createServer, type Server as NetServer, type Socket } from 'node:net'
import ssh2, { type Connection } from 'ssh2'
import { StoppedError } from '../shell/streams.ts'
import type { Account } from '../unix/accounts.ts'
import type { Login, UnixSystem } from '../unix/system.ts'
import { authenticate, mostAttempts } from './authentication.ts'
import type { HostKey } from './host-key.ts'
import { serveSession } from './session.ts'

/** Cut the connection after so many bytes of the output of the next command that matches. */
export interface Cut {
  readonly command: RegExp
  readonly bytes: number
}

export interface SshServerOptions {
  readonly system: UnixSystem
  readonly hostKey: HostKey
  readonly host: string
  /** 0 picks a free one, which is then kept. */
  readonly port: number
  readonly onProblem: (error: unknown) => void
}

export interface SshServer {
  readonly port: number
  readonly connectionCount: () => number
  readonly cutNext: (cut: Cut) => void
  /** Resets every connection and closes the port until `comeUp`. */
  readonly goDown: () => void
  readonly comeUp: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** As sshd's MaxSessions. */
const mostSessions = 10
/** As sshd's LoginGraceTime, but a demo need not wait two minutes. */
const loginGraceMs = 60_000
const mostConnections = 100

export async function startSshServer(options: SshServerOptions): Promise<SshServer> {
  const { system, host, onProblem } = options
  const sockets = new Set<Socket>()
  let cuts: Cut[] = []
  let listener: NetServer | null = null
  let isStopped = false
  // ssh2 gives a connection before it says which socket it came by; injecting is what links the two.
  let injected: Socket | null = null

  const server = new ssh2.Server(
    // Darwin 17 shipped this OpenSSH; clients choose the order of symlink's arguments by the name.
    { hostKeys: [options.hostKey.privateKey], ident: 'OpenSSH_7.6 demo-guest' },
    (connection, info) => {
      const socket = findSocket(info.ip, info.port) ?? injected
      if (socket === null) return void connection.end()
      serveConnection(connection, socket, `${info.ip} ${info.port} ${port}`)
    },
  )
  server.on('error', onProblem)

  let port = options.port
  await comeUp()
  return { port, connectionCount: () => sockets.size, cutNext, goDown, comeUp, stop }

  async function comeUp(): Promise<void> {
    if (listener !== null || isStopped) return
    const opened = createServer({ noDelay: true }, accept)
    listener = opened
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject)
      opened.listen(port, host, () => {
        opened.off('error', reject)
        opened.on('error', onProblem)
        resolve()
      })
    }).catch((error: unknown) => {
      listener = null
      throw error
    })
    const address = opened.address()
    if (address !== null && typeof address === 'object') port = address.port
  }

  function accept(socket: Socket): void {
    if (sockets.size >= mostConnections) return void socket.destroy()
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    injected = socket
    server.injectSocket(socket)
  }

  function findSocket(ip: string, remotePort: number): Socket | null {
    for (const socket of sockets) {
      if (socket.remoteAddress === ip && socket.remotePort === remotePort) return socket
    }
    return null
  }

  function serveConnection(connection: Connection, socket: Socket, address: string): void {
    const gone = new AbortController()
    const login: Login = { sudoValidUntilMs: 0 }
    let account: Account | null = null
    let attemptCount = 0
    let sessionCount = 0
    const grace = setTimeout(() => socket.destroy(), loginGraceMs)
    const end = () => {
      clearTimeout(grace)
      gone.abort(new StoppedError('HUP'))
    }
    // A client that breaks off, or breaks the protocol, is its own trouble.
    connection.on('error', () => {})
    connection.on('close', end)
    socket.on('close', end)

    connection.on('authentication', context => {
      guarded(onProblem, () => {
        if (context.method !== 'none' && ++attemptCount > mostAttempts) {
          return void connection.end()
        }
        authenticate(system, context, found => {
          account = found
          clearTimeout(grace)
        })
      })
    })
    connection.on('request', (_accept, reject) => reject?.())
    connection.on('session', (accept, reject) => {
      guarded(onProblem, () => {
        if (account === null || sessionCount >= mostSessions) return void reject()
        const session = accept()
        sessionCount++
        session.on('close', () => sessionCount--)
        serveSession(session, {
          system,
          account,
          login,
          clientAddress: address,
          connection: gone.signal,
          allowOutput: command => allowance(command, socket),
          onProblem,
        })
      })
    })
  }

  function cutNext(cut: Cut): void {
    cuts.push(cut)
  }

  function allowance(command: string, socket: Socket): ((byteCount: number) => number) | undefined {
    const cut = cuts.find(waiting => waiting.command.test(command))
    if (cut === undefined) return undefined
    cuts = cuts.filter(waiting => waiting !== cut)
    let left = cut.bytes
    let isEnding = false
    return byteCount => {
      const allowed = Math.min(byteCount, left)
      left -= allowed
      // After this turn, so that the bytes allowed are on their way first; once, whatever else would be sent.
      if (left === 0 && !isEnding) {
        isEnding = true
        setImmediate(() => socket.destroySoon())
      }
      return allowed
    }
  }

  function goDown(): void {
    listener?.close()
    listener = null
    for (const socket of sockets) {
      // A reset of a connection that is being ended is refused (EINVAL), and the socket would stay open.
      if (socket.writableEnded) socket.destroy()
      else socket.resetAndDestroy()
    }
    sockets.clear()
  }

  async function stop(): Promise<void> {
    isStopped = true
    const closing = listener
    goDown()
    if (closing === null) return
    await new Promise<void>(resolve => {
      if (!closing.listening) resolve()
      closing.once('close', () => resolve())
      setTimeout(resolve, 1000).unref()
    })
  }
}

/** A bug in a handler fails the request; it must not take the process down. */
function guarded(onProblem: (error: unknown) => void, run: () => void): void {
  try {
    run()
  } catch (error) {
    onProblem(error)
  }
}
