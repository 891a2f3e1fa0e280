import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { FailureError } from '../../core/failure.ts'
import { createApp } from '../app/create-app.ts'
import { openFiles } from '../app/files-to-open.ts'
import { printable } from '../app/printable.ts'
import { settingsFolder } from '../app/settings-folder.ts'
import { captureSummary } from '../app/summary.ts'
import { startDevServer } from './dev-server.ts'
import { reportBug } from '../service/host-log.ts'
import { startWebHost } from './web-host.ts'

const stopLimitMs = 5000

// The web host as a process: started by `npm start` and `npm run dev`, which hand its address on.

const values = readOptions()

// Sources run from main/web, the built file from out/main.
const isSource = import.meta.filename.endsWith('.ts')
const projectFolder = resolve(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
  version: string
}

const app = createApp({
  host: 'web',
  version: manifest.version,
  mayChangeGuest: values['allow-changes'],
  settingsFolder: settingsFolder(),
  samplesFolder: join(projectFolder, 'assets', 'kexts'),
  parseWorker: isSource
    ? new URL('../service/parse-worker.ts', import.meta.url)
    : new URL('./parse-worker.js', import.meta.url),
})
const devServer = values.dev ? await startDevServer(join(projectFolder, 'renderer')) : undefined

try {
  const host = await startWebHost({
    service: app,
    pageFolder: join(dirname(import.meta.dirname), 'renderer'),
    port: values.port,
    mayChangeGuest: values['allow-changes'],
    ...(devServer ? { devServer } : {}),
  })
  const tell = () => {
    const address = host.newAddress()
    if (process.send) process.send({ kind: 'address', address })
    else process.stdout.write(`${address}\n`)
  }
  process.on('message', message => {
    if ((message as { kind?: unknown }).kind === 'new-address') tell()
  })
  let isStopping = false
  const stop = () => {
    if (isStopping) return
    isStopping = true
    // A guest that has stopped answering may not keep this process.
    setTimeout(() => process.exit(0), stopLimitMs).unref()
    void Promise.allSettled([host.stop(), app.stop(), devServer?.stop()]).then(() =>
      process.exit(0),
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // A promise that nobody looked at is a bug to be told, and no reason to take every window down.
  process.on('unhandledRejection', error => reportBug(error, 'the web host'))
  // Whoever started this host is gone: so should it be.
  process.on('disconnect', stop)
  tell()
  if (values.demo) await openDemo()
  await openFiles(app, values.open, sentence =>
    process.stderr.write(`kextant: ${printable(sentence)}\n`),
  )
} catch (error) {
  const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  const reason = isTaken ? `port ${values.port} is taken` : String(error)
  process.stderr.write(`kextant: the web host cannot start: ${reason}\n`)
  process.exit(1)
}

function readOptions() {
  try {
    const { values: given } = parseArgs({
      options: {
        port: { type: 'string', default: '0' },
        'allow-changes': { type: 'boolean', default: false },
        demo: { type: 'boolean', default: false },
        summary: { type: 'boolean', default: false },
        dev: { type: 'boolean', default: false },
        /** Files to open, each by an option of its own. */
        open: { type: 'string', multiple: true, default: [] },
      },
    })
    const port = Number(given.port)
    if (!/^\d+$/.test(given.port) || port > 65_535) throw new TypeError(`no port: ${given.port}`)
    return { ...given, port }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    process.stderr.write(`kextant: ${error.message}\n`)
    process.exit(64)
  }
}

async function openDemo(): Promise<void> {
  try {
    const capture = await app.openDemo()
    if (values.summary) process.stdout.write(`${printable(captureSummary(capture))}\n`)
  } catch (error) {
    const reason = error instanceof FailureError ? error.message : String(error)
    process.stderr.write(`kextant: the demo guest could not be captured: ${reason}\n`)
  }
}
