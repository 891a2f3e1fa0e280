import type { MatchKeyChoice } from './match-keys.ts'
import { boolean, dictionary, integer, text, type Entry } from './plist-values.ts'
import { textOf, type ServiceLook } from './service-look.ts'

// Match keys of the storage families (facts: matching, sections 6.5 to 6.7).

/** Section 6.6: a chain, each key worth more with the ones before it. */
export function scsiChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  const type = look.property('Peripheral Device Type')
  if (!look.classAmong('IOSCSIPeripheralDeviceNub') || type?.kind !== 'integer') return []
  const keys: Entry[] = [
    ['IOProviderClass', text('IOSCSIPeripheralDeviceNub')],
    ['Peripheral Device Type', integer(type.value)],
  ]
  const vendor = textOf(look.property('Vendor Identification'))
  const product = textOf(look.property('Product Identification'))
  const byType: MatchKeyChoice = {
    id: 'scsi-type',
    title: `every SCSI device of type ${type.value}`,
    why: 'Peripheral Device Type alone gives 5000 points, as the family’s own drivers have.',
    keys,
    needsOwnCategory: false,
  }
  if (vendor === null || product === null) return [byType]
  return [
    {
      id: 'scsi-product',
      title: 'this SCSI product, by type, vendor and product',
      why: 'Peripheral Device Type, Vendor Identification and Product Identification together give 15000 points.',
      keys: [
        ...keys,
        ['Vendor Identification', text(vendor)],
        ['Product Identification', text(product)],
      ],
      needsOwnCategory: false,
    },
    byType,
  ]
}

/** Section 6.5. */
export function mediaChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  if (!look.classAmong('IOMedia')) return []
  const provider: Entry = ['IOProviderClass', text('IOMedia')]
  const hint = textOf(look.property('Content Hint'))
  const uuid = textOf(look.property('UUID'))
  const whole = look.property('Whole')
  const choices: MatchKeyChoice[] = []
  const choice = (id: string, title: string, why: string, asked: readonly Entry[]): void =>
    void choices.push({
      id,
      title,
      why,
      keys: [provider, ['IOPropertyMatch', dictionary(asked)]],
      needsOwnCategory: false,
    })
  if (hint !== null) {
    choice(
      'media-content',
      `every medium with the content hint ${hint}`,
      'Content Hint is what the partition map says that is inside: file systems and filters select their partitions by it.',
      [['Content Hint', text(hint)]],
    )
  }
  if (uuid !== null) {
    choice('media-uuid', 'this one medium, by its UUID', 'UUID is of this partition alone.', [
      ['UUID', text(uuid)],
    ])
  }
  if (whole?.kind === 'boolean' && whole.value) {
    choice(
      'media-whole',
      'every whole disk',
      'Whole is true for disks and false for partitions: partition schemes select disks by it.',
      [['Whole', boolean(true)]],
    )
  }
  return choices
}

/** Section 6.5: the family's own drivers go by it. */
export function blockStorageChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  const type = textOf(look.property('device-type'))
  if (!look.classAmong('IOBlockStorageDevice') || type === null) return []
  return [
    {
      id: 'block-storage-type',
      title: `every block storage device of type ${type}`,
      why: 'device-type is what the drivers of the storage family select by.',
      keys: [
        ['IOProviderClass', text('IOBlockStorageDevice')],
        ['IOPropertyMatch', dictionary([['device-type', text(type)]])],
      ],
      needsOwnCategory: false,
    },
  ]
}

/** Section 6.7. */
export function ataChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  const type = textOf(look.property('ata device type'))
  if (!look.classAmong('IOATADevice') || type === null) return []
  return [
    {
      id: 'ata-type',
      title: `every ATA device of type ${type}`,
      why: 'The family compares “ata device type” with the service’s own.',
      keys: [
        ['IOProviderClass', text('IOATADevice')],
        ['ata device type', text(type)],
      ],
      needsOwnCategory: false,
    },
  ]
}
