import { buffer } from 'node:stream/consumers'
import { FailureError } from '../../core/failure.ts'
import { manifestName, type Manifest } from '../../core/kextant/manifest.ts'
import { upgradeManifest } from '../../core/kextant/upgrade-manifest.ts'
import { damaged, unpack, type MemberReading, type ZipMember } from './zip-members.ts'

const limitBytes = 32_000_000

/**
 * The manifest of a `.kextant`, and the folder that it lies in: packing a folder again often puts one around all.
 *
 * @throws FailureError not-a-dump (another ZIP), capture-damaged, newer-format
 */
export async function readManifest(
  members: ReadonlyMap<string, ZipMember>,
  label: string,
  signal: AbortSignal,
): Promise<{ manifest: Manifest; folder: string }> {
  const places = [...members.keys()].filter(path => {
    const names = path.split('/')
    return names.length <= 2 && names.at(-1) === manifestName && names[0] !== '__MACOSX'
  })
  const place = places.find(path => path === manifestName) ?? places[0]
  const member = place === undefined ? undefined : members.get(place)
  if (!member) {
    const looksLike = `a ZIP file without a ${manifestName} of Kextant; unpack it first`
    throw new FailureError({ kind: 'not-a-dump', source: label, looksLike })
  }
  if (member.refusal !== null) throw damaged(label, `its ${manifestName} cannot be read`)
  if (member.bytes > limitBytes) throw damaged(label, `its ${manifestName} is too large`)
  const reading: MemberReading = { length: 0, fault: null }
  const bytes = await buffer(unpack(member, reading, signal))
  if (reading.fault !== null) throw damaged(label, `its ${manifestName} ${reading.fault}`)
  const manifest = upgradeManifest(parseJson(bytes.toString('utf8'), label), label)
  return { manifest, folder: member.path.slice(0, -manifestName.length) }
}

function parseJson(text: string, label: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw damaged(label, `its ${manifestName} is no JSON (${reason})`)
  }
}
