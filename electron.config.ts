import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { engineFile, ensureEngine, findNode } from './scripts/lib/prepare.mjs'

const at = (path: string) => resolve(import.meta.dirname, path)

/** The dump scanner beside the parser that loads it, compiled first where it is not there yet. */
const dumpScanner = {
  name: 'dump-scanner',
  generateBundle(this: { emitFile(file: EmittedAsset): string }) {
    ensureEngine(findNode(import.meta.dirname), import.meta.dirname)
    const source = readFileSync(at(engineFile))
    this.emitFile({ type: 'asset', fileName: 'dump-scanner.wasm', source })
  },
}
interface EmittedAsset {
  readonly type: 'asset'
  readonly fileName: string
  readonly source: Uint8Array
}

// Packages of `dependencies` stay outside the bundles of main; the page's are bundled.
export default defineConfig({
  main: {
    plugins: [dumpScanner],
    build: {
      outDir: 'out/main',
      target: 'node24',
      rollupOptions: {
        input: {
          electron: at('main/electron/index.ts'),
          web: at('main/web/index.ts'),
          'parse-worker': at('main/service/parse-worker.ts'),
          'share-worker': at('main/service/share-worker.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { index: at('preload/index.ts') },
        // A sandboxed preload is one CommonJS file, whatever the package's type says.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    publicDir: false,
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      target: 'chrome150',
      minify: true,
      // A font as a data: address would be refused by the page's policy.
      assetsInlineLimit: 0,
      rollupOptions: { input: { index: at('renderer/index.html') } },
    },
  },
})
