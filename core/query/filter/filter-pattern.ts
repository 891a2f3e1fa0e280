import { RE2JS, RE2JSException } from 're2js'

/** Longer ones are no patterns that somebody writes. */
export const longestPattern = 1000

/**
 * A pattern of the RE2 syntax, or a sentence that says what is wrong with it. It takes time in proportion to the
 * text and no more, whatever the pattern and whatever the guest's text.
 */
export function compilePattern(pattern: string, isCaseBlind: boolean): RE2JS | string {
  if (pattern.length > longestPattern) {
    return `This pattern is too long: ${longestPattern} characters are the most.`
  }
  try {
    return RE2JS.compile(pattern, isCaseBlind ? RE2JS.CASE_INSENSITIVE : 0)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    const reason = error.message.replace(/^error parsing regexp: /, '')
    return `This pattern does not read: ${reason}.`
  }
}
