import { readdirSync, readFileSync } from 'node:fs'

export interface GoldenFile {
  readonly name: string
  readonly text: string
  /** What is to come of it. */
  readonly golden: string
}

/** Files of expectations under `files/`, each with a `.txt` that says what is to come of it. */
export function goldenFiles(kind: 'good' | 'bad'): readonly GoldenFile[] {
  const folder = new URL(`files/${kind}/`, import.meta.url)
  const names = readdirSync(folder).filter(name => name.endsWith('.yaml'))
  return names.map(name => ({
    name,
    text: new TextDecoder().decode(readFileSync(new URL(name, folder))),
    golden: readFileSync(new URL(name.replace('.yaml', '.txt'), folder), 'utf8'),
  }))
}
