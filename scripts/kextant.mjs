#!/usr/bin/env node
// The command line, run from a checkout: npm run -s kextant -- tree SOURCE
import { join } from 'node:path'
import { projectFolder, runTypeScript } from './lib/prepare.mjs'

// Stripping types and compiling is half of what a small file takes; Node keeps the result, by content. It lies
// in what an install clears away.
process.env.NODE_COMPILE_CACHE ??= join(projectFolder, 'node_modules', '.cache', 'kextant-code')
await runTypeScript(join(projectFolder, 'main', 'cli', 'index.ts'), process.argv.slice(2))
