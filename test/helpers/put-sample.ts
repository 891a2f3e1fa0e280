import type { FileSystem } from '../../main/demo/files/file-system.ts'
import { sampleFiles, sampleKexts } from '../../main/demo/machine/sample-kexts.ts'

const root = { uid: 0, gid: 0 }

/** Lays one of the sample kexts into the guest, owned by root, as an installer would; returns where it lies. */
export function putSample(files: FileSystem, name: string): string {
  const folder = `/Library/Extensions/${name}.kext`
  for (const below of ['', '/Contents', '/Contents/MacOS', '/Contents/Resources'])
    files.makeDirectory(`${folder}${below}`, root)
  const sample = sampleKexts.find(each => each.folder === `${name}.kext`)!
  for (const [relative, bytes] of sampleFiles(sample))
    files.write(`${folder}/${relative}`, bytes, root, 0o644)
  return folder
}
