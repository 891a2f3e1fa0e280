import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './test/helpers/build-engine.ts',
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // The default leaves one core free, which is every second one on a small machine. Many tests wait for a
    // guest more than they compute.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A second, unless told; a busy machine takes longer, and a quiet one is not held up.
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default', './test/helpers/unit-reporter.ts'],
  },
})
