import { FileSystemError } from '../files/file-system.ts'
import type { Program } from '../program.ts'
import { errorText } from './system.ts'
import { baseName, join, tool, type ToolCall } from './tool.ts'

/**
 * The far end of `scp` as clients before OpenSSH 9 speak it; newer ones use SFTP. One end sends, the other
 * answers each message with a byte 0, or with 1 or 2 and a line that says what is wrong:
 *
 *   "C" mode " " size " " name "\n" bytes "\0"      a file
 *   "D" mode " 0 " name "\n" … "E\n"                a folder with what is in it
 *   "T" mtime " 0 " atime " 0\n"                    the times of what comes next
 */
export function scpProgram(): Program {
  return tool('tfrdpvq', 'scp -t [-rdp] path | scp -f [-rp] path ...', run, 1)
}

async function run(call: ToolCall): Promise<number> {
  const [target] = call.operands
  if (target !== undefined && call.flags.has('t')) return new Receiver(call).receive(target)
  if (target !== undefined && call.flags.has('f')) return new Sender(call).send(call.operands)
  await call.complain('only the far end of a copy runs here: start scp on your own machine')
  return 1
}

/** No `T` came before. */
const noTime = null

class Receiver {
  readonly #call: ToolCall
  #exitCode = 0
  #modifiedMs: number | null = noTime

  constructor(call: ToolCall) {
    this.#call = call
  }

  async receive(target: string): Promise<number> {
    const isFolder = this.#isFolder(target)
    if (this.#call.flags.has('d') && !isFolder) {
      await this.#refuse(target, 'Not a directory')
      return 1
    }
    await this.#accept()
    // The folders that are open, the innermost last. Of one that is refused, nothing more is sent.
    const open: string[] = []
    for (;;) {
      const line = await this.#call.input.line()
      if (line === null) return this.#exitCode
      const kind = line[0]
      if (kind === 'T') {
        this.#modifiedMs = Number.parseInt(line.slice(1), 10) * 1000 || noTime
        await this.#accept()
      } else if (kind === 'E') {
        open.pop()
        await this.#accept()
      } else if (kind === 'C' || kind === 'D') {
        const folder = open.at(-1) ?? (isFolder ? target : null)
        const made = await this.#entry(line, name =>
          folder === null ? target : join(folder, name),
        )
        if (made !== null) open.push(made)
      } else return 1
    }
  }

  /** @returns the folder that is open now, or null. */
  async #entry(line: string, place: (name: string) => string): Promise<string | null> {
    const fields = /^([CD])([0-7]{4}) (\d{1,12}) ([^/]+)$/.exec(line)
    if (!fields || fields[4] === '.' || fields[4] === '..') {
      await this.#refuse(line.slice(0, 80), 'unexpected message')
      return null
    }
    const path = place(fields[4]!)
    const mode = Number.parseInt(fields[2]!, 8)
    if (fields[1] === 'D') return this.#folder(path, mode)
    await this.#accept()
    const bytes = await this.#bytes(Number(fields[3]))
    await this.#attempt(path, () => {
      const { files } = this.#call.process
      const isNew = !files.exists(this.#call.at(path))
      files.write(this.#call.at(path), bytes, this.#call.who, mode)
      this.#finish(path, mode, isNew)
    })
    return null
  }

  async #folder(path: string, mode: number): Promise<string | null> {
    const isMade = await this.#attempt(path, () => {
      const isNew = !this.#isFolder(path)
      if (isNew) this.#call.process.files.makeDirectory(this.#call.at(path), this.#call.who, mode)
      this.#finish(path, mode, isNew)
    })
    return isMade ? path : null
  }

  #finish(path: string, mode: number, isNew: boolean): void {
    const { files } = this.#call.process
    if (isNew || this.#call.flags.has('p')) {
      files.changeMode(this.#call.at(path), mode, this.#call.who)
    }
    if (this.#modifiedMs !== noTime) {
      files.changeTimes(this.#call.at(path), this.#modifiedMs, this.#call.who)
    }
    this.#modifiedMs = noTime
  }

  /** The content of a file and the byte after it. */
  async #bytes(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    let left = length + 1
    while (left > 0) {
      const chunk = await this.#call.input.next()
      if (chunk === null) break
      parts.push(chunk.subarray(0, left))
      if (chunk.length > left) this.#call.input.unread(chunk.subarray(left))
      left -= Math.min(left, chunk.length)
    }
    return Buffer.concat(parts).subarray(0, length)
  }

  #isFolder(path: string): boolean {
    const { files } = this.#call.process
    const at = this.#call.at(path)
    return files.exists(at) && files.status(at, this.#call.who).kind === 'directory'
  }

  async #attempt(path: string, action: () => void): Promise<boolean> {
    try {
      action()
    } catch (error) {
      if (!(error instanceof FileSystemError)) throw error
      await this.#refuse(path, errorText(error))
      return false
    }
    await this.#accept()
    return true
  }

  #accept(): Promise<void> {
    return this.#call.print(Uint8Array.of(0))
  }

  async #refuse(path: string, text: string): Promise<void> {
    this.#exitCode = 1
    await this.#call.print(`\x01scp: ${path}: ${text}\n`)
  }
}

class Sender {
  readonly #call: ToolCall
  #exitCode = 0

  constructor(call: ToolCall) {
    this.#call = call
  }

  async send(paths: readonly string[]): Promise<number> {
    if (!(await this.#isAccepted())) return 1
    for (const path of paths) await this.#sendOne(path)
    return this.#exitCode
  }

  async #sendOne(path: string): Promise<void> {
    const call = this.#call
    const { files } = call.process
    const at = call.at(path)
    try {
      const { kind, mode, modifiedMs } = files.status(at, call.who)
      const octal = mode.toString(8).padStart(4, '0')
      const seconds = Math.floor(modifiedMs / 1000)
      const name = baseName(at)
      if (kind === 'directory' && !call.flags.has('r')) {
        return await this.#refuse(path, 'not a regular file')
      }
      const bytes = kind === 'directory' ? null : files.read(at, call.who)
      const children = kind === 'directory' ? files.list(at, call.who) : []
      if (call.flags.has('p') && !(await this.#say(`T${seconds} 0 ${seconds} 0\n`))) return
      if (bytes !== null) {
        if (!(await this.#say(`C${octal} ${bytes.length} ${name}\n`))) return
        await call.print(bytes)
        await this.#say('\0')
        return
      }
      if (!(await this.#say(`D${octal} 0 ${name}\n`))) return
      for (const child of [...children].sort()) await this.#sendOne(join(path, child))
      await this.#say('E\n')
    } catch (error) {
      if (!(error instanceof FileSystemError)) throw error
      await this.#refuse(path, errorText(error))
    }
  }

  async #say(message: string): Promise<boolean> {
    await this.#call.print(message)
    return this.#isAccepted()
  }

  async #isAccepted(): Promise<boolean> {
    const chunk = await this.#call.input.next()
    if (chunk === null) return false
    if (chunk.length > 1) this.#call.input.unread(chunk.subarray(1))
    if (chunk[0] === 0) return true
    this.#exitCode = 1
    await this.#call.input.line()
    return false
  }

  async #refuse(path: string, text: string): Promise<void> {
    this.#exitCode = 1
    await this.#call.print(`\x01scp: ${path}: ${text}\n`)
  }
}
