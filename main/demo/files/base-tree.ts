import type { Credentials } from './file-system.ts'
import { MemoryFileSystem } from './memory-file-system.ts'

const root: Credentials = { uid: 0, gid: 0 }

/** Mode, owner:group and path of every directory that a bare Darwin 17 has before anyone works on it. */
const directories = `
  0755 0:80   /Applications
  0755 0:0    /Library
  0755 0:0    /Library/Extensions
  0755 0:0    /Library/LaunchDaemons
  1775 0:80   /Library/Caches
  0755 0:0    /Library/Logs
  0755 0:0    /Library/StagedExtensions
  0755 0:0    /System
  0755 0:0    /System/Library
  0755 0:0    /System/Library/CoreServices
  0755 0:0    /System/Library/Extensions
  0755 0:0    /System/Library/Kernels
  0755 0:80   /Users
  1777 0:0    /Users/Shared
  0755 0:80   /Volumes
  0755 0:0    /bin
  0755 0:0    /dev
  0755 0:0    /private
  0755 0:0    /private/etc
  0755 0:0    /private/etc/ssh
  1777 0:0    /private/tmp
  0755 0:0    /private/var
  0755 0:0    /private/var/db
  0755 0:0    /private/var/log
  0750 0:0    /private/var/root
  0755 0:0    /private/var/run
  1777 0:0    /private/var/tmp
  0755 0:0    /sbin
  0755 0:0    /usr
  0755 0:0    /usr/bin
  0755 0:0    /usr/lib
  0755 0:0    /usr/libexec
  0755 0:0    /usr/local
  0755 0:0    /usr/local/bin
  0755 0:0    /usr/sbin
  0755 0:0    /usr/share
`

const symlinks: Readonly<Record<string, string>> = {
  '/etc': 'private/etc',
  '/tmp': 'private/tmp',
  '/var': 'private/var',
}

export interface BaseTreeOptions {
  readonly home: string
  readonly owner: Credentials
  readonly hostname: string
  readonly passwd: string
  readonly group: string
}

/** A file system as it is after the first boot, with the home of one person. */
export function createBaseTree(options: BaseTreeOptions): MemoryFileSystem {
  const files = new MemoryFileSystem()
  for (const line of directories.trim().split('\n')) {
    const [mode, owner, path] = line.trim().split(/\s+/)
    const [uid, gid] = owner!.split(':').map(Number)
    files.makeDirectory(path!, root, Number.parseInt(mode!, 8))
    files.changeOwner(path!, uid!, gid!, root)
  }
  for (const [path, target] of Object.entries(symlinks)) files.makeSymlink(path, target, root)
  files.makeNullDevice('/dev/null')

  const { home, owner } = options
  for (const [path, mode] of [
    [home, 0o755],
    [`${home}/.ssh`, 0o700],
    [`${home}/Desktop`, 0o700],
    [`${home}/Library`, 0o700],
  ] as const) {
    files.makeDirectory(path, root, mode)
    files.changeOwner(path, owner.uid, owner.gid, root)
  }

  const text = (path: string, content: string) =>
    files.write(path, new TextEncoder().encode(content), root)
  text('/private/etc/passwd', options.passwd)
  text('/private/etc/group', options.group)
  text('/private/etc/shells', '/bin/sh\n')
  text('/private/etc/hosts', `127.0.0.1\tlocalhost\n127.0.0.1\t${options.hostname}\n`)
  text('/private/var/log/system.log', '')
  text('/System/Library/CoreServices/SystemVersion.plist', systemVersion)
  return files
}

// darwinOS is of the Darwin 17 generation, whose system version is 10.13 (facts: logs and misc, 4).
const systemVersion = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
\t<key>ProductBuildVersion</key>
\t<string>17A1</string>
\t<key>ProductName</key>
\t<string>darwinOS</string>
\t<key>ProductUserVisibleVersion</key>
\t<string>10.13</string>
\t<key>ProductVersion</key>
\t<string>10.13</string>
</dict>
</plist>
`
