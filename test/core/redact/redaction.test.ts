import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { findSecrets, type Secret } from '../../../core/redact/find-secrets.ts'
import { textPseudonym } from '../../../core/redact/pseudonym.ts'
import { redactSource } from '../../../core/redact/redact-bytes.ts'
import { prepareRedaction } from '../../../core/redact/redaction.ts'
import { secretCategoryNames, type SecretCategory } from '../../../core/redact/secret-rules.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { plainValue } from '../../helpers/plain-value.ts'
import { readPlainly } from '../../helpers/read-dumps.ts'
import { serviceEntry } from '../../helpers/service-entry.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeBinaryArchive, writeExplorerDocument } from '../../helpers/write-documents.ts'
import { writeText } from '../../helpers/write-text.ts'

const digest = (text: string) => new Uint8Array(createHmac('sha256', 'a key').update(text).digest())

const serial = 'C02QX3ABG8WL'
const uuid = '5F0C2C2E-8B2A-5F9B-9C1D-0A1B2C3D4E5F'
const mac = Uint8Array.of(0xa8, 0x20, 0x66, 0x1d, 0x2e, 0x3f)
/** The type of a plug-in interface: the same on every machine (facts: kexts, section 2). */
const plugIn = '9DC7B780-9EC0-11D4-A54F-000A27052861'

const text = (value: string): PropertyValue => ({ kind: 'string', text: value })
const data = (bytes: Uint8Array): PropertyValue => ({ kind: 'data', bytes })
const bytesOf = (value: string) => new TextEncoder().encode(value)

const machine = serviceEntry(
  'Root',
  0x100000100n,
  [],
  [
    serviceEntry(
      'MacBookPro12,1',
      0x100000101n,
      [
        ['IOPlatformSerialNumber', text(serial)],
        ['serial-number', data(bytesOf(`8WL\0\0\0\0${serial}\0\0\0`))],
        ['IOPlatformUUID', text(uuid)],
        ['model', data(bytesOf('MacBookPro12,1\0'))],
        ['GUID', { kind: 'integer', value: 1234567890123456789n }],
      ],
      [
        serviceEntry('en0', 0x100000102n, [
          ['IOMACAddress', data(mac)],
          ['IOCFPlugInTypes', { kind: 'dictionary', entries: [[plugIn, text('Plug.bundle')]] }],
          ['Remark', text(`seen by ${serial} as A8:20:66:1D:2E:3F`)],
          ['Blob', data(Uint8Array.of(9, 8, 7, ...mac, 6, 5, 4, ...bytesOf(uuid.toLowerCase())))],
          [
            'Deep',
            {
              kind: 'dictionary',
              entries: [
                ['Volume UUID', text(uuid)],
                ['Size', { kind: 'integer', value: 4096n }],
              ],
            },
          ],
        ]),
      ],
    ),
  ],
)

const forms = {
  'an archive': () => bytesOf(writeArchive(machine)),
  text: () => bytesOf(writeText(machine)),
  'a binary archive': () => writeBinaryArchive(machine),
  'a document of IORegistryExplorer': () =>
    writeExplorerDocument({ root: machine, planes: { IOService: entry => entry.clients } }),
} as const

function secretsOf(
  snapshot: Snapshot,
  categories: readonly SecretCategory[] = secretCategoryNames,
): readonly Secret[] {
  return last(findSecrets(snapshot, [], { categories: new Set(categories), digest })).secrets
}

function redacted(bytes: Uint8Array, categories?: readonly SecretCategory[]) {
  const { snapshot } = readPlainly(bytes)
  const secrets = secretsOf(snapshot, categories)
  const redaction = prepareRedaction(secrets, digest)
  // Each form here is one source, whole.
  const after = last(redactSource(snapshot, 0, redaction))
  return { before: snapshot, after: readPlainly(after).snapshot, bytes: after, secrets, redaction }
}

function last<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** Everything that can be read of a snapshot, as text. */
function everything({ properties, strings, sources, ...rest }: Snapshot): string {
  const snapshot = { properties, strings, sources, ...rest }
  const values = Array.from({ length: properties.length }, (_, row) => {
    const value = readValue(snapshot, row)
    const plain = value.kind === 'data' ? latin1(value.bytes) + hex(value.bytes) : ''
    return `${stringAt(strings, properties.key[row]!)}=${show(plainValue(value))}${plain}`
  })
  const texts = Array.from({ length: strings.length }, (_, i) => stringAt(strings, i))
  return [...values, ...texts].join('\n')
}
const show = (value: unknown) =>
  JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? String(item) : item instanceof Uint8Array ? hex(item) : item,
  )
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

describe.each(Object.entries(forms))('of %s', (_name, write) => {
  test('nothing that tells of the machine can be read afterwards', () => {
    const { after, secrets } = redacted(write())
    expect(secrets.map(({ category, original }) => `${category}: ${original}`).sort()).toEqual(
      [
        'hardware: a8:20:66:1d:2e:3f',
        `serials: ${serial}`,
        `uuids: ${uuid}`,
        'hardware: 1234567890123456789',
      ].sort(),
    )
    const told = everything(after)
    for (const secret of [
      serial,
      uuid,
      uuid.toLowerCase(),
      hex(mac),
      'A8:20:66',
      '1234567890123456789',
    ]) {
      expect(told).not.toContain(secret)
    }
  })

  test('everything else is as it was, byte for byte', () => {
    const { before, after, bytes } = redacted(write())
    expect(bytes.length).toBe(write().length)
    expect(after.entries.id).toEqual(before.entries.id)
    expect(after.properties.start).toEqual(before.properties.start)
    const told = everything(after)
    expect(told).toContain('MacBookPro12,1')
    expect(told).toContain(plugIn)
    expect(told).toContain('4096')
    expect(after.problems).toEqual(before.problems)
  })

  test('one secret has one pseudonym, wherever and however it is written', () => {
    const { after, secrets } = redacted(write())
    const pseudonym = (original: string) =>
      secrets.find(secret => secret.original === original)!.pseudonym
    const told = everything(after)
    expect(told).toContain(
      `seen by ${pseudonym(serial)} as ${pseudonym('a8:20:66:1d:2e:3f').toUpperCase()}`,
    )
    expect(told).toContain(pseudonym(uuid).toLowerCase())
    expect(told).toContain(
      hex(Buffer.from(pseudonym('a8:20:66:1d:2e:3f').replaceAll(':', ''), 'hex')),
    )
  })

  test('a category that is not chosen is left alone', () => {
    const { after } = redacted(write(), ['hardware'])
    const told = everything(after)
    expect(told).toContain(serial)
    expect(told).not.toContain(hex(mac))
  })
})

test('a pseudonym takes as many bytes and units as its text, and keeps its signs', () => {
  for (const sample of ['C02-QX3', 'dead:beef', 'Jürgens Mac', '山田', '🦊 x', '', '-1']) {
    const made = textPseudonym(sample, digest)
    expect(Buffer.byteLength(made)).toBe(Buffer.byteLength(sample))
    expect(made.length).toBe(sample.length)
    expect(made.replace(/[\da-z\u0080-\u{10ffff}]/giu, '·')).toBe(
      sample.replace(/[\da-z\u0080-\u{10ffff}]/giu, '·'),
    )
  }
})

test('another key gives other pseudonyms: nobody can try all addresses', () => {
  const other = (value: string) =>
    new Uint8Array(createHmac('sha256', 'b key').update(value).digest())
  expect(textPseudonym(serial, digest)).toBe(textPseudonym(serial, digest))
  expect(textPseudonym(serial, other)).not.toBe(textPseudonym(serial, digest))
})
