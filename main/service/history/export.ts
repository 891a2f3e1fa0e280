import type { Params } from '../../../core/contract/requests.ts'
import type { ActionRecord, SavedFile } from '../../../core/contract/types.ts'
import { junitXml } from '../../../core/history/junit-xml.ts'
import { shellScript } from '../../../core/history/shell-script.ts'
import { tapLines } from '../../../core/history/tap-lines.ts'
import { absolutePath } from '../host-folder.ts'
import { writeNewFile } from '../write-new-file.ts'

/** Writes records whole or not at all, in the order in which they were made. */
export async function exportRecords(
  records: readonly ActionRecord[],
  { format, path, overwrite }: Pick<Params<'action.export'>, 'format' | 'path' | 'overwrite'>,
  signal: AbortSignal,
): Promise<SavedFile> {
  const inOrder = [...records].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
  const text = textOf(inOrder, format)
  const pieces = async function* () {
    yield new TextEncoder().encode(text)
  }
  return writeNewFile(absolutePath(path), pieces(), { overwrite, signal })
}

function textOf(
  records: readonly ActionRecord[],
  format: Params<'action.export'>['format'],
): string {
  switch (format) {
    case 'sh':
      return shellScript(records)
    case 'json':
      return `${JSON.stringify(records.length === 1 ? records[0] : records, null, 2)}\n`
    case 'junit':
      return junitXml(records)
    case 'tap':
      return `${tapLines(records).join('\n')}\n`
  }
}
