import type { Program } from '../program.ts'
import { runInteractiveShell } from '../shell/interactive-shell.ts'
import { descriptorsOf, runCommandText } from '../shell/run-shell.ts'
import { inputOf } from '../shell/streams.ts'
import { sudo } from './sudo.ts'
import {
  absolute,
  credentialsOf,
  execute,
  lookUp,
  type LoginProcess,
  type UnixSystem,
} from './system.ts'
import { all, tool, type ToolCall } from './tool.ts'

/** Programs that run other programs. */
export function runPrograms(system: UnixSystem): [string, Program][] {
  const sh = shellProgram(system)
  return [
    ['/bin/sh', sh],
    ['/bin/bash', sh],
    ['/usr/bin/env', environment(system)],
    ['/usr/bin/nice', wrapper(system, 'n:')],
    ['/usr/bin/nohup', wrapper(system, '')],
    ['/usr/bin/time', wrapper(system, 'lp')],
    [
      '/usr/bin/xargs',
      tool('0n:I:L:P:rtx', 'xargs [-0] [-n number] [utility]', c => xargs(c, system), 1),
    ],
    ['/usr/bin/which', tool('as', 'which [-as] program ...', c => which(c, system), 1)],
    ['/usr/bin/sudo', sudo(system)],
  ]
}

/** `sh -c text [name args…]`, `sh file [args…]`, or commands from stdin. */
function shellProgram(system: UnixSystem): Program {
  return async process => {
    const args = process.argv.slice(1)
    let flags = ''
    let isCommand = false
    let i = 0
    for (; i < args.length && /^[-+]\w/.test(args[i]!); i++) {
      for (const letter of args[i]!.slice(1)) {
        if (letter === 'c') isCommand = true
        else if ('eux'.includes(letter)) flags += `set -${letter}; `
        else if (!'lsi'.includes(letter)) {
          await process.stderr(`sh: -${letter}: invalid option\n`)
          return 2
        }
      }
    }
    if (args[i] === '--') i++
    const rest = args.slice(i)
    if (isCommand) {
      const [text, ...names] = rest
      if (text === undefined) {
        await process.stderr('sh: -c: option requires an argument\n')
        return 2
      }
      return runCommandText(system, process, flags + text, names.length === 0 ? ['sh'] : names)
    }
    const [script] = rest
    const { terminal } = process as LoginProcess
    if (script === undefined && terminal !== undefined && process.stdin === terminal.input) {
      return runInteractiveShell(system, process, descriptorsOf(process), terminal)
    }
    let bytes: Uint8Array
    if (script === undefined) bytes = await all(inputOf(process.stdin))
    else {
      try {
        bytes = system.files.read(absolute(process, script), credentialsOf(process))
      } catch {
        await process.stderr(`sh: ${script}: No such file or directory\n`)
        return 127
      }
    }
    const text = new TextDecoder().decode(bytes)
    return runCommandText(system, process, flags + text, rest.length === 0 ? ['sh'] : rest)
  }
}

function environment(system: UnixSystem): Program {
  return async process => {
    const args = process.argv.slice(1)
    const env: Record<string, string> = { ...process.env }
    let i = 0
    if (args[i] === '-i' || args[i] === '-') {
      for (const name of Object.keys(env)) delete env[name]
      i++
    }
    for (; args[i] === '-u'; i += 2) delete env[args[i + 1] ?? '']
    for (; /^[^=]+=/.test(args[i] ?? ''); i++) {
      const at = args[i]!.indexOf('=')
      env[args[i]!.slice(0, at)] = args[i]!.slice(at + 1)
    }
    const argv = args.slice(i)
    if (argv.length > 0) return execute(system, { ...process, argv, env }, 'env')
    for (const [name, value] of Object.entries(env)) await process.stdout(`${name}=${value}\n`)
    return 0
  }
}

/** Runs the rest of its arguments; what it would change about them means nothing here. */
function wrapper(system: UnixSystem, letters: string): Program {
  return tool(letters, 'utility [argument ...]', call =>
    execute(system, { ...call.process, argv: call.operands }, call.name),
  )
}

async function xargs(call: ToolCall, system: UnixSystem): Promise<number> {
  const text = new TextDecoder().decode(await all(call.input))
  const items = call.flags.has('0')
    ? text.split('\0').filter((item, i, list) => item !== '' || i < list.length - 1)
    : call.values.has('I')
      ? text.split('\n').filter(line => line.trim() !== '')
      : words(text)
  const utility = call.operands.length === 0 ? ['/bin/echo'] : [...call.operands]
  const replaced = call.values.get('I')
  const most = Number(call.values.get('n') ?? call.values.get('L') ?? 5000)
  const groups: string[][] = []
  for (let i = 0; i < items.length; i += replaced === undefined ? most : 1) {
    groups.push(items.slice(i, i + (replaced === undefined ? most : 1)))
  }
  let code = 0
  for (const group of groups) {
    const argv =
      replaced === undefined
        ? [...utility, ...group]
        : utility.map(word => word.replaceAll(replaced, group[0]!))
    const child = { ...call.process, argv, stdin: inputOf(emptyInput()) }
    const ended = await execute(system, child, 'xargs')
    if (ended === 126 || ended === 127) return ended
    if (ended === 255) return 124
    if (ended !== 0) code = 123
  }
  return code
}

async function* emptyInput(): AsyncGenerator<Uint8Array> {
  // xargs gives its children nothing to read.
}

/** Words as xargs takes them: quotes and backslashes hold blanks together. */
function words(text: string): string[] {
  const found = text.match(/(?:[^\s'"\\]|\\[\s\S]|'[^']*'|"[^"]*")+/g) ?? []
  return found.map(word =>
    word.replace(/\\([\s\S])|'([^']*)'|"([^"]*)"/g, (_whole, escaped, single, double) =>
      String(escaped ?? single ?? double ?? ''),
    ),
  )
}

async function which(call: ToolCall, system: UnixSystem): Promise<number> {
  let code = call.operands.length === 0 ? 1 : 0
  for (const name of call.operands) {
    const found = lookUp(system, call.process, name)
    if (found.kind !== 'found') code = 1
    else if (!call.flags.has('s')) await call.print(`${found.path}\n`)
  }
  return code
}
