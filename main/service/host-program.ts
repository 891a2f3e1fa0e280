import { spawn, type ChildProcess } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/** Kextant's own secrets are for nobody else. */
const ownSecrets = ['KEXTANT_PASSWORD', 'KEXTANT_PASSPHRASE', 'KEXTANT_SUDO_PASSWORD']

/** What a program of this computer is given: the environment as it is, without secrets that it does not need. */
export function environmentForOthers(env = process.env): NodeJS.ProcessEnv {
  const rest = { ...env }
  for (const name of ownSecrets) delete rest[name]
  return rest
}

/** Where a program lies on `PATH`; null where it does not. */
export async function findProgram(name: string, env = process.env): Promise<string | null> {
  const endings = process.platform === 'win32' ? ['', '.exe'] : ['']
  const folders = isAbsolute(name) ? [''] : (env['PATH'] ?? '').split(delimiter)
  for (const folder of folders) {
    // An empty or relative part of PATH means the working folder, whatever that is now.
    if (folder !== '' && !isAbsolute(folder)) continue
    if (folder === '' && !isAbsolute(name)) continue
    for (const ending of endings) {
      const path = folder === '' ? name + ending : join(folder, name + ending)
      const isExecutable = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
      if (isExecutable) return path
    }
  }
  return null
}

/** Ends a child that leads a process group of its own, with all that it has started. */
export function endGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  const { pid } = child
  if (pid === undefined) return
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' }).on(
      'error',
      () => void child.kill(),
    )
    return
  }
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}
