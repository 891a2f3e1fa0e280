import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { extname, join, normalize } from 'node:path'
import type { Browser } from 'playwright-core'
import react from '@vitejs/plugin-react'
import { build } from 'vite'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { noString } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { readDump } from '../../../core/dump/read-dump.ts'
import { createBenchPage, type Measured } from './bench-page.ts'
import { mark, scrollFrames } from './in-page.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
}

/** The rows of a dump in a React component for each node, as one would write it first. */
export async function measurePeer(
  browser: Browser,
  folder: string,
  dump: string,
  most: number,
): Promise<readonly Measured[]> {
  const out = join(folder, 'peer')
  await build({
    configFile: false,
    root: join(import.meta.dirname, '../nested-tree'),
    cacheDir: join(folder, 'cache'),
    logLevel: 'error',
    plugins: [react()],
    build: { outDir: out, emptyOutDir: true, target: 'esnext' },
  })
  const server = await serve(out, { '/rows.json': rowsOf(dump, most) })
  const { port } = server.address() as { port: number }
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.setDefaultTimeout(600_000)
  const bench = await createBenchPage(page, null)
  try {
    await bench.stretches('first paint of the tree', null, async () => {
      await page.goto(`http://127.0.0.1:${port}/`)
      await page.locator('li').first().waitFor()
      await page.evaluate(mark, 'end')
      return undefined
    })
    await bench.steps('expand all', null, 1, () =>
      page.getByRole('button', { name: 'Expand all' }).click(),
    )
    await bench.stretches('scroll by 300 px a frame', null, async () => {
      await page.evaluate(scrollFrames, ['#list', 300, 5] as const)
      return undefined
    })
    await bench.steps('select the next row', null, 1, () =>
      page.getByRole('button', { name: 'Next' }).click(),
    )
    await bench.steps('filter key: appledriver4', null, 1, () =>
      page.getByRole('textbox').fill('a'),
    )
  } finally {
    await page.close()
    server.close()
  }
  return bench.measured
}

/** Depth, label, class and state of the first plane's nodes, in depth-first order. */
function rowsOf(path: string, most: number): string {
  const { snapshot } = readDump(readFileSync(path), { label: 'bench' })
  const plane = snapshot.planes[0]!
  const rows = Array.from({ length: Math.min(most, plane.length) }, (_, node) => {
    const entry = plane.entry[node]!
    const className = snapshot.entries.className[entry]!
    return [
      plane.depth[node],
      nodeLabel(snapshot, plane, node),
      className === noString ? '' : stringAt(snapshot.strings, className),
      snapshot.entries.state[entry]! & 2 ? 'registered' : '!registered',
    ]
  })
  return JSON.stringify(rows)
}

async function serve(root: string, made: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    try {
      const body = made[path] ?? readFileSync(join(root, path === '/' ? 'index.html' : path))
      response.setHeader('content-type', types[extname(path)] ?? 'text/html')
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return server
}
