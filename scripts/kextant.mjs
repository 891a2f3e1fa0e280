#!/usr/bin/env node
// The command line, run from a checkout: npm run -s kextant -- info SOURCE --json
import { join } from 'node:path'
import { projectFolder, runTypeScript } from './lib/prepare.mjs'

await runTypeScript(join(projectFolder, 'main', 'cli', 'index.ts'), process.argv.slice(2))
