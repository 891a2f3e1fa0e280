import { RE2JS, RE2JSException } from 're2js'

/*
 * Regular expressions of a file of expectations. They are run on what a guest wrote, so the engine is RE2, whose time
 * is the product of the lengths of pattern and text whatever the two hold. What cannot be done like that (back
 * references, looking ahead and behind) is not part of its syntax.
 */

/** A text that is longer is not looked at: `null`. */
export const longestSubject = 16 * 1024
const longestPattern = 1000

export interface Pattern {
  /** Does it match anywhere in the text? Null: the text is too long to be asked. */
  readonly test: (subject: string) => boolean | null
}

/** A pattern ready to be run, or why it cannot be, as a sentence without its full stop. */
export function compilePattern(
  source: string,
): { readonly pattern: Pattern } | { readonly problem: string } {
  if (source.length > longestPattern) {
    return { problem: `it is longer than ${longestPattern} characters` }
  }
  const compiled = tryCompile(source)
  if (typeof compiled === 'string') return { problem: compiled }
  return {
    pattern: {
      test: subject => (subject.length > longestSubject ? null : compiled.matcher(subject).find()),
    },
  }
}

function tryCompile(source: string): RE2JS | string {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return error.message.replace(/^error parsing regexp: /, '')
  }
}
