import { createHash } from 'node:crypto'
import type { Program } from '../program.ts'
import { listTime } from './mode-text.ts'
import { strftime } from './strftime.ts'
import type { UnixSystem } from './system.ts'
import { tool, usageError, type ToolCall } from './tool.ts'

/** Programs about people, time, processes and digests. */
export function systemPrograms(system: UnixSystem): [string, Program][] {
  return [
    ['/usr/bin/id', tool('ungrGp', 'id [-u | -g | -G] [-nr] [user]', c => identity(c, system), 1)],
    ['/usr/bin/whoami', tool('', 'whoami', c => whoami(c), 1)],
    ['/usr/bin/groups', tool('', 'groups [user]', c => groups(c, system), 1)],
    ['/bin/hostname', tool('sf', 'hostname [-fs]', c => say(c, system.hostname), 1)],
    ['/bin/date', tool('uj', 'date [-u] [+format]', date, 1)],
    ['/bin/sleep', tool('', 'sleep seconds', sleep, 1)],
    ['/bin/ps', processes(system)],
    ['/bin/kill', async () => 0],
    ['/usr/bin/uptime', tool('', 'uptime', c => uptime(c, system), 1)],
    ['/usr/bin/shasum', tool('a:bptUcqs', 'shasum [-a algorithm] [file ...]', shasum, 1)],
    ['/sbin/md5', tool('qrs:p', 'md5 [-qr] [-s string] [file ...]', md5, 1)],
  ]
}

async function say(call: ToolCall, text: string): Promise<number> {
  await call.print(`${text}\n`)
  return 0
}

async function identity(call: ToolCall, system: UnixSystem): Promise<number> {
  const { accounts } = system
  const [name] = call.operands
  const asked = name === undefined ? call.process.user : name
  const account = accounts.byName(asked)
  if (account === undefined) {
    await call.process.stderr(`id: ${asked}: no such user\n`)
    return 1
  }
  const { flags } = call
  const uid = name === undefined ? call.process.uid : account.uid
  const gid = name === undefined ? call.process.gid : account.gid
  const isNamed = flags.has('n')
  if (flags.has('u')) return say(call, isNamed ? accounts.userName(uid) : String(uid))
  if (flags.has('g')) return say(call, isNamed ? accounts.groupName(gid) : String(gid))
  const ids = account.groups.map(group => [accounts.groupId(group) ?? 0, group] as const)
  if (flags.has('G')) return say(call, ids.map(([id, group]) => (isNamed ? group : id)).join(' '))
  const list = ids.map(([id, group]) => `${id}(${group})`).join(',')
  return say(
    call,
    `uid=${uid}(${accounts.userName(uid)}) gid=${gid}(${accounts.groupName(gid)}) groups=${list}`,
  )
}

async function whoami(call: ToolCall): Promise<number> {
  return say(call, call.process.user)
}

async function groups(call: ToolCall, system: UnixSystem): Promise<number> {
  const name = call.operands[0] ?? call.process.user
  const account = system.accounts.byName(name)
  if (account !== undefined) return say(call, account.groups.join(' '))
  await call.process.stderr(`id: ${name}: no such user\n`)
  return 1
}

/** The guest's clock is in UTC. */
async function date(call: ToolCall): Promise<number> {
  const now = new Date()
  const format = call.operands.find(operand => operand.startsWith('+'))?.slice(1)
  return say(call, strftime(format ?? '%a %b %e %H:%M:%S %Z %Y', now))
}

async function sleep(call: ToolCall): Promise<number> {
  const seconds = Number(call.operands[0])
  if (!(seconds >= 0)) return usageError(call, 'sleep seconds', 1)
  const { signal } = call.process
  await new Promise<void>(resolve => {
    const timer = setTimeout(done, Math.min(seconds * 1000, 2 ** 31 - 1))
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
  return 0
}

/** The few processes a bare system has, and the one that asks. */
function processes(system: UnixSystem): Program {
  return async process => {
    const started = listTime(system.bootedMs)
    const rows: [string, number, string][] = [
      ['root', 1, '/sbin/launchd'],
      ['root', 45, '/usr/libexec/kextd'],
      ['root', 52, '/usr/sbin/syslogd'],
      ['root', 88, '/usr/sbin/sshd'],
      [process.user, 400, '-sh'],
    ]
    const isFull = process.argv.slice(1).join('').includes('u')
    const head = isFull
      ? 'USER               PID  %CPU %MEM STARTED      COMMAND\n'
      : '  PID TTY           TIME CMD\n'
    await process.stdout(head)
    for (const [user, pid, command] of rows) {
      const number = String(pid).padStart(5)
      await process.stdout(
        isFull
          ? `${user.padEnd(15)} ${number.padStart(6)}   0.0  0.1 ${started} ${command}\n`
          : `${number} ??         0:00.01 ${command}\n`,
      )
    }
    return 0
  }
}

async function uptime(call: ToolCall, system: UnixSystem): Promise<number> {
  const minutes = Math.floor((Date.now() - system.bootedMs) / 60_000)
  const clock = strftime('%H:%M', new Date())
  const span =
    minutes < 60
      ? `${minutes} min${minutes === 1 ? '' : 's'}`
      : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
  return say(call, `${clock}  up ${span}, 1 user, load averages: 0.08 0.05 0.01`)
}

async function shasum(call: ToolCall): Promise<number> {
  const algorithm = call.values.get('a') ?? '1'
  if (!/^(1|224|256|384|512)$/.test(algorithm)) {
    await call.complain(`Unrecognized algorithm`)
    return 1
  }
  return digests(call, `sha${algorithm}`, (digest, name) => `${digest}  ${name}`)
}

async function md5(call: ToolCall): Promise<number> {
  const text = call.values.get('s')
  if (text !== undefined) {
    return say(call, `MD5 ("${text}") = ${createHash('md5').update(text).digest('hex')}`)
  }
  return digests(call, 'md5', (digest, name) => {
    if (call.flags.has('q') || name === '-') return digest
    return call.flags.has('r') ? `${digest} ${name}` : `MD5 (${name}) = ${digest}`
  })
}

async function digests(
  call: ToolCall,
  algorithm: string,
  line: (digest: string, name: string) => string,
): Promise<number> {
  let code = 0
  for (const name of call.operands.length === 0 ? ['-'] : call.operands) {
    const hash = createHash(algorithm)
    if (name === '-') for await (const chunk of call.input) hash.update(chunk)
    else {
      const read = () => call.process.files.read(call.at(name), call.who)
      const bytes = await call.attempt(name, read)
      if (bytes === undefined) {
        code = 1
        continue
      }
      hash.update(bytes)
    }
    await call.print(`${line(hash.digest('hex'), name)}\n`)
  }
  return code
}
