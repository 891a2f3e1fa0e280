import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { Client } from 'ssh2'
import { run } from '../demo/ssh/guest-client.ts'

const samples = resolve(import.meta.dirname, '../../assets/kexts')

/** Somebody else at the demo guest, over an SSH connection of his own. */
export interface GuestTerminal {
  /** With root's rights. @throws Error what the command printed, when it fails */
  readonly sudo: (command: string) => Promise<string>
  /** Puts a sample kext into /Library/Extensions. */
  readonly install: (name: string) => Promise<void>
  readonly close: () => void
}

export async function openTerminal(port: number, password = 'kernel'): Promise<GuestTerminal> {
  const client = new Client()
  await new Promise<void>((done, fail) => {
    client.once('ready', done).once('error', fail)
    client.connect({ host: '127.0.0.1', port, username: 'author', password })
  })
  client.on('error', () => undefined)
  const must = async (command: string, input: string | Buffer = ''): Promise<string> => {
    const { code, stdout, stderr } = await run(client, command, input)
    if (code !== 0) throw new Error(`${command}: ${code} ${stderr}`)
    return stdout
  }
  const sudo = (command: string) => must(`echo ${password} | sudo -S -p '' ${command}`)
  return {
    sudo,
    async install(name) {
      const tar = execFileSync('tar', ['-cf', '-', '-C', samples, `${name}.kext`], {
        maxBuffer: 1 << 26,
      })
      await must('tar -xf - -C /tmp', tar)
      const place = join('/Library/Extensions', `${name}.kext`)
      await sudo(`cp -R /tmp/${name}.kext /Library/Extensions/`)
      await sudo(`chown -R root:wheel ${place}`)
      await sudo(`chmod -R go-w ${place}`)
    },
    close: () => client.end(),
  }
}
