import type { Program } from '../program.ts'
import { descriptorsOf } from '../shell/run-shell.ts'
import { execute, type LoginProcess, type UnixSystem } from './system.ts'

/** As timestamp_timeout in sudoers. */
const rememberedMs = 5 * 60_000
const mostTries = 3
const usage = 'usage: sudo [-AknS] [-p prompt] [-u user] [VAR=value] command'

interface SudoCall {
  readonly reads: 'terminal' | 'stdin'
  readonly mayAsk: boolean
  readonly prompt: string | null
  readonly target: string
  readonly action: 'run' | 'validate' | 'forget' | 'shell'
  readonly forgetsFirst: boolean
  readonly variables: Readonly<Record<string, string>>
  readonly command: readonly string[]
}

/**
 * sudo(8): members of the group admin may run anything as anybody once they have given their own
 * password, which is remembered for the connection. What stdin holds after the password is the command's.
 */
export function sudo(system: UnixSystem): Program {
  return async process => {
    const login = (process as LoginProcess).login ?? { sudoValidUntilMs: 0 }
    const call = parse(process.argv.slice(1))
    if (typeof call === 'string') {
      await process.stderr(call === '' ? `${usage}\n` : `sudo: ${call}\n${usage}\n`)
      return 1
    }
    if (call.forgetsFirst || call.action === 'forget') login.sudoValidUntilMs = 0
    if (call.action === 'forget') return 0

    const caller = system.accounts.byName(process.user)
    const target = call.target.startsWith('#')
      ? system.accounts.byUid(Number(call.target.slice(1)))
      : system.accounts.byName(call.target)
    if (target === undefined) {
      await process.stderr(`sudo: unknown user: ${call.target}\n`)
      return 1
    }
    const isTrusted = process.uid === 0 || Date.now() < login.sudoValidUntilMs
    if (system.sudoNeedsPassword && !isTrusted) {
      const code = await askPassword(system, process, call)
      if (code !== 0) return code
    }
    if (process.uid !== 0 && caller?.groups.includes('admin') !== true) {
      const text = 'is not in the sudoers file.  This incident will be reported.'
      await process.stderr(`${process.user} ${text}\n`)
      return 1
    }
    if (system.sudoNeedsPassword && process.uid !== 0) {
      login.sudoValidUntilMs = Date.now() + rememberedMs
    }
    if (call.action === 'validate') return 0

    const argv = call.action === 'shell' ? [target.shell, ...call.command] : call.command
    const child: LoginProcess = {
      ...(process as LoginProcess),
      argv,
      stdin: descriptorsOf(process).stdin,
      uid: target.uid,
      gid: target.gid,
      user: target.name,
      login,
      env: {
        ...process.env,
        ...call.variables,
        USER: target.name,
        LOGNAME: target.name,
        USERNAME: target.name,
        SUDO_COMMAND: argv.join(' '),
        SUDO_USER: process.user,
        SUDO_UID: String(process.uid),
        SUDO_GID: String(process.gid),
      },
    }
    const code = await execute(system, child, 'sudo')
    // sudo itself ends with 1 when there is no such command.
    return code === 127 || code === 126 ? 1 : code
  }
}

async function askPassword(
  system: UnixSystem,
  process: LoginProcess,
  call: SudoCall,
): Promise<number> {
  if (!call.mayAsk) {
    await process.stderr('sudo: a password is required\n')
    return 1
  }
  const { terminal } = process
  if (call.reads === 'terminal' && terminal === undefined) {
    await process.stderr('sudo: no tty present and no askpass program specified\n')
    return 1
  }
  const prompt = (call.prompt ?? 'Password:')
    .replaceAll('%u', process.user)
    .replaceAll('%p', process.user)
    .replaceAll('%U', call.target)
    .replace(/%[hH]/g, system.hostname)
    .replaceAll('%%', '%')
  const input = descriptorsOf(process).stdin
  for (let tries = 1; tries <= mostTries; tries++) {
    let given: string | null
    if (call.reads === 'terminal') given = await terminal!.readSecret(prompt)
    else {
      await process.stderr(prompt)
      given = await input.line(1024)
    }
    if (given === null) {
      await process.stderr('\nsudo: no password was provided\n')
      if (tries > 1) await process.stderr(tooMany(tries - 1))
      return 1
    }
    if (system.isPassword(process.user, given)) return 0
    await process.stderr('Sorry, try again.\n')
  }
  await process.stderr(tooMany(mostTries))
  return 1
}

function tooMany(count: number): string {
  return `sudo: ${count} incorrect password attempt${count === 1 ? '' : 's'}\n`
}

/** The call, or what is wrong with it; '' for a call without anything to do. */
function parse(args: readonly string[]): SudoCall | string {
  let reads: SudoCall['reads'] = 'terminal'
  let action: SudoCall['action'] = 'run'
  let mayAsk = true
  let forgetsFirst = false
  let prompt: string | null = null
  let target = 'root'
  let i = 0
  options: for (; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      i++
      break
    }
    const long = longOptions[arg.split('=')[0]!]
    const letters = long ?? (/^-[A-Za-z]/.test(arg) ? arg.slice(1) : '')
    if (letters === '' && arg.startsWith('-')) return `unrecognized option \`${arg}'`
    if (letters === '') break
    for (let at = 0; at < letters.length; at++) {
      const letter = letters[at]!
      if ('pugCrt'.includes(letter)) {
        const inline =
          long === undefined ? letters.slice(at + 1) : arg.split('=').slice(1).join('=')
        const value = inline !== '' || arg.includes('=') ? inline : args[++i]
        if (value === undefined) return `option requires an argument -- '${letter}'`
        if (letter === 'p') prompt = value
        if (letter === 'u') target = value
        continue options
      }
      if (letter === 'S') reads = 'stdin'
      else if (letter === 'n') mayAsk = false
      else if (letter === 'k') forgetsFirst = true
      else if (letter === 'K') action = 'forget'
      else if (letter === 'v') action = 'validate'
      else if (letter === 's' || letter === 'i') action = 'shell'
      else if (!'HEPAb'.includes(letter)) return `invalid option -- '${letter}'`
    }
  }
  const variables: Record<string, string> = {}
  for (; /^[A-Za-z_]\w*=/.test(args[i] ?? ''); i++) {
    const [name, ...value] = args[i]!.split('=')
    variables[name!] = value.join('=')
  }
  const command = args.slice(i)
  if (action === 'run' && command.length === 0) {
    if (!forgetsFirst) return ''
    action = 'forget'
  }
  return { reads, mayAsk, prompt, target, action, forgetsFirst, variables, command }
}

const longOptions: Readonly<Record<string, string>> = {
  '--stdin': 'S',
  '--non-interactive': 'n',
  '--reset-timestamp': 'k',
  '--remove-timestamp': 'K',
  '--validate': 'v',
  '--prompt': 'p',
  '--user': 'u',
  '--set-home': 'H',
  '--preserve-env': 'E',
}
