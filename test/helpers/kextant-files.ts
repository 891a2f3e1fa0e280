import { buffer } from 'node:stream/consumers'
import { fromBufferPromise } from 'yauzl'
import { ZipFile } from 'yazl'

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
