import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Modules without state and without processes: their files may share a worker, which saves a start for each. */
const pure = ['core', 'contract', 'demo', 'renderer'].map(
  folder => `test/${folder}/**/*.test.{ts,tsx}`,
)

export default defineConfig({
  test: {
    globalSetup: './test/helpers/build-engine.ts',
    // The default leaves one core free, which is every second one on a small machine. Many tests wait for a
    // guest more than they compute.
    maxWorkers: availableParallelism() + 1,
    // A guard against hanging, not a bar: a busy machine takes many times what a quiet one does.
    testTimeout: 60_000,
    hookTimeout: 30_000,
    // A second, unless told; a busy machine takes longer, and a quiet one is not held up.
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default', './test/helpers/unit-reporter.ts'],
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: { name: 'process', include: ['test/**/*.test.{ts,tsx}'], exclude: pure },
      },
    ],
  },
})
