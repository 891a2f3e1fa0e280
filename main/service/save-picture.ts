import type { Params } from '../../core/contract/requests.ts'
import type { SavedFile } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import { absolutePath } from './host-folder.ts'
import { writeNewFile } from './write-new-file.ts'

const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const xmlHead = new TextEncoder().encode('<?xml ')

/**
 * Saves a picture that the page drew. What does not begin as such a file is not written: a view can write pictures and
 * nothing else by it.
 *
 * @throws FailureError bad-request, file-exists, file-unwritable, cancelled
 */
export async function savePicture(
  { path, format, bytes, overwrite }: Params<'picture.save'>,
  signal: AbortSignal,
): Promise<SavedFile> {
  const head = format === 'png' ? pngSignature : xmlHead
  if (!head.every((byte, n) => bytes[n] === byte)) {
    const detail = `the bytes are no ${format.toUpperCase()} file`
    throw new FailureError({ kind: 'bad-request', request: 'picture.save', detail })
  }
  return writeNewFile(absolutePath(path), inOnePiece(bytes), { overwrite, signal })
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
