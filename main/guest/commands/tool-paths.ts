import type { GuestSession } from '../session.ts'

/**
 * Where Apple's Darwin keeps the tools, the same from 10.4 to today. Commands name a full path, because an
 * SSH `exec` gets the PATH that sshd was built with (`/usr/bin:/bin:/usr/sbin:/sbin`) or that a user's shell
 * makes of it, and often lacks the `sbin` folders; because rules in sudoers are written with full
 * paths; and because a full path is what one would type to do the same by hand. A guest that keeps a tool
 * elsewhere is served by `probeTools`, which asks the guest's shell once and remembers.
 */
export const usualPaths = {
  chmod: '/bin/chmod',
  chown: '/usr/sbin/chown',
  dmesg: '/sbin/dmesg',
  ioclasscount: '/usr/sbin/ioclasscount',
  ioreg: '/usr/sbin/ioreg',
  kextload: '/sbin/kextload',
  kextstat: '/usr/sbin/kextstat',
  kextunload: '/sbin/kextunload',
  kextutil: '/usr/bin/kextutil',
  kmutil: '/usr/bin/kmutil',
  sw_vers: '/usr/bin/sw_vers',
  sysctl: '/usr/sbin/sysctl',
  tar: '/usr/bin/tar',
  uname: '/usr/bin/uname',
} as const

export type ToolName = keyof typeof usualPaths

export const toolNames = Object.keys(usualPaths) as readonly ToolName[]

/** The path by which to call a tool in this guest. */
export function toolPath(session: GuestSession, tool: ToolName): string {
  return session.toolPaths.get(tool) ?? usualPaths[tool]
}
