import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { createInterface } from 'node:readline'
import { FailureError } from '../../../core/failure.ts'
import type { SourceExcerpt } from '../../../core/project/project.ts'
import { reasonOf } from '../host-folder.ts'

const linesAround = 12
const longestLine = 1000
const fileLimitBytes = 16 * 1024 * 1024

/**
 * A file of a project, where it lies in truth: below the project's root, in no hidden folder. Whoever may use the page
 * may open any folder as a project, perhaps one that holds keys and settings beside it.
 *
 * @throws FailureError file-unreadable
 */
export async function projectFile(root: string, path: string): Promise<string> {
  const place = resolve(root, path)
  const refused = (detail: string) =>
    new FailureError({ kind: 'file-unreadable', path: place, detail })
  const checkInside = (path: string, top: string) => {
    if (path.startsWith(top.endsWith(sep) ? top : top + sep)) return
    throw refused('it lies outside the project, and only what is in it is shown')
  }
  try {
    // By its name first: whether something is there outside is nobody's business.
    checkInside(place, root)
    const real = await realpath(place)
    const realRoot = await realpath(root)
    checkInside(real, realRoot)
    for (const inside of [relative(root, place), relative(realRoot, real)]) {
      if (inside.split(sep).some(part => part.startsWith('.'))) throw refused('it is hidden')
    }
    const status = await stat(real)
    if (!status.isFile())
      throw refused(status.isDirectory() ? 'it is a folder' : 'it is not a file')
    if (status.size > fileLimitBytes) throw refused('it is larger than a source file is')
    return real
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw refused(reasonOf(error))
  }
}

/**
 * The lines around one line of a file; where the file is shorter by now, its last ones.
 *
 * @throws FailureError file-unreadable
 */
export async function readExcerpt(
  root: string,
  path: string,
  line: number,
): Promise<SourceExcerpt> {
  const real = await projectFile(root, path)
  const kept: string[] = []
  let count = 0
  const stream = createReadStream(real)
  try {
    let isBinary = false
    stream.on('data', chunk => (isBinary ||= (chunk as Buffer).includes(0)))
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      if (isBinary) break
      count++
      kept.push(text.length > longestLine ? `${text.slice(0, longestLine)} …` : text)
      if (kept.length > 2 * linesAround + 1) kept.shift()
      if (count >= line + linesAround) break
    }
    if (isBinary) {
      const detail = 'it is not text'
      throw new FailureError({ kind: 'file-unreadable', path: real, detail })
    }
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw new FailureError({ kind: 'file-unreadable', path: real, detail: reasonOf(error) })
  } finally {
    stream.destroy()
  }
  return {
    path: real,
    firstLine: count - kept.length + 1,
    lines: kept,
    line: Math.min(line, Math.max(count, 1)),
  }
}
