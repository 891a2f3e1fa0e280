import type { Capture } from '../../core/contract/types.ts'
import { FailureError, sentenceFor } from '../../core/failure.ts'
import type { PreferenceStore } from './preferences.ts'
import { reportBug, reportNote } from './host-log.ts'

const mostRecent = 20

/** Puts a file in front of those that were opened. That it cannot be kept is no reason to fail. */
export async function rememberFile(
  preferences: PreferenceStore,
  path: string,
  { what }: Pick<Capture, 'what'>,
): Promise<void> {
  try {
    const { recentFiles } = await preferences.get()
    const openedAt = new Date().toISOString()
    await preferences.save({
      section: 'recentFiles',
      value: [
        { path, what: what.slice(0, 200), openedAt },
        ...recentFiles.filter(file => file.path !== path),
      ].slice(0, mostRecent),
    })
  } catch (error) {
    if (error instanceof FailureError) {
      reportNote(`The list of recent files is not kept: ${sentenceFor(error.failure)}`)
    } else reportBug(error, 'the list of recent files')
  }
}
