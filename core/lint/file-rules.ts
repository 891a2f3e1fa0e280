import type { Finding, Severity } from './finding.ts'
import type { RuleName } from './rules.ts'
import { listed } from './show-value.ts'

/** One file or folder of a bundle, as it lies on the host's disk. */
export interface BundleEntry {
  /** Relative to the bundle, with `/`; empty for the bundle's own folder. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'symlink'
  /** Permission bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Of a symlink: whether it leads to something inside the bundle. */
  readonly staysInside: boolean | null
}

/**
 * What the guest's kext library will say of the files (facts: kexts, section 5). Owners and modes are the host's, and
 * a push sets them, so they are notes.
 */
export function fileFindings(entries: readonly BundleEntry[]): readonly Finding[] {
  const counted = entries.filter(({ path }) => !/(?:^|\/)\.DS_Store$/.test(path))
  const findings: Finding[] = []
  const add = (
    severity: Severity,
    rule: RuleName,
    file: string,
    sentence: string,
    advice: string,
  ): void =>
    void findings.push({
      severity,
      rule,
      where: { file, keyPath: [], line: null },
      sentence,
      advice,
    })

  for (const { path, kind, staysInside } of counted)
    if (kind === 'symlink' && staysInside === false)
      add(
        'error',
        'symlink-leaves',
        path,
        `${path} is a symlink that leads to nothing inside the bundle; the kext library refuses the bundle for it.`,
        'Put the file itself in its place, or take it out.',
      )
  const names = (found: readonly BundleEntry[]): string =>
    listed(
      found.map(({ path }) => (path === '' ? 'the bundle' : path)),
      4,
    )
  const foreign = counted.filter(({ uid, gid }) => uid !== 0 || gid !== 0)
  if (foreign.length > 0)
    add(
      'note',
      'ownership',
      '',
      `${names(foreign)} ${foreign.length === 1 ? 'does' : 'do'} not belong to root:wheel here, as the guest wants it.`,
      'A push sets that; after copying by hand: chown -R root:wheel.',
    )
  const writable = counted.filter(({ kind, mode }) => kind !== 'symlink' && (mode & 0o022) !== 0)
  if (writable.length > 0)
    add(
      'note',
      'modes',
      '',
      `${names(writable)} ${writable.length === 1 ? 'is' : 'are'} writable by group or others here, which the guest does not accept.`,
      'A push sets that; after copying by hand: chmod -R go-w.',
    )
  return findings
}
