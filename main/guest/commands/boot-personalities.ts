import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'

/** The cache was kept from 10.6 to 10.15 (facts: kexts, section 2), which are these releases of Darwin. */
const firstDarwin = 10
const lastDarwin = 19
const noSuchFile = 66

export function mayHaveBootPersonalities(darwinMajor: number | null): boolean {
  return darwinMajor === null || (darwinMajor >= firstDarwin && darwinMajor <= lastDarwin)
}

/**
 * As a tar, which says for which architecture the cache is: the first that is there, beginning with the
 * machine's own. The script is constant; the architecture is its argument.
 */
const script = [
  'PATH=/usr/bin:/bin:/usr/sbin:/sbin; export PATH',
  'COPYFILE_DISABLE=1; export COPYFILE_DISABLE',
  'for arch in "$1" x86_64 i386 ppc; do ' +
    'file=/System/Library/Caches/com.apple.kext.caches/Startup/IOKitPersonalities_$arch.ioplist.gz; ' +
    'if test -r "$file"; then tar -c -f - "$file"; exit; fi; done',
  `exit ${noSuchFile}`,
].join('; ')

/**
 * The personalities that user space sent to the kernel at boot, as a tar of one gzipped file.
 *
 * @param machine as `uname -m` prints it
 * @returns null where the guest has no such file, or none that may be read
 * @throws FailureError command-failed, command-missing
 */
export async function archiveBootPersonalities(
  session: GuestSession,
  machine: string | null,
  signal?: AbortSignal,
): Promise<CommandResult | null> {
  const result = await session.run({
    name: 'boot personalities',
    argv: ['/bin/sh', '-c', script, 'sh', machine ?? 'x86_64'],
    okExitCodes: [0, noSuchFile],
    stdoutLimitBytes: 256 * 1024 * 1024,
    signal,
  })
  return result.exitCode === 0 ? result : null
}
