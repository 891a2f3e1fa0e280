import type { FileStatus } from '../files/file-system.ts'
import type { Accounts } from './accounts.ts'

/** `drwxr-xr-x`, with `s` and `t` where those bits are set. */
export function modeText({ kind, mode }: Pick<FileStatus, 'kind' | 'mode'>): string {
  const triple = (shift: number, special: boolean, letter: string) => {
    const bits = (mode >> shift) & 7
    const runs = (bits & 1) !== 0
    const last = special ? (runs ? letter : letter.toUpperCase()) : runs ? 'x' : '-'
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`
  }
  const kindLetter = { file: '-', directory: 'd', symlink: 'l' }[kind]
  return (
    kindLetter +
    triple(6, (mode & 0o4000) !== 0, 's') +
    triple(3, (mode & 0o2000) !== 0, 's') +
    triple(0, (mode & 0o1000) !== 0, 't')
  )
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const halfYearMs = 182 * 86_400_000

/** The time as ls shows it: with the clock when it is recent, with the year when it is not. */
export function listTime(ms: number, nowMs = Date.now()): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return '???'
  const day = `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`
  const two = (value: number) => String(value).padStart(2, '0')
  if (Math.abs(nowMs - ms) > halfYearMs) return `${day}  ${date.getUTCFullYear()}`
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}

export interface LongColumns {
  readonly owner: string
  readonly group: string
  readonly size: string
}

export function longColumns(status: FileStatus, accounts: Accounts | null): LongColumns {
  return {
    owner: accounts === null ? String(status.uid) : accounts.userName(status.uid),
    group: accounts === null ? String(status.gid) : accounts.groupName(status.gid),
    size: String(status.size),
  }
}

/** One line as `ls -l` prints it; `widths` are those of the widest owner, group and size. */
export function longLine(
  status: FileStatus,
  name: string,
  accounts: Accounts | null,
  widths = { owner: 0, group: 0, size: 0 },
): string {
  const { owner, group, size } = longColumns(status, accounts)
  const columns = [
    `${modeText(status)}  1 ${owner.padEnd(widths.owner)}`,
    ` ${group.padEnd(widths.group)}`,
    ` ${size.padStart(widths.size)} ${listTime(status.modifiedMs)} ${name}`,
  ]
  return columns.join(' ')
}
