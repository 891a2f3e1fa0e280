import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/lib/prepare.mjs'

const isRoot = process.getuid?.() === 0
// Compiled code of hosts, guests and commands, which most tests start anew; as in `kextant.mjs`.
process.env['NODE_COMPILE_CACHE'] ??= join(
  import.meta.dirname,
  'node_modules',
  '.cache',
  'kextant-code',
)
const chromium = process.env['KEXTANT_CHROMIUM'] ?? findChromium()

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '*.e2e.ts',
  // The flows are real: an SSH server, kexts that hang, a guest that reboots.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // Tests wait for hosts and guests more than they compute.
  workers: availableParallelism() + 1,
  reporter: [['list'], ['./test/helpers/e2e-reporter.ts']],
  use: {
    viewport: { width: 1280, height: 800 },
    // Each frame of a motion is painted by the processor; what moves for whom is for `keyboard.e2e.ts`.
    contextOptions: { reducedMotion: 'reduce' },
    // Emptied before each test, it is as good as a new one, and starts three processes of the browser less.
    reuseContext: true,
    // A trace of each test costs a quarter of the whole; `--trace on` records one where it is wanted.
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: [
        ...(isRoot ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
