import { spawnSync } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

// Disks of a test's own that really fail. They take root on Linux, and may not be had in a container: null there.

export const noDiskWhy = 'a disk of its own takes root on Linux, and may not be had in a container'

/** A folder on a disk with room for so much. */
export function smallDisk(size: string): string | null {
  return mounted('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs')
}

/**
 * A folder on a disk of 8 MB whose medium takes no more: writes are taken into the memory of the kernel, and the error
 * (EIO) comes when they go to the disk. What was written with `files` is there.
 */
export function brokenDisk(files: Readonly<Record<string, string>>): string | null {
  return mounted('python3', '-c', breakDisk, JSON.stringify(files))
}

/** Runs a command with a new folder as its last word, and lets go of what it mounted there in the end. */
function mounted(program: string, ...words: readonly string[]): string | null {
  const folder = temporaryFolder()
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const { status } = spawnSync(program, [...words, folder])
  onTestFinished(() => void spawnSync('umount', ['-l', folder], { stdio: 'ignore' }))
  return status === 0 ? folder : null
}

/** The disk lies in memory, and is sealed against writing when all is in place. */
const breakDisk = `
import fcntl, json, os, subprocess, sys
files, folder = json.loads(sys.argv[1]), sys.argv[2]
disk = os.memfd_create('disk', os.MFD_ALLOW_SEALING)
os.ftruncate(disk, 8 << 20)
path = '/proc/self/fd/%d' % disk
run = lambda *words: subprocess.run(words, pass_fds=[disk], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
run('mkfs.ext2', '-q', '-F', '-m', '0', path)
loop = run('losetup', '--find', '--show', path)
try:
    run('mount', loop, folder)
finally:
    run('losetup', '--detach', loop)
os.rmdir(folder + '/lost+found')
for name, text in files.items():
    with open(folder + '/' + name, 'w') as file: file.write(text)
os.sync()
F_ADD_SEALS, F_SEAL_WRITE = 1033, 8
fcntl.fcntl(disk, F_ADD_SEALS, F_SEAL_WRITE)
`
