// npm run bench -- [PART …] [--quick] [--write]
import { join } from 'node:path'
import {
  ensureBuilt,
  ensureInstalled,
  findNode,
  projectFolder,
  runTypeScript,
} from './lib/prepare.mjs'

ensureInstalled()
// The window is measured as it is built.
ensureBuilt(findNode())
await runTypeScript(join(projectFolder, 'test', 'bench', 'bench.ts'), process.argv.slice(2))
