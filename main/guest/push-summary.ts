import { posix } from 'node:path'
import type { PreparedPush } from './prepare-push.ts'

/** What has to go from the copy is named in one command line; a bundle that is nearly new is sent whole. */
export function canBeReplaced({ difference }: PreparedPush): boolean {
  if (difference === null || difference.sameCount === 0) return false
  const length = difference.remove.reduce((sum, path) => sum + path.length + 80, 0)
  return length < 60_000
}

/** What a push sends, in one line. */
export function summaryOf(prepared: PreparedPush): string {
  const { plan, difference, way } = prepared
  const how = way === 'sftp' ? '' : ', as a tar archive, since the guest offers no SFTP'
  if (difference === null || !canBeReplaced(prepared)) {
    const count = plan.entries.filter(entry => entry.kind !== 'directory').length
    return `The whole bundle is sent: ${filesOf(count)}, ${bytesOf(plan.totalBytes)}${how}`
  }
  const files = difference.send.filter(entry => entry.kind !== 'directory')
  const gone = difference.remove.filter(path => !files.some(entry => entry.path === path)).length
  const alsoGone =
    gone === 0
      ? ''
      : `; ${gone} ${gone === 1 ? 'thing that is' : 'things that are'} gone here ${gone === 1 ? 'goes' : 'go'} there too`
  if (files.length === 0) {
    return difference.send.length + gone === 0
      ? 'Nothing differs: nothing is sent, only owner and modes are set'
      : `No file differs: nothing is sent${alsoGone}`
  }
  const bytes = files.reduce((sum, one) => sum + (one.kind === 'file' ? one.bytes : 0), 0)
  const [first] = files
  const what =
    files.length === 1 ? `${posix.basename(first!.path)} differs only: ` : 'Only what differs: '
  const are = files.length === 1 && bytes === 1 ? 'is' : 'are'
  return `${what}${files.length} of ${filesOf(difference.fileCount)}, ${bytesOf(bytes)} ${are} sent${how}${alsoGone}`
}

function filesOf(count: number): string {
  return `${count} ${count === 1 ? 'file' : 'files'}`
}

function bytesOf(count: number): string {
  return `${count} ${count === 1 ? 'byte' : 'bytes'}`
}
