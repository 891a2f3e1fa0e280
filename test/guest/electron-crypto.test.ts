import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { answer, startServer } from './in-process-server.ts'
import { newKeyPair } from './new-key-pair.ts'

// Electron's Node is built with BoringSSL, which has AES but no chacha20 under the name ssh2 looks for; ssh2
// asks once, when it is loaded, so the list is cut in a process of its own before that.
const script = (port: number, fingerprint: string, keyPath: string) => `
  import crypto from 'node:crypto'
  import { syncBuiltinESMExports } from 'node:module'
  const have = ['aes-128-cbc', 'aes-128-ctr', 'aes-128-gcm', 'aes-192-cbc', 'aes-192-ctr', 'aes-192-gcm',
    'aes-256-cbc', 'aes-256-ctr', 'aes-256-gcm', 'des-ede3-cbc', 'id-aes128-gcm', 'id-aes192-gcm',
    'id-aes256-gcm']
  crypto.getCiphers = () => have
  syncBuiltinESMExports()
  const { connectGuest } = await import(${JSON.stringify(moduleUrl('connect.ts'))})
  const lines = []
  const session = await connectGuest(
    { host: '127.0.0.1', port: ${port}, user: 'dev' },
    { method: 'key', path: ${JSON.stringify(keyPath)}, passphrase: 'open sesame' },
    {
      trust: { known: () => ['${fingerprint}'], knownTypes: () => ['ssh-ed25519', 'ssh-unheard-of'] },
      log: line => lines.push(line),
    },
  )
  const result = await session.run({ name: 'hi', argv: ['hi'] })
  session.close()
  console.log(JSON.stringify({ text: new TextDecoder().decode(result.stdout), lines }))
`

function moduleUrl(name: string): string {
  return pathToFileURL(join(import.meta.dirname, '../../main/guest', name)).href
}

test('with the ciphers of Electron and an encrypted key a session comes about', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kextant-electron-'))
  const keyPath = join(folder, 'key')
  writeFileSync(keyPath, newKeyPair('open sesame').private)
  const server = await startServer({
    accepts: attempt => attempt.method === 'publickey',
    onExec: ({ channel }) => answer(channel, 'hello', 0),
  })
  try {
    const file = join(folder, 'connect.mjs')
    writeFileSync(file, script(server.port, server.fingerprint, keyPath))
    const { stdout } = await promisify(execFile)(process.execPath, [file])
    const { text, lines } = JSON.parse(stdout) as { text: string; lines: string[] }
    expect(text).toBe('hello')
    expect(lines.find(line => line.startsWith('agreed on'))).toMatch(/aes/)
  } finally {
    await server.close()
    rmSync(folder, { recursive: true })
  }
})
