import type { Program } from '../program.ts'
import { archivePrograms } from './archive.ts'
import { changePrograms } from './change-files.ts'
import { findProgram } from './find.ts'
import { listPrograms } from './list-files.ts'
import { runPrograms } from './run-tools.ts'
import { scpProgram } from './scp.ts'
import { systemPrograms } from './system-tools.ts'
import type { UnixSystem } from './system.ts'
import { textPrograms } from './text-tools.ts'

/** The ordinary Unix programs of the guest, by path. */
export function createUnixPrograms(system: UnixSystem): ReadonlyMap<string, Program> {
  return new Map<string, Program>([
    ...archivePrograms(system),
    ...changePrograms(system),
    ['/usr/bin/find', findProgram(system)],
    ...listPrograms(system),
    ...runPrograms(system),
    ['/usr/bin/scp', scpProgram()],
    ...systemPrograms(system),
    ...textPrograms(),
  ])
}
