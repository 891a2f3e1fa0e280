// npm run bench -- [PART …] [--quick] [--write]
import { join } from 'node:path'
import { projectFolder, runTypeScript } from './lib/prepare.mjs'

await runTypeScript(join(projectFolder, 'test', 'bench', 'bench.ts'), process.argv.slice(2))
