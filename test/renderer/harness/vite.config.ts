import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// vite --config test/renderer/harness/vite.config.ts
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { port: 5199, fs: { allow: [resolve(import.meta.dirname, '../../..')] } },
})
