import type { InstalledKext } from '../kext/kext.ts'
import type { DefinedClass, MachOImage } from '../macho/mach-o.ts'
import { stringAt } from '../registry/property-value.ts'
import type { ExecutableFinding } from './executable-rules.ts'
import type { Severity } from './finding.ts'
import { createPossibleHomes, isNoService, kernelHomeOf } from './kernel-classes.ts'
import { createNearName, type NearName } from './near-name.ts'
import type { RuleName } from './rules.ts'
import { listed, quoted } from './show-value.ts'
import { topmostKnown } from './superclass-chain.ts'

/** Superclasses from elsewhere whose library is not declared (facts: kexts, sections 4 and 14). */
export function metaclassFindings(
  image: MachOImage,
  kext: InstalledKext,
  where: string,
): readonly ExecutableFinding[] {
  const homesOf = createPossibleHomes(kext.libraries.map(([id]) => id))
  const homeless = new Map<string, string[]>()
  for (const className of image.importedClasses) {
    if (homesOf(className).length > 0) continue
    const home = kernelHomeOf(className) ?? ''
    const classes = homeless.get(home)
    if (classes === undefined) homeless.set(home, [className])
    else classes.push(className)
  }
  return [...homeless].map(([home, classes]): ExecutableFinding => {
    const plural = classes.length > 1
    const what = `${where} needs the ${plural ? 'metaclasses' : 'metaclass'} of ${listed(classes)}`
    if (home === '')
      return {
        severity: 'warning',
        rule: 'metaclass-undeclared',
        keyPath: ['OSBundleLibraries'],
        sentence: `${what}, and no library that could have ${plural ? 'them' : 'it'} is declared.`,
        advice: 'Declare the family that has the class: kextlibs names it.',
      }
    return {
      severity: 'error',
      rule: 'metaclass-undeclared',
      keyPath: ['OSBundleLibraries'],
      sentence: `${what}, which com.apple.kpi.${home} has; it is not declared, so the kext cannot be linked.`,
      advice: `Add com.apple.kpi.${home} to OSBundleLibraries.`,
    }
  })
}

/** The classes of the personalities that are to come from this executable. */
export function classFindings(
  image: MachOImage,
  kext: InstalledKext,
  where: string,
): readonly ExecutableFinding[] {
  const classes: ImageClasses = {
    where,
    byName: new Map(image.classes.map(each => [each.name, each])),
    names: image.classes.map(({ name }) => name),
    imported: new Set(image.importedClasses),
    nearName: createNearName({ allowsLonger: true }),
  }
  return kext.personalities.flatMap(each => {
    const owner = stringAt(each.properties, 'CFBundleIdentifierKernel') ?? each.bundleIdentifier
    if (each.ioClass === null || each.ioClass === '' || owner !== kext.bundleIdentifier) return []
    return findingsOf(each.name, each.ioClass, classes)
  })
}

interface ImageClasses {
  /** The executable, or its code for one architecture, at the beginning of a sentence. */
  readonly where: string
  readonly byName: ReadonlyMap<string, DefinedClass>
  readonly names: readonly string[]
  readonly imported: ReadonlySet<string>
  readonly nearName: NearName
}

function findingsOf(
  name: string,
  ioClass: string,
  { where, byName, names, imported, nearName }: ImageClasses,
): readonly ExecutableFinding[] {
  const findings: ExecutableFinding[] = []
  const keyPath = ['IOKitPersonalities', name, 'IOClass']
  const add = (severity: Severity, rule: RuleName, sentence: string, advice: string): void =>
    void findings.push({ severity, rule, keyPath, sentence, advice })
  const which = `${ioClass}, the class of personality ${quoted(name)}`
  const defined = byName.get(ioClass)
  if (defined === undefined) {
    const said = `${where} does not define ${which}`
    if (imported.has(ioClass))
      add(
        'warning',
        'class-not-defined',
        `${said}; it takes it from a library.`,
        'Name that library’s kext in the CFBundleIdentifier of the personality.',
      )
    else if (names.length === 0)
      // Symbols of what goes into a collection may be stripped: then nothing can be told of classes.
      add(
        'warning',
        'class-not-defined',
        `${said}: it defines no class at all, or its symbols were stripped.`,
        'Check that OSDefineMetaClassAndStructors is compiled in, and keep the symbols.',
      )
    else {
      const near = nearName(ioClass, names)
      add(
        'error',
        'class-not-defined',
        `${said}; it defines ${listed(names)}. Matching would end with “Couldn't alloc class”.`,
        near === undefined ? `Write one of them, or define ${ioClass}.` : `Write ${near}?`,
      )
    }
    return findings
  }
  if (!defined.hasVtable)
    add(
      'warning',
      'class-no-vtable',
      `${where} defines ${which}, without its vtable (__ZTV…), which the kernel’s linker wants.`,
      'Keep the symbols of the classes when the kext is linked.',
    )
  const top = topmostKnown(defined, byName)
  if (top !== null && isNoService(top))
    add(
      'error',
      'class-not-a-service',
      `${where} derives ${which}, from ${top}, and not from IOService: it cannot be a driver.`,
      'Derive it from IOService, or name the class that is the driver.',
    )
  return findings
}
