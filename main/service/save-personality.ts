import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Params } from '../../core/contract/requests.ts'
import type { SavedInfoPlist } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import { asWritten, withPersonality } from '../../core/kext/edit-info-plist.ts'
import { mistakePhrase, parseXmlPlist } from '../../core/plist/read-xml-plist.ts'
import { stringAt, type DictionaryValue } from '../../core/registry/property-value.ts'
import { writeInfoPlist } from '../../core/write/write-info-plist.ts'
import { readPlist } from '../plist/read-plist.ts'
import { absolutePath } from './host-folder.ts'
import { readPlistFile } from './read-plist-file.ts'
import { writeNewFile } from './write-new-file.ts'

/**
 * Saves an edited personality as an Info.plist. In `base` it takes the place of the one of its name, and all else
 * keeps its value and its order; without, it is the only one of a codeless kext. Comments are not kept.
 *
 * @throws FailureError bad-request for XML that is no dictionary, not-a-bundle, file-unreadable, value-unwritable,
 *   file-exists, file-unwritable
 */
export async function savePersonality(
  { path, overwrite, name, xml, base }: Params<'personality.save'>,
  signal: AbortSignal,
): Promise<SavedInfoPlist> {
  const personality = readPersonality(xml)
  const info = base === null ? codelessKext(name, personality) : await readBase(absolutePath(base))
  const bytes = new TextEncoder().encode(writeInfoPlist(withPersonality(info, name, personality)))
  return writeNewFile(absolutePath(path), inOnePiece(bytes), { overwrite, signal })
}

function readPersonality(xml: string): DictionaryValue {
  const reading = parseXmlPlist(xml)
  if (!reading.ok)
    throw refused(`the personality is no property list: ${mistakePhrase(reading.mistake)}`)
  if (reading.value.kind !== 'dictionary') throw refused('the personality is no dictionary')
  // Whatever the publisher was, the kext library names the bundle that holds it now.
  return asWritten(reading.value, stringAt(reading.value, 'IOPersonalityPublisher') ?? null)
}

/** An Info.plist, or that of a bundle. */
async function readBase(path: string): Promise<DictionaryValue> {
  const file = (await isFolder(path)) ? await infoPlistIn(path) : path
  const info = readPlist(await readPlistFile(file), file)
  if (info.kind === 'dictionary') return info
  const detail = 'its Info.plist does not hold a dictionary'
  throw new FailureError({ kind: 'not-a-bundle', path, detail })
}

/** Flat bundles without `Contents` are accepted too (facts: kexts, section 2). */
async function infoPlistIn(bundle: string): Promise<string> {
  const deep = join(bundle, 'Contents', 'Info.plist')
  return (await stat(deep).catch(() => null)) ? deep : join(bundle, 'Info.plist')
}

/**
 * A kext that has personalities and no code of its own; the class is that of the kext which the personality names
 * (facts: matching, section 1).
 */
function codelessKext(name: string, personality: DictionaryValue): DictionaryValue {
  const stem = name
    .replace(/[^A-Za-z0-9-]+/g, '-')
    // With all that is put around it no longer than the 63 characters that the kernel has room for.
    .slice(0, 31)
    .replace(/^-+|-+$/g, '')
  const owner = stringAt(personality, 'CFBundleIdentifier')
  const plain = `io.darwinos.contrib.${stem === '' ? 'Personality' : stem}`
  const text = (value: string) => ({ kind: 'string', text: value }) as const
  return {
    kind: 'dictionary',
    entries: [
      ['CFBundleIdentifier', text(owner === plain ? `${plain}-Personality` : plain)],
      ['CFBundleInfoDictionaryVersion', text('6.0')],
      ['CFBundleName', text(name)],
      ['CFBundlePackageType', text('KEXT')],
      ['CFBundleVersion', text('1.0.0')],
    ],
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    status => status.isDirectory(),
    () => false,
  )
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function refused(detail: string): FailureError {
  return new FailureError({ kind: 'bad-request', request: 'personality.save', detail })
}
