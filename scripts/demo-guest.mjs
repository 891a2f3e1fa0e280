// The demo guest alone, for any SSH client: npm run demo-guest -- --port 2222
import { join } from 'node:path'
import { projectFolder, runTypeScript } from './lib/prepare.mjs'

await runTypeScript(join(projectFolder, 'scripts', 'demo-guest.ts'), process.argv.slice(2))
