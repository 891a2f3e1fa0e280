import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Modules without state and without processes. */
const pure = ['core', 'contract', 'demo', 'renderer'].map(
  folder => `test/${folder}/**/*.test.{ts,tsx}`,
)

/** Puts another module in the place of one that others may have loaded before. */
const replacing = ['test/service/gzip-stream.test.ts']

// The files of a project share workers, which saves each of them the start of one and all imports: what a test
// changes of the process it puts back. Whoever replaces a module has a worker alone.
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
    isolate: false,
    projects: [
      { extends: true, test: { name: 'pure', include: pure } },
      {
        extends: true,
        test: {
          name: 'process',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...pure, ...replacing],
        },
      },
      { extends: true, test: { name: 'replacing', include: replacing, isolate: true } },
    ],
  },
})
