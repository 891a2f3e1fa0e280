import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FailureError } from '../../../core/failure.ts'
import { environmentForOthers, findProgram } from '../host-program.ts'
import { sourceEnding } from '../lint-sources.ts'

/** Editors that open a file at a line, each in its own way; the first that is on `PATH`. */
const editors: readonly (readonly string[])[] = [
  ['code', '--goto', '{file}:{line}'],
  ['cursor', '--goto', '{file}:{line}'],
  ['zed', '{file}:{line}'],
  ['subl', '{file}:{line}'],
  ['mate', '--line', '{line}', '{file}'],
  ['xed', '--line', '{line}', '{file}'],
]
/** What opens a file without knowing of lines. */
const openers: Readonly<Record<string, readonly string[]>> = {
  darwin: ['/usr/bin/open', '-t', '{file}'],
  win32: ['notepad.exe', '{file}'],
}
/** Goes by the kind of the file, and runs what is a program to it. */
const anyOpener = ['xdg-open', '{file}']
/** Files that are read and never run, whatever opens them. */
const readOnly = /(?:\.(?:plist|txt|md|ya?ml|mk|exp|xcconfig)|^(?:GNUm|m|M)akefile)$/
/** What goes wrong goes wrong at once; an editor that waits for its window is left alone after this time. */
const patienceMs = 1200

const howToSet = 'set KEXTANT_EDITOR to a command such as “code --goto {file}:{line}”'

/**
 * The command that opens a file at a line: `KEXTANT_EDITOR`, else an editor that is on `PATH`, else the system's
 * opener. Null where there is none, and for a file that the opener might run.
 *
 * @throws FailureError program-failed, when `KEXTANT_EDITOR` is not to be understood
 */
export async function editorCommand(
  file: string,
  line: number,
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly string[] | null> {
  const fill = (words: readonly string[]) =>
    words.map(word =>
      word.replace(/\{(file|line)\}/g, (_, name) => (name === 'file' ? file : String(line))),
    )
  const chosen = env['KEXTANT_EDITOR']?.trim()
  if (chosen) {
    const words = wordsOf(chosen)
    return fill(words.some(word => word.includes('{file}')) ? words : [...words, '{file}'])
  }
  for (const template of [...editors, openers[process.platform] ?? anyOpener]) {
    const program = await findProgram(template[0]!, env)
    if (program === null) continue
    if (template === anyOpener && !isRead(basename(file))) return null
    return [program, ...fill(template.slice(1))]
  }
  return null
}

/**
 * Opens a file at a line in the user's editor, without a shell.
 *
 * @param file absolute
 * @throws FailureError program-failed, which says how to name another editor
 */
export async function openInEditor(file: string, line: number): Promise<void> {
  const command = await editorCommand(file, line)
  if (command === null) {
    const detail = `none of those that Kextant knows is on PATH for ${basename(file)}; ${howToSet}`
    throw new FailureError({ kind: 'program-failed', program: 'an editor', detail })
  }
  const program = basename(command[0]!)
  const refused = (what: string) =>
    new FailureError({ kind: 'program-failed', program, detail: `${what}; ${howToSet}` })
  const child = spawn(command[0]!, command.slice(1), {
    detached: true,
    stdio: 'ignore',
    env: environmentForOthers(),
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  exited.catch(() => undefined)
  try {
    await once(child, 'spawn')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw refused(code === 'ENOENT' ? 'there is no such program' : `it cannot be started (${code})`)
  }
  child.unref()
  const ended = await Promise.race([exited, sleep(patienceMs, null, { ref: false })])
  if (ended !== null && ended[0] !== 0) throw refused(`it ended with exit code ${ended[0]}`)
}

function isRead(name: string): boolean {
  return sourceEnding.test(name) || readOnly.test(name)
}

/** Words between blanks; quotes keep blanks together, and nothing else means anything. */
function wordsOf(text: string): readonly string[] {
  const word = /(?:[^\s"']|"[^"]*"|'[^']*')+/g
  const words = text.match(word)
  // What is left over is a quote that nothing ends.
  if (words === null || text.replace(word, '').trim() !== '') {
    const detail = `KEXTANT_EDITOR is not to be understood; ${howToSet}`
    throw new FailureError({ kind: 'program-failed', program: 'the editor', detail })
  }
  return words.map(word => word.replace(/"([^"]*)"|'([^']*)'/g, (_, a, b) => (a ?? b) as string))
}
