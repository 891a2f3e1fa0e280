import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import type { DevServer } from './web-host.ts'

/**
 * Vite as a middleware of the web host: the page comes with hot reload from the same port, behind the
 * same gate. Imported only here, so that the built host does not need Vite.
 */
export async function startDevServer(
  root: string,
): Promise<DevServer & { stop: () => Promise<void> }> {
  const [{ createServer: createVite }, { default: react }] = await Promise.all([
    import('vite'),
    import('@vitejs/plugin-react'),
  ])
  // Vite listens for its socket on this server; the web host hands upgrades over.
  const upgrades = createServer()
  const vite = await createVite({
    root,
    configFile: false,
    appType: 'spa',
    plugins: [react()],
    publicDir: false,
    server: { middlewareMode: true, hmr: { server: upgrades, path: '/vite-hmr' } },
  })
  return {
    handle: (request: IncomingMessage, response: ServerResponse) => {
      vite.middlewares(request, response)
    },
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      upgrades.emit('upgrade', request, socket, head)
    },
    stop: () => vite.close(),
  }
}
