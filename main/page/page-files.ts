import { readFile, realpath } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
}

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly contentType: string
}

/** A file of the built page, or undefined. Never leaves the folder, whatever the path says. */
export async function readPageFile(folder: string, urlPath: string): Promise<PageFile | undefined> {
  let path: string
  try {
    path = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  const file = join(folder, normalize(path === '/' ? '/index.html' : path))
  const contentType = contentTypes[extname(file)]
  if (!file.startsWith(folder + sep) || file.includes('\0') || !contentType) return undefined
  try {
    // A link in the folder must not lead out of it; the folder itself may be reached by one.
    const [real, top] = await Promise.all([realpath(file), realpath(folder)])
    if (!real.startsWith(top + sep)) return undefined
    return { bytes: new Uint8Array(await readFile(real)), contentType }
  } catch {
    return undefined
  }
}

/** The page may load its own files and talk to its own host, nothing else. */
export function contentSecurityPolicy(connect: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
