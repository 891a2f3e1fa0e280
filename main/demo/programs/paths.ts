import type { Process } from '../program.ts'

/** An operand as an absolute path; the file system resolves dots itself. */
export function absolutePath(process: Process, path: string): string {
  const joined = path.startsWith('/') ? path : `${process.cwd}/${path}`
  return joined.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1')
}
