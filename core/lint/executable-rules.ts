import type { InstalledKext } from '../kext/kext.ts'
import { FileType, fileTypeName } from '../macho/format.ts'
import type { MachOImage, MachOReading } from '../macho/mach-o.ts'
import type { Severity } from './finding.ts'
import { classFindings, metaclassFindings } from './executable-class-rules.ts'
import type { RuleName } from './rules.ts'
import { listed, quoted } from './show-value.ts'

/** A finding about the executable; with a key path it is one about the Info.plist. */
export interface ExecutableFinding {
  readonly severity: Severity
  readonly rule: RuleName
  readonly keyPath: readonly string[] | null
  readonly sentence: string
  readonly advice: string
}

export interface ExecutableInput {
  readonly kext: InstalledKext
  readonly reading: MachOReading
  /** The guest's, as `kextstat -a` names it; null where no guest is known. */
  readonly guestArchitecture: string | null
}

/** What the executable says about itself, and about the personalities (facts: kexts, sections 2 and 14). */
export function executableFindings(input: ExecutableInput): readonly ExecutableFinding[] {
  const { reading, guestArchitecture } = input
  if (reading.kind === 'not-mach-o')
    return [
      {
        severity: 'error',
        rule: 'executable-not-mach-o',
        keyPath: null,
        sentence: `The executable is no Mach-O file: ${reading.because}.`,
        advice: 'Put the linked kext in its place.',
      },
    ]
  if (reading.kind === 'malformed') return [damaged(null, reading.at, reading.because)]
  const findings: ExecutableFinding[] = []
  for (const each of reading.images)
    if (each.kind === 'malformed') findings.push(damaged(each.architecture, each.at, each.because))
  const images = reading.images.flatMap(each => (each.kind === 'image' ? [each.image] : []))
  const architectures = images.map(({ architecture }) => architecture)
  if (
    guestArchitecture !== null &&
    images.length > 0 &&
    !architectures.some(each => fits(each, guestArchitecture))
  )
    findings.push({
      severity: 'error',
      rule: 'executable-architecture',
      keyPath: null,
      sentence: `The executable has code for ${listed(architectures)}, and the guest needs ${guestArchitecture}.`,
      advice: `Build it for ${guestArchitecture} too.`,
    })
  // Only the guest's architecture matters where it is known and there.
  const own = images.filter(each => fits(each.architecture, guestArchitecture ?? each.architecture))
  const looked = own.length > 0 ? own : images
  const isOneOfSeveral = looked.length > 1
  return [
    ...findings,
    ...looked.flatMap(image =>
      imageFindings(image, input, isOneOfSeveral ? image.architecture : null),
    ),
  ]
}

/** A kext for Apple silicon is arm64e, which some tools call arm64. */
function fits(architecture: string, wanted: string): boolean {
  return architecture === wanted || (architecture === 'arm64e' && wanted === 'arm64')
}

function damaged(architecture: string | null, at: number, because: string): ExecutableFinding {
  const part = architecture === null ? 'The executable' : `The code for ${architecture}`
  return {
    severity: 'error',
    rule: 'executable-damaged',
    keyPath: null,
    sentence: `${part} is damaged at byte ${at}: ${because}.`,
    advice: 'Link it again, and compare its size with that of the original if it was copied.',
  }
}

function imageFindings(
  image: MachOImage,
  { kext }: ExecutableInput,
  architecture: string | null,
): readonly ExecutableFinding[] {
  const findings: ExecutableFinding[] = []
  const where = architecture === null ? 'The executable' : `The code for ${architecture}`
  const add = (
    severity: Severity,
    rule: RuleName,
    rest: string,
    advice: string,
    keyPath: readonly string[] | null = null,
  ): void => void findings.push({ severity, rule, keyPath, sentence: `${where} ${rest}`, advice })

  const isKext = image.fileType === FileType.kextBundle
  const isObject = image.fileType === FileType.object
  if (!isKext && !isObject)
    add(
      'error',
      'executable-type',
      `is ${fileTypeName(image.fileType)}; a kext is MH_KEXT_BUNDLE, or MH_OBJECT in 32 bits.`,
      'Link it with -Xlinker -kext.',
    )
  else if (isObject && image.is64Bit)
    add(
      'warning',
      'executable-type',
      `is ${fileTypeName(image.fileType)}; 64-bit kexts are MH_KEXT_BUNDLE.`,
      'Link it with -Xlinker -kext.',
    )
  if (image.kmodInfo === null)
    add(
      'error',
      'executable-no-kmod-info',
      'does not define _kmod_info: the kext library finds no kernel extension in it.',
      'Declare the module: KMOD_EXPLICIT_DECL, or the file that the build makes for it.',
    )
  else {
    const differing = [
      ['CFBundleIdentifier', 'name', image.kmodInfo.name, kext.bundleIdentifier],
      ['CFBundleVersion', 'version', image.kmodInfo.version, kext.version],
    ] as const
    for (const [key, what, found, wanted] of differing) {
      if (found === null || found === wanted || wanted === '') continue
      add(
        'note',
        'kmod-info-differs',
        `has the ${what} ${quoted(found)} in _kmod_info, and the Info.plist has ${quoted(wanted)}. The Info.plist rules; the other may be of an older build.`,
        'Build again, so that both come from the same place.',
        [key],
      )
    }
  }
  if (image.uuid === null)
    add(
      'note',
      'executable-no-uuid',
      'has no UUID: kextstat cannot tell which build is loaded.',
      'Link it without -no_uuid.',
    )
  for (const gap of image.gaps)
    add('note', 'executable-gap', `could not be read in all its parts: ${gap}.`, '')
  if (kext.personalities.length === 0) {
    const drivers = image.classes.filter(({ superclass }) => superclass === 'IOService')
    if (drivers.length > 0)
      add(
        'note',
        'no-personality',
        `defines the ${drivers.length === 1 ? 'service' : 'services'} ${listed(drivers.map(({ name }) => name))}, and the kext has no personality: nothing starts when it is loaded.`,
        'Add IOKitPersonalities, unless other kexts make its objects.',
      )
  }
  return [
    ...findings,
    ...metaclassFindings(image, kext, where),
    ...classFindings(image, kext, where),
  ]
}
