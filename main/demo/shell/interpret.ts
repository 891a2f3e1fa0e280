import { FileSystemError } from '../files/file-system.ts'
import { errorText, execute } from '../unix/system.ts'
import { builtins } from './builtins.ts'
import { expandPattern, expandWord, expandWords, type Substitute } from './expand.ts'
import { matchesPattern } from './pattern.ts'
import { ExitShell, ExpansionError, LoopJump, type Descriptors, type Shell } from './shell.ts'
import { BrokenPipeError, createPipe, Input, type Sink } from './streams.ts'
import type { AndOrList, Command, Pipeline, Redirect, Script } from './syntax.ts'

/** What a command substitution may print. */
const mostSubstitutedBytes = 16_000_000

/**
 * Runs a script and returns the status of its last command. Throws `ExitShell` for `exit`, `StoppedError`
 * when the shell's signal is aborted. `isTested`: a failure is being asked about, so `set -e` lets it be.
 */
export async function runScript(
  shell: Shell,
  script: Script,
  io: Descriptors,
  isTested = false,
): Promise<number> {
  shell.lastStatus = script.length === 0 ? 0 : shell.lastStatus
  for (const list of script) await runList(shell, list, io, isTested)
  return shell.lastStatus
}

async function runList(
  shell: Shell,
  list: AndOrList,
  io: Descriptors,
  isTested: boolean,
): Promise<void> {
  for (const [i, { operator, pipeline }] of list.entries()) {
    if (operator === '&&' && shell.lastStatus !== 0) continue
    if (operator === '||' && shell.lastStatus === 0) continue
    const isAsked = isTested || pipeline.isNegated || i < list.length - 1
    const status = await runPipeline(shell, pipeline, io, isAsked)
    shell.lastStatus = pipeline.isNegated ? Number(status === 0) : status
    if (shell.lastStatus !== 0 && shell.exitsOnError && !isAsked) {
      throw new ExitShell(shell.lastStatus)
    }
  }
}

async function runPipeline(
  shell: Shell,
  { commands }: Pipeline,
  io: Descriptors,
  isTested: boolean,
): Promise<number> {
  if (commands.length === 1) return runCommand(shell, commands[0]!, io, isTested)
  let stdin = io.stdin
  const stages = commands.map((command, i) => {
    const pipe = i < commands.length - 1 ? createPipe(shell.signal) : null
    const stageIo = { stdin, stdout: pipe?.sink ?? io.stdout, stderr: io.stderr }
    const mine = i === 0 ? null : stdin
    if (pipe !== null) stdin = pipe.input
    return inSubshell(shell, stageIo, copy => runCommand(copy, command, stageIo, isTested)).finally(
      () => {
        pipe?.end()
        mine?.close()
      },
    )
  })
  const ended = await Promise.allSettled(stages)
  let status = 0
  for (const stage of ended) {
    if (stage.status === 'rejected') throw stage.reason
    status = stage.value
  }
  return status
}

/** `exit` and a broken pipe end the subshell, not the shell. */
async function inSubshell(
  shell: Shell,
  io: Descriptors,
  run: (copy: Shell) => Promise<number>,
): Promise<number> {
  try {
    return await run(shell.subshell())
  } catch (error) {
    if (error instanceof ExitShell) return error.code
    if (error instanceof BrokenPipeError) return 141
    if (error instanceof LoopJump) return 0
    if (error instanceof ExpansionError) {
      await io.stderr(`sh: ${error.message}\n`)
      return 1
    }
    throw error
  }
}

async function runCommand(
  shell: Shell,
  command: Command,
  io: Descriptors,
  isTested: boolean,
): Promise<number> {
  await shell.step()
  if (command.kind === 'simple') return runSimple(shell, command, io)
  const redirected = await redirect(shell, command.redirects, io)
  if (redirected === null) return 1
  switch (command.kind) {
    case 'group':
      return runScript(shell, command.body, redirected, isTested)
    case 'subshell':
      return inSubshell(shell, redirected, copy =>
        runScript(copy, command.body, redirected, isTested),
      )
    case 'if': {
      for (const { condition, body } of command.branches) {
        if ((await runScript(shell, condition, redirected, true)) !== 0) continue
        return runScript(shell, body, redirected, isTested)
      }
      shell.lastStatus = 0
      return runScript(shell, command.otherwise, redirected, isTested)
    }
    case 'for': {
      let status = 0
      const words = await expandWords(shell, command.words, substitution(shell, redirected))
      await loop(shell, async i => {
        if (i >= words.length) return false
        shell.setVariable(command.name, words[i]!)
        status = await runScript(shell, command.body, redirected, isTested)
        return true
      })
      return status
    }
    case 'while': {
      let status = 0
      await loop(shell, async () => {
        const asked = await runScript(shell, command.condition, redirected, true)
        if ((asked === 0) === command.isUntil) return false
        status = await runScript(shell, command.body, redirected, isTested)
        return true
      })
      return status
    }
    case 'case': {
      const substitute = substitution(shell, redirected)
      const subject = await expandWord(shell, command.subject, substitute)
      for (const { patterns, body } of command.cases) {
        for (const pattern of patterns) {
          if (!matchesPattern(await expandPattern(shell, pattern, substitute), subject)) continue
          return runScript(shell, body, redirected, isTested)
        }
      }
      return 0
    }
  }
}

