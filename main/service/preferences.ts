import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import {
  defaultPreferences,
  preferenceSections,
  type PreferenceChange,
  type Preferences,
} from '../../core/contract/preferences.ts'
import { FailureError } from '../../core/failure.ts'
import { writeWhole } from '../guest/write-whole.ts'
import { reasonOf } from './host-folder.ts'

/** What the user has arranged: a file of his settings, shared by all windows. */
export interface PreferenceStore {
  get(): Promise<Preferences>
  save(change: PreferenceChange): Promise<Preferences>
  /** When all that was to be saved is on the disk: a window that closes saves at the last moment. */
  settled(): Promise<void>
}

export function createPreferenceStore(settingsFolder: string): PreferenceStore {
  const file = join(settingsFolder, 'preferences.json')
  // One after the other, and read anew each time: another window may have changed another section.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
  return {
    get: () => inTurn(async () => (await readPreferences(file)).preferences),
    save: ({ section, value }) =>
      inTurn(async () => {
        const { preferences, rest } = await readPreferences(file)
        const after: Preferences = { ...preferences, [section]: value }
        await writeWhole(file, `${JSON.stringify({ version: 1, ...rest, ...after }, null, 2)}\n`)
        return after
      }),
    settled: async () => {
      await last
    },
  }
}

interface ReadPreferences {
  readonly preferences: Preferences
  /** Sections of a newer Kextant: kept as they are. */
  readonly rest: Readonly<Record<string, unknown>>
}

/** A section that does not read is as at first; a file that does not read is put aside, never written over. */
async function readPreferences(file: string): Promise<ReadPreferences> {
  const nothing = { preferences: defaultPreferences, rest: {} }
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing
    throw new FailureError({ kind: 'file-unreadable', path: file, detail: reasonOf(error) })
  }
  let saved: unknown
  try {
    saved = JSON.parse(text)
  } catch {
    saved = null
  }
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) {
    await rename(file, `${file}.unreadable`).catch(() => undefined)
    return nothing
  }
  const { version: _, ...sections } = saved as Record<string, unknown>
  const preferences: Record<string, unknown> = { ...defaultPreferences }
  const rest: Record<string, unknown> = {}
  for (const [section, value] of Object.entries(sections)) {
    if (!Object.hasOwn(preferenceSections, section)) {
      rest[section] = value
      continue
    }
    const read = preferenceSections[section as keyof Preferences].safeParse(value)
    if (read.success) preferences[section] = read.data
  }
  return { preferences: preferences as unknown as Preferences, rest }
}
