import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { fromBufferPromise } from 'yauzl'
import { ZipFile } from 'yazl'
import type { Capture } from '../../core/contract/types.ts'
import type { Service } from '../../main/service/service.ts'

/** The files of a ZIP, as an unzip tool would see them. */
export async function unzip(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  const zip = await fromBufferPromise(Buffer.from(bytes))
  const files = new Map<string, Buffer>()
  for await (const entry of zip.eachEntry()) {
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)))
  }
  return files
}

/** A ZIP of these files, in this order; not compressed where bytes are to be found again in it. */
export async function zipOf(
  files: Iterable<readonly [string, Uint8Array | string]>,
  compress = true,
): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [path, content] of files) {
    zip.addBuffer(Buffer.from(content), path, { compress })
  }
  zip.end()
  return buffer(zip.outputStream)
}

/** Opens a dump from a file, saves it as `saved`, and takes out of that what it keeps of the file. */
export async function savedDump(
  service: Service,
  path: string,
  saved: string,
): Promise<{ readonly capture: Capture; readonly kept: readonly Buffer[] }> {
  const { signal } = new AbortController()
  const capture = await service.handlers['capture.open']({ path }, signal)
  await service.saveCapture(capture.snapshotId, saved, { overwrite: false, signal })
  const files = [...(await unzip(readFileSync(saved)))]
  return {
    capture,
    kept: files.filter(([name]) => name.startsWith('dump/')).map(([, file]) => file),
  }
}
