import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { settingsFolder } from '../main/app/settings-folder.ts'
import { startDemoGuest } from '../main/demo/demo-guest.ts'
import { createDemoMachine } from '../main/demo/machine/demo-machine.ts'

const usage = `usage: demo-guest [--port N] [--host ADDRESS] [--no-archive] [--no-sudo-password]
                  [--autounload-after SECONDS]

Starts a Darwin guest to try things on, reached by SSH like any other. Its
host key is kept in Kextant's settings folder (KEXTANT_SETTINGS chooses another).

  --port N            listen there (default 2222; 0 takes a free port)
  --host ADDRESS      listen there (default 127.0.0.1; the password is no secret)
  --no-archive        ioreg does not know -a, as on old or bare systems
  --no-sudo-password  sudo asks for nothing
  --autounload-after SECONDS
                      when unused kexts go after the last matching (default 60)
`

await main()

async function main(): Promise<void> {
  const options = readOptions()
  if (options === null) return
  const guest = await startDemoGuest({
    host: options.host,
    port: options.port,
    sudoNeedsPassword: options.sudoNeedsPassword,
    hostKeyPath: join(settingsFolder(), 'demo-guest-host-key'),
    createMachine: files =>
      createDemoMachine(files, {
        ioregHasArchive: options.hasArchive,
        autounloadIntervalMs: options.autounloadIntervalMs,
      }),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error
    console.error(
      `Port ${options.port} cannot be used (${error.code}). Choose another with --port.`,
    )
    process.exitCode = 1
    return null
  })
  if (guest === null) return
  console.log(`The demo guest is up.

  address      ${guest.host}:${guest.port}
  user         ${guest.user}
  password     ${guest.password}
  fingerprint  ${guest.hostKeyFingerprint}

  ssh -p ${guest.port} ${guest.user}@${guest.host}

Ctrl-C stops it.`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void guest.stop().then(() => process.exit(0))
    })
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '2222' },
        host: { type: 'string', default: '127.0.0.1' },
        'no-archive': { type: 'boolean', default: false },
        'no-sudo-password': { type: 'boolean', default: false },
        'autounload-after': { type: 'string', default: '60' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) {
      console.log(usage)
      return null
    }
    const port = Number(values.port)
    if (!/^\d+$/.test(values.port) || port > 65_535) throw new TypeError(`no port: ${values.port}`)
    const seconds = Number(values['autounload-after'])
    if (!(seconds > 0 && seconds <= 86_400))
      throw new TypeError(`no number of seconds: ${values['autounload-after']}`)
    return {
      port,
      autounloadIntervalMs: seconds * 1000,
      host: values.host,
      hasArchive: !values['no-archive'],
      sudoNeedsPassword: !values['no-sudo-password'],
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    console.error(`${error.message}\n\n${usage}`)
    process.exitCode = 64
    return null
  }
}
