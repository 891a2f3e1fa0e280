// npm run screenshots: takes the pictures of docs/images again.
import { join } from 'node:path'
import {
  ensureBuilt,
  ensureInstalled,
  findNode,
  projectFolder,
  runTypeScript,
} from './lib/prepare.mjs'

ensureInstalled()
ensureBuilt(findNode())
await runTypeScript(join(projectFolder, 'scripts', 'screenshots.ts'), process.argv.slice(2))
