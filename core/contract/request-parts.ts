import { z } from 'zod'

/** What parameters of many requests are made of. Bounded: a request may come from any page. */

export const path = z
  .string()
  .min(1)
  .max(4096)
  .refine(text => !text.includes('\0'), 'no NUL is allowed')
export const kextantPath = path.refine(
  text => /[^/\\]\.kextant$/i.test(text),
  'the name of a saved capture ends in .kextant',
)
export const id = z.string().min(1).max(128)
/** As `uname -m` prints it; null is x86_64. */
export const architecture = z.string().min(1).max(64)
export const secret = z.string().max(1024)
export const bundleIdentifier = z
  .string()
  .min(1)
  .max(255)
  // Never taken for an option by the tools it is handed to.
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'this is not a bundle identifier')

export const className = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'this is not the name of a class')

/** A file of this ending, with a name before it. */
export function hasName(path: string, ending: string): boolean {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  return name.length > ending.length && name.toLowerCase().endsWith(ending)
}

/** In characters: far more than a personality has, and less than a request of the web host may. */
export const longestXml = 250_000
