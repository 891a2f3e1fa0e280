/** Words as a screen reader should say them: most pass over the `!` that ioreg puts before what is not so. */
export function aloud(words: string): string {
  return words.replaceAll(/!(?=(?:registered|matched)\b)/g, 'not ')
}
