// npm run gallery: takes the pictures of docs/gallery.md again.
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
await runTypeScript(join(projectFolder, 'scripts', 'gallery.ts'), process.argv.slice(2))