/** Calls `turn` with 0, 1, 2 … until it says false or somebody breaks out. */
async function loop(shell: Shell, turn: (i: number) => Promise<boolean>): Promise<void> {
  shell.loopDepth++
  try {
    for (let i = 0; ; i++) {
      await shell.step()
      try {
        if (!(await turn(i))) return
      } catch (error) {
        if (!(error instanceof LoopJump)) throw error
        shell.lastStatus = 0
        if (--error.loops > 0 && shell.loopDepth > 1) throw error
        if (error.kind === 'break') return
      }
    }
  } finally {
    shell.loopDepth--
  }
}

async function runSimple(
  shell: Shell,
  command: Extract<Command, { kind: 'simple' }>,
  io: Descriptors,
): Promise<number> {
  // Without a command word, the status is that of the last substitution.
  let substituted = 0
  const substitute: Substitute = async script => {
    const text = await substitution(shell, io)(script)
    substituted = shell.lastStatus
    return text
  }
  const words = await expandWords(shell, command.words, substitute)
  const assigned = new Map<string, string>()
  for (const { name, value } of command.assignments) {
    const text = await expandWord(shell, value, substitute)
    if (words.length === 0) shell.setVariable(name, text)
    else assigned.set(name, text)
  }
  const redirected = await redirect(shell, command.redirects, io)
  if (redirected === null) return 1
  const [name, ...args] = words
  if (name === undefined) return substituted
  if (shell.isTracing) await io.stderr(`+ ${words.join(' ')}\n`)
  const builtin = builtins.get(name)
  if (builtin !== undefined) {
    for (const [key, value] of assigned) shell.setVariable(key, value)
    return builtin(shell, args, redirected, { io, runScript })
  }
  // A PATH given for this one command is where the command is looked for, too.
  return execute(shell.system, shell.process(words, redirected, assigned), 'sh')
}

function substitution(shell: Shell, io: Descriptors): Substitute {
  return async script => {
    const chunks: Uint8Array[] = []
    let length = 0
    const stdout: Sink = async chunk => {
      const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
      length += bytes.length
      if (length > mostSubstitutedBytes) throw new BrokenPipeError()
      chunks.push(bytes)
    }
    const inner = { ...io, stdout }
    shell.lastStatus = await inSubshell(shell, inner, copy => runScript(copy, script, inner))
    const text = new TextDecoder().decode(Buffer.concat(chunks))
    return text.replaceAll('\0', '').replace(/\n+$/, '')
  }
}

/** The descriptors after all redirections, or null when one of them failed and was reported. */
async function redirect(
  shell: Shell,
  redirects: readonly Redirect[],
  io: Descriptors,
): Promise<Descriptors | null> {
  const changed = { ...io }
  for (const { descriptor, kind, target } of redirects) {
    const name = await expandWord(shell, target, substitution(shell, io))
    try {
      if (kind === 'duplicate') {
        if (!/^[012-]$/.test(name)) {
          await changed.stderr(`sh: ${name}: ambiguous redirect\n`)
          return null
        }
        if (name === '-') set(descriptor, new Input(async () => null), async () => {})
        else if (descriptor === 0) changed.stdin = name === '0' ? changed.stdin : noInput()
        else set(descriptor, changed.stdin, name === '2' ? changed.stderr : changed.stdout)
      } else if (kind === 'read') set(descriptor, fileInput(shell, name), async () => {})
      else set(descriptor, changed.stdin, fileSink(shell, name, kind === 'append'))
    } catch (error) {
      if (!(error instanceof FileSystemError)) throw error
      await changed.stderr(`sh: ${name}: ${errorText(error)}\n`)
      return null
    }
  }
  return changed

  function set(descriptor: number, input: Input, sink: Sink): void {
    if (descriptor === 0) changed.stdin = input
    else if (descriptor === 1) changed.stdout = sink
    else changed.stderr = sink
  }
}

function noInput(): Input {
  return new Input(async () => null)
}

function fileInput(shell: Shell, name: string): Input {
  const who = { uid: shell.uid, gid: shell.gid }
  const file = shell.system.files.open(shell.absolute(name), { read: true }, who)
  let offset = 0
  return new Input(async () => {
    const bytes = file.read(offset, 256 * 1024)
    offset += bytes.length
    return bytes.length === 0 ? null : bytes
  })
}

function fileSink(shell: Shell, name: string, append: boolean): Sink {
  const who = { uid: shell.uid, gid: shell.gid }
  const flags = { write: true, create: true, append, truncate: !append }
  const file = shell.system.files.open(shell.absolute(name), flags, who)
  let offset = 0
  return async chunk => {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    file.write(offset, bytes)
    offset += bytes.length
  }
}
