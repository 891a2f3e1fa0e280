import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { mkdirSync, writeFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { toJson } from '../../core/contract/json-codec.ts'
import { createService } from '../../main/service/service.ts'
import { startWebHost, type WebHost } from '../../main/web/web-host.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

export async function startHost({
  mayChangeGuest = false,
  uploadStallMs = 30_000,
} = {}): Promise<WebHost> {
  const folder = temporaryFolder()
  const pageFolder = join(folder, 'page')
  mkdirSync(pageFolder)
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><title>Kextant</title>')
  writeFileSync(join(folder, 'secret.html'), 'not for the page')
  const service = createService({
    host: 'web',
    version: '1.2.3',
    mayChangeGuest,
    settingsFolder: join(folder, 'settings'),
    samplesFolder: join(folder, 'samples'),
    parseWorker: new URL('../../main/service/parse-worker.ts', import.meta.url),
    builtInTargets: [],
  })
  const host = await startWebHost({
    ...{ service, pageFolder, port: 0 },
    ...{ mayChangeGuest, uploadStallMs },
  })
  onTestFinished(async () => {
    await host.stop()
    await service.stop()
  })
  return host
}

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string | string[] | undefined>
}

export interface Asking {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** Node's own client, which sends the Host and Origin that a test asks for; `fetch` would not. */
export function send(
  host: WebHost,
  { method = 'GET', path, headers = {}, body }: Asking,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: host.port, method, path, headers },
      response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve({ status: response.statusCode!, body: text, headers: response.headers })
        })
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

export async function signIn(host: WebHost): Promise<string> {
  const { search } = new URL(host.newAddress())
  const { headers } = await send(host, { path: `/${search}` })
  return String(headers['set-cookie']).split(';')[0]!
}

export function ask(
  host: WebHost,
  cookie: string,
  name: string,
  params: unknown,
  headers = {},
  requestId = 'r1',
) {
  return send(host, {
    method: 'POST',
    path: '/api/request',
    headers: { cookie, 'content-type': 'application/json', ...headers },
    body: toJson({ name, params, requestId }),
  })
}
