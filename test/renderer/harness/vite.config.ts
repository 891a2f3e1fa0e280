import { tmpdir } from 'node:os'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// PORT=5199 vite --config test/renderer/harness/vite.config.ts
export default defineConfig({
  root: import.meta.dirname,
  // Outside of node_modules, which several checkouts may share.
  cacheDir: join(tmpdir(), `kextant-harness-${process.pid}`),
  plugins: [react()],
  server: {
    port: Number(process.env['PORT'] ?? 5199),
    fs: { strict: false },
  },
})
