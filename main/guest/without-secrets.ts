/** `text` with every secret blotted out, whoever put it there. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  let clean = text
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '•••')
  return clean
}
