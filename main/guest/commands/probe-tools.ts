import { textOf } from '../command.ts'
import type { GuestSession } from '../session.ts'
import { toolNames } from './tool-paths.ts'
import type { ToolName } from './tool-paths.ts'

/**
 * Finds the guest's tools with one command. Looks in the system's folders first, then along the PATH that
 * the login has, so that a tool in an unusual place is found and one in the usual place is not shadowed.
 */
const script = [
  'PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH',
  'export PATH',
  `for tool in ${toolNames.join(' ')}; do command -v "$tool"; done`,
  'exit 0',
].join('; ')

/**
 * Which tools the guest has and where. A Darwin without Apple's userland lacks most of them (facts:
 * logs-and-misc, section 5). The session remembers the places, and every command uses them from then on.
 */
export async function probeTools(
  session: GuestSession,
  signal?: AbortSignal,
): Promise<ReadonlyMap<ToolName, string>> {
  const argv = ['/bin/sh', '-c', script]
  const result = await session.run({ name: 'probe tools', argv, timeoutMs: 20_000, signal })
  const found = new Map<ToolName, string>()
  for (const path of textOf(result).split('\n')) {
    const tool = toolNames.find(name => path.endsWith(`/${name}`))
    // Anything but a plain path (an alias, a builtin) is not something to run.
    if (tool && /^\/[\w@%+=:,./ -]+$/.test(path)) found.set(tool, path)
  }
  session.toolPaths.clear()
  for (const [tool, path] of found) session.toolPaths.set(tool, path)
  return found
}
