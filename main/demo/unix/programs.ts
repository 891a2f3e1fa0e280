import type { Program } from '../program.ts'
import { listPrograms } from './list-files.ts'
import { runPrograms } from './run-tools.ts'
import type { UnixSystem } from './system.ts'
import { textPrograms } from './text-tools.ts'

/** The ordinary Unix programs of the guest, by path. */
export function createUnixPrograms(system: UnixSystem): ReadonlyMap<string, Program> {
  return new Map([...listPrograms(system), ...textPrograms(), ...runPrograms(system)])
}
