import { FailureError } from '../../../core/failure.ts'
import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'

/**
 * One archive of every kext's Info.plist: a guest has hundreds, and a command or an SFTP read for each
 * would take half a minute where this takes a second. The folders are those that the kext tools scan
 * (facts: kexts, section 2). COPYFILE_DISABLE keeps Apple's tar from adding a `._` file for each. The
 * script is constant; nothing is ever put into it.
 */
const script = [
  'PATH=/usr/bin:/bin:/usr/sbin:/sbin; export PATH',
  'COPYFILE_DISABLE=1; export COPYFILE_DISABLE',
  'for root in /System/Library/Extensions /Library/Extensions /Library/Apple/System/Library/Extensions; ' +
    'do if test -d "$root"; then find -L "$root" -name Info.plist -type f -print0; fi; done ' +
    '| tar -c -f - --null -T -',
].join('; ')

/**
 * Every kext's Info.plist, PlugIns included, as one tar on standard output. Files that cannot be read there
 * are missing in it: the tools' exit codes count only when nothing came at all.
 *
 * @throws FailureError command-failed, dump-too-large, command-missing
 */
export async function archiveInfoPlists(
  session: GuestSession,
  signal?: AbortSignal,
): Promise<CommandResult> {
  const result = await session.run({
    name: 'Info.plists',
    argv: ['/bin/sh', '-c', script],
    okExitCodes: 'any',
    timeoutMs: 180_000,
    stdoutLimitBytes: 256 * 1024 * 1024,
    signal,
  })
  if (result.bytes > 0 || result.exitCode === 0) return result
  const { command, exitCode, stderr } = result
  throw new FailureError({ kind: 'command-failed', command, exitCode, stderr })
}
