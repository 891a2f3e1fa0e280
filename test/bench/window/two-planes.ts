import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { manifestName, manifestVersion, type Manifest } from '../../../core/kextant/manifest.ts'

/** A saved capture with two planes of the same entries, both as one text dump says: a text of `ioreg` has but one. */
export async function writeTwoPlanes(path: string, dump: string): Promise<void> {
  const planes = ['IOService', 'IODeviceTree']
  const files = planes.map(plane => ({
    path: `planes/${plane}.txt`,
    kind: 'text',
    plane,
    bytes: null,
    sha256: null,
  }))
  const manifest: Manifest = {
    source: { kind: 'guest', label: 'two planes' },
    takenAt: '2020-01-01T00:00:00.000Z',
    durationMs: 0,
    identity: null,
    commands: [],
    missing: [],
    problems: [],
    formatVersion: manifestVersion,
    kextant: 'bench',
    files,
  }
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from(JSON.stringify(manifest)), manifestName)
  for (const file of files) zip.addFile(dump, file.path, { compress: false })
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}
