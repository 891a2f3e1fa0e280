import { resolve } from 'node:path'
import { FailureError, sentenceFor } from '../../core/failure.ts'
import type { Service } from '../service/service.ts'

/**
 * The files that a program was started with: `--open=PATH` by `npm start`; as they are where a desktop starts a
 * packaged app with what was double-clicked.
 */
export function filesToOpen(
  args: readonly string[],
  { cwd, takesPlain }: { readonly cwd: string; readonly takesPlain: boolean },
): readonly string[] {
  return args.flatMap(argument => {
    if (argument.startsWith('--open=')) return [resolve(cwd, argument.slice('--open='.length))]
    return takesPlain && !argument.startsWith('-') ? [resolve(cwd, argument)] : []
  })
}

/** Opens them one after the other; the last one stays in sight. What cannot be opened is told, and the rest is. */
export async function openFiles(
  { handlers }: Pick<Service, 'handlers'>,
  paths: readonly string[],
  tell: (sentence: string) => void,
): Promise<void> {
  for (const path of paths) {
    try {
      await handlers['capture.open']({ path }, new AbortController().signal)
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      tell(sentenceFor(error.failure))
    }
  }
}
