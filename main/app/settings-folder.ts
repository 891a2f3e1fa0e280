import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where targets, host keys and the history are kept; the window, the web host and the command line share it. */
export function settingsFolder(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env['KEXTANT_SETTINGS']
  if (chosen) return chosen
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Kextant')
    case 'win32':
      return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Kextant')
    default:
      return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'kextant')
  }
}
