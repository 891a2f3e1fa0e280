import type { InstalledKext } from '../kext/kext.ts'
import { isBuildVariable } from './build-variable.ts'
import type { Finding, Place, Severity } from './finding.ts'
import { isNoService } from './kernel-classes.ts'
import { readMakefile, type MakeVariable } from './read-makefile.ts'
import type { RuleName } from './rules.ts'
import { scanSources, type SourceFile } from './scan-sources.ts'
import { listed, quoted } from './show-value.ts'
import { createNearName } from './near-name.ts'
import { topmostKnown } from './superclass-chain.ts'

/** What lies in a source folder beside the Info.plist. */
export interface SourceTree {
  readonly sources: readonly SourceFile[]
  /** The Makefile at the top, if there is one. */
  readonly makefile: SourceFile | null
  /** All files that were seen, relative, with `/`. */
  readonly files: readonly string[]
  /** Nothing was left out for its number or size. */
  readonly isWhole: boolean
}

type Add = (
  severity: Severity,
  rule: RuleName,
  where: Partial<Place> & { readonly file: string },
  sentence: string,
  advice: string,
) => void

/** The sources of a kext against its Info.plist. */
export function sourceFindings(
  kext: InstalledKext,
  infoFile: string,
  tree: SourceTree,
): readonly Finding[] {
  const findings: Finding[] = []
  const add: Add = (severity, rule, where, sentence, advice) =>
    void findings.push({
      severity,
      rule,
      where: { keyPath: [], line: null, ...where },
      sentence,
      advice,
    })
  if (!tree.isWhole)
    add(
      'note',
      'source-limits',
      { file: '' },
      'The folder holds more than lint looks at; classes and files may be missing here that are there.',
      'Name the folder of the kext alone.',
    )
  if (tree.makefile !== null) makeFindings(kext, infoFile, tree, tree.makefile, add)
  classFindings(kext, infoFile, tree, add)
  return findings
}

function makeFindings(
  kext: InstalledKext,
  infoFile: string,
  tree: SourceTree,
  makefile: SourceFile,
  add: Add,
): void {
  const variables = readMakefile(makefile.text)
  const at = (name: string): { readonly file: string; readonly line: number | null } => ({
    file: makefile.path,
    line: variables.get(name)?.line ?? null,
  })
  const compared = [
    ['make-name', 'KEXT_NAME', 'CFBundleExecutable', kext.executable ?? ''],
    ['make-bundle-id', 'KEXT_BUNDLE_ID', 'CFBundleIdentifier', kext.bundleIdentifier],
  ] as const
  for (const [rule, variable, key, written] of compared) {
    const value = variables.get(variable)?.value ?? null
    if (value === null || written === '' || isBuildVariable(written) || value === written) continue
    // How the tree's rules use them is theirs to say, so this is no error.
    add(
      'warning',
      rule,
      at(variable),
      `${variable} is ${quoted(value)}, and ${key} in ${infoFile} is ${quoted(written)}.`,
      'Make them equal: the bundle is built by the one and loaded by the other.',
    )
  }
  sourceListFindings(tree, makefile, variables.get('KEXT_SOURCES'), add)
}

function sourceListFindings(
  tree: SourceTree,
  makefile: SourceFile,
  sources: MakeVariable | undefined,
  add: Add,
): void {
  if (sources === undefined || sources.value === null) return
  const where = { file: makefile.path, line: sources.line }
  const there = new Set(tree.files)
  const named = sources.value.split(/\s+/).filter(word => word !== '')
  const nearName = createNearName()
  const inTree = named
    // What lies beside the folder is not looked at, and a pattern is for make to expand.
    .filter(name => !name.startsWith('/') && !name.startsWith('..') && !/[*?[\]%]/.test(name))
    .map(name => name.replace(/^(?:\.\/)+/, ''))
  const missing = tree.isWhole ? inTree.filter(name => !there.has(name)) : []
  for (const name of missing) {
    const near = nearName(name, there)
    add(
      'error',
      'make-source-missing',
      where,
      `KEXT_SOURCES names ${name}, which is not there.`,
      near === undefined ? 'Add the file, or take it out of the list.' : `Is ${near} meant?`,
    )
  }
  if (named.length > inTree.length || missing.length > 0) return
  const listedFiles = new Set(inTree)
  const unlisted = tree.sources
    .map(({ path }) => path)
    .filter(path => /\.(?:c|cc|cpp|cxx|m|mm|s)$/i.test(path) && !listedFiles.has(path))
  if (unlisted.length > 0)
    add(
      'note',
      'make-source-unlisted',
      where,
      `KEXT_SOURCES does not name ${listed(unlisted)}, which ${unlisted.length === 1 ? 'is' : 'are'} in the folder.`,
      'Add what the kext is to be built from.',
    )
}

function classFindings(kext: InstalledKext, infoFile: string, tree: SourceTree, add: Add): void {
  const { defined, declared, isSure } = scanSources(tree.sources)
  const byName = new Map(defined.map(each => [each.name, each]))
  const nearName = createNearName({ allowsLonger: true })
  const known = [...byName.keys()]
  const isComplete = isSure && tree.isWhole && defined.length > 0
  for (const { name, ioClass, bundleIdentifier } of kext.personalities) {
    // A class that another kext has is in that kext's sources.
    if (ioClass === null || ioClass === '' || isBuildVariable(ioClass)) continue
    if (bundleIdentifier !== kext.bundleIdentifier && !isBuildVariable(bundleIdentifier)) continue
    const where = { file: infoFile, keyPath: ['IOKitPersonalities', name, 'IOClass'] }
    const found = byName.get(ioClass)
    if (found === undefined) {
      if (tree.sources.length === 0) continue
      const near = nearName(ioClass, byName.keys())
      add(
        isComplete ? 'error' : 'warning',
        'class-not-in-sources',
        where,
        `The sources do not define ${ioClass}, the class of personality ${quoted(name)}${known.length > 0 ? `; they define ${listed(known)}` : ''}. Matching would end with “Couldn't alloc class”.`,
        near === undefined
          ? `Define it: OSDefineMetaClassAndStructors(${ioClass}, IOService)`
          : `Write ${near}?`,
      )
      continue
    }
    const at = `${found.file}, line ${found.line}`
    if (found.isAbstract)
      add(
        'error',
        'class-abstract',
        where,
        `${ioClass}, the class of personality ${quoted(name)}, is defined as abstract (${at}): no driver can be made of it.`,
        'Use OSDefineMetaClassAndStructors, or name a class that derives from it.',
      )
    const top = topmostKnown(found, byName)
    if (top !== null && isNoService(top))
      add(
        'error',
        'class-not-a-service',
        where,
        `${ioClass}, the class of personality ${quoted(name)}, derives from ${top}, and not from IOService (${at}): it cannot be a driver.`,
        'Derive it from IOService, or name the class that is the driver.',
      )
  }
  if (!isComplete) return
  const promised = new Map(declared.map(each => [each.name, each]))
  for (const { name, file, line } of promised.values())
    if (!byName.has(name))
      add(
        'warning',
        'class-only-declared',
        { file, line },
        `${name} is declared with the structors of IOKit and defined nowhere: the kext would not link.`,
        `Add OSDefineMetaClassAndStructors(${name}, …) to a source file.`,
      )
}
