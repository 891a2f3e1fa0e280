import type {
  BuildMessage,
  BuildRun,
  BuiltKext,
  ProjectDriver,
} from '../../../core/project/project.ts'
import type { Tone } from '../../widgets/state-mark.tsx'
import { nameIn, separatorOf } from '../../widgets/host-path.ts'
import { countText } from '../action/quantities.ts'

export interface Mark {
  readonly tone: Tone
  readonly word: string
}

/** Is what was built what the sources say? */
export function driverMark({ state }: ProjectDriver): Mark {
  switch (state) {
    case 'not-built':
      return { tone: 'idle', word: 'Not built' }
    case 'current':
      return { tone: 'good', word: 'Current' }
    case 'stale':
      return { tone: 'warn', word: 'Stale' }
    case 'unknown':
      return { tone: 'idle', word: 'Not known' }
  }
}

/** The same in a sentence, with the file that makes it so. */
export function driverSentence({ state, newestSource, problems }: ProjectDriver): string {
  switch (state) {
    case 'not-built':
      return 'There is no bundle of it below build.'
    case 'current':
      return 'No source is newer than the newest build.'
    case 'stale':
      return newestSource
        ? `Sources are newer than the newest build: ${nameIn(newestSource.path)}.`
        : 'Sources are newer than the newest build.'
    case 'unknown':
      return problems.length > 0
        ? 'Whether the build is current cannot be told; see what is in the way.'
        : 'Whether the build is current cannot be told.'
  }
}

export function severityMark({ severity }: BuildMessage): Mark {
  switch (severity) {
    case 'error':
      return { tone: 'bad', word: 'error' }
    case 'warning':
      return { tone: 'warn', word: 'warning' }
    case 'note':
      return { tone: 'idle', word: 'note' }
  }
}

export function buildMark({ status }: BuildRun): Mark {
  switch (status) {
    case 'running':
      return { tone: 'accent', word: 'Building' }
    case 'done':
      return { tone: 'good', word: 'Built' }
    case 'failed':
      return { tone: 'bad', word: 'Failed' }
    case 'cancelled':
      return { tone: 'idle', word: 'Cancelled' }
  }
}

/** `2 errors, 1 warning`; empty where there is neither. */
export function messageCounts({ messages }: BuildRun): string {
  const count = (severity: BuildMessage['severity']) =>
    messages.filter(message => message.severity === severity).length
  const [errors, warnings] = [count('error'), count('warning')]
  return [errors > 0 && countText(errors, 'error'), warnings > 0 && countText(warnings, 'warning')]
    .filter(Boolean)
    .join(', ')
}

/** What is said aloud when a build is over. */
export function buildSentence(run: BuildRun): string {
  const counts = messageCounts(run)
  switch (run.status) {
    case 'running':
      return 'The build is under way.'
    case 'done':
      return counts === '' ? 'The build is done.' : `The build is done, with ${counts}.`
    case 'failed':
      return counts === '' ? 'The build failed.' : `The build failed, with ${counts}.`
    case 'cancelled':
      return 'The build was cancelled.'
  }
}

/** Eight digits tell builds apart; the whole UUID is in the details. */
export function shortUuid(uuid: string): string {
  return uuid.slice(0, 8)
}

/** `1.0.1, UUID 1F2E3D4C` */
export function buildName({ version, uuid }: BuiltKext): string {
  return uuid === null ? version : `${version}, UUID ${shortUuid(uuid)}`
}

/** As the project's author would write it; absolute where it lies elsewhere. */
export function pathFrom(root: string, path: string): string {
  const separator = separatorOf(root)
  const folder = root.endsWith(separator) ? root : `${root}${separator}`
  return path.startsWith(folder) && path.length > folder.length ? path.slice(folder.length) : path
}

/** `drivers/contrib/my-kext/my_kext.cpp:12:7`; empty for what names no file, as the linker does. */
export function placeText(root: string, { file, line, column }: BuildMessage): string {
  const path = pathFrom(root, file)
  if (line === null) return path
  return column === null ? `${path}:${line}` : `${path}:${line}:${column}`
}

/** The same for a narrow list: `my_kext.cpp:12:7`, and the folder that it is in. */
export function placeParts(
  root: string,
  message: BuildMessage,
): { readonly name: string; readonly folder: string } {
  const text = placeText(root, message)
  const path = pathFrom(root, message.file)
  const name = nameIn(path)
  return {
    name: name + text.slice(path.length),
    folder: path.slice(0, path.length - name.length).replace(/[/\\]$/, ''),
  }
}

/** The message after or before the one that is shown, round in a ring; errors and warnings only, if there are any. */
export function nextMessage(
  messages: readonly BuildMessage[],
  at: number | null,
  step: 1 | -1,
): number | null {
  const count = messages.length
  const hasGrave = messages.some(({ severity }) => severity !== 'note')
  for (let n = 1; n <= count; n++) {
    const from = at ?? (step === 1 ? -1 : count)
    const index = (((from + step * n) % count) + count) % count
    if (!hasGrave || messages[index]!.severity !== 'note') return index
  }
  return null
}
