import {
  classWithoutSuperclass,
  domainError,
  duplicateClass,
  finalClass,
  libraryLines,
  linkerComplaint,
  routineResult,
  unresolvedSymbols,
  type LibraryLine,
} from './outcome-details.ts'
import type { Told, Words } from './outcome-words.ts'
import { returnCodeOfMessage } from './return-codes.ts'

/** Words for what goes wrong between a kext, its libraries, the linker and the kernel's class table. */

export function dependencyWords({ all, lines }: Told): Words {
  const own = libraryLines(all)
  const others = own.length > 0 ? [] : libraryLines(lines.ofOthers)
  return {
    headline: 'A library is missing or does not fit',
    explanation:
      own.length > 0
        ? own.slice(0, 5).map(ownSentence).join(' ')
        : others.length > 0
          ? `A library was not found, or not in a version that fits. Of other kexts, which may be its libraries, the log says: ${others.slice(0, 3).map(otherClause).join('; ')}.`
          : 'A library that OSBundleLibraries names was not found, or not in a version that fits.',
    advice: [
      'Compare OSBundleLibraries with what is installed and loaded; kextlibs lists what the code needs.',
    ],
  }
}

function ownSentence({ library, wanted }: LibraryLine): string {
  return wanted === null
    ? `The library ${library} was not found.`
    : `The library ${library} does not serve the requested version ${wanted}.`
}

function otherClause({ kext, library, wanted }: LibraryLine): string {
  return wanted === null
    ? `${kext} lacks ${library}`
    : `${kext} wants version ${wanted} of ${library}, which it does not serve`
}

export function linkWords({ all }: Told): Words {
  const headline = 'The kext cannot be linked'
  const symbols = unresolvedSymbols(all)
  if (symbols.length > 0)
    return {
      headline,
      explanation: `The kernel linker does not find ${symbols.length === 1 ? 'a symbol' : `${symbols.length} symbols`}: ${symbols.slice(0, 5).join(', ')}${symbols.length > 5 ? ', …' : ''}.`,
      advice: ['Name the library that has the symbols in OSBundleLibraries; kextlibs finds it.'],
    }
  const final = finalClass(all)
  if (final !== null)
    return {
      headline,
      explanation: `The class ${final.className} derives from ${final.superclass}, which is final: nothing may derive from it.`,
      advice: [`Derive ${final.className} from another class.`],
    }
  const complaint = linkerComplaint(all)
  if (complaint?.about === 'vtable')
    return {
      headline,
      explanation: `A vtable is missing or out of date: a superclass is in none of the declared libraries, or is another than the one that the kext was built against. The linker says: “${complaint.line}”.`,
      advice: [
        'Build the kext against the headers of the guest’s release, and name the libraries of all superclasses in OSBundleLibraries.',
      ],
    }
  if (complaint?.about === 'common')
    return {
      headline,
      explanation: `The executable has common symbols, which the kernel linker does not take. The linker says: “${complaint.line}”.`,
      advice: ['Build with -fno-common, and define each global variable in one place.'],
    }
  return {
    headline,
    explanation: 'The kernel linker refused it; its own lines (kxld) in the kernel log say why.',
    advice: ['Name the library that has the symbols in OSBundleLibraries; kextlibs finds it.'],
  }
}

export function duplicateWords({ all }: Told): Words {
  const found = duplicateClass(all)
  return {
    headline: 'A class of this name exists already',
    explanation: found
      ? `The kext ${found.owner} has a class ${found.className} already, and the kernel knows one class by a name.`
      : 'Another kext has a class of the same name, and the kernel knows one class by a name.',
    advice: ['Give your classes a prefix of your own, such as com_example_.'],
  }
}

export function superclassWords({ all }: Told): Words {
  const className = classWithoutSuperclass(all)
  const isCollection = all.some(line => /building a collection/.test(line))
  return {
    headline: 'A superclass is missing',
    explanation: `${
      className === null
        ? 'The superclass of one of the classes was not found: the library that has it is not declared, or is not there.'
        : `The superclass of ${className} was not found: the library that has it is not declared, or is not there.`
    }${isCollection ? ' All kexts of the collection are linked together, so the class may be that of another kext.' : ''}`,
    advice: [
      `Name the kext of the superclass${className === null ? '' : ` of ${className}`} in OSBundleLibraries, in a version that the guest has.`,
    ],
  }
}

export function classTableWords({ code }: Told): Words {
  return {
    headline: 'Its classes could not be registered',
    explanation: `The kernel’s class table refused a class of the kext: ${code === undefined ? 'it does not say why' : `${code.meaning} (${code.hex})`}.`,
    advice: [
      'See that each class is declared and defined once, with OSDefineMetaClassAndStructors, and that its superclass is its real one.',
    ],
  }
}

/** A kext’s own start and stop routines, which most kexts leave to the defaults (facts: kexts, sections 11 and 14). */
export function routineWords({ all, run }: Told, routine: 'start' | 'stop'): Words {
  const result = routineResult(all, routine) ?? startWords(all) ?? null
  const isNot = `This is not the ${routine}() of a driver class.`
  const returned =
    result === null
      ? 'did not return success'
      : `returned ${result.hex}${result.name === null ? '' : ` (${result.name})`}`
  return {
    headline: `The kext’s ${routine} routine refused`,
    explanation:
      result === null && run.exitCode === 34
        ? `kextutil says that the kext did not start (exit code 34). ${isNot}`
        : `The module’s ${routine} routine ${returned}. ${isNot}`,
    advice:
      routine === 'start'
        ? [
            'Look in the kernel log for what it said before; return KERN_SUCCESS from the start routine.',
          ]
        : ['Return KERN_SUCCESS from the stop routine once nothing uses the code any more.'],
  }
}

/** `X failed to start - (os/kern) failure.` names the result in words; the kext system’s own code says nothing new. */
function startWords(all: readonly string[]): ReturnType<typeof returnCodeOfMessage> {
  const line = all.find(each => /failed to start - \((?:os\/kern|iokit\/common)\)/.test(each))
  return line === undefined ? undefined : returnCodeOfMessage(line)
}

const collectionNames: Readonly<Record<string, string>> = {
  '0xdc00801c': 'A kext collection could not be loaded or mapped.',
  '0xdc00801d': 'The system collection could not be mapped.',
  '0xdc00801e':
    'The auxiliary collection, which holds the kexts of others than Apple, could not be loaded or mapped.',
  '0xdc00801f': 'Neither the system collection nor the auxiliary one could be loaded.',
}

export function collectionWords({ all, code }: Told): Words {
  const said = collectionNames[code?.hex ?? '']
  if (said !== undefined)
    return {
      headline: 'A kernel collection could not be loaded',
      explanation: `${said} Kexts that belong there cannot be loaded.`,
      advice: ['Have the collections built anew in the guest, and restart it.'],
    }
  if (all.some(line => /contents of boot kernel collection/.test(line)))
    return {
      headline: 'The boot kernel collection was not found',
      explanation:
        'kmutil links a kext against the boot kernel collection, and could not read it where it should be.',
      advice: [
        'See that the guest’s /System/Library/KernelCollections is whole, or name the collections with -B and -S.',
      ],
    }
  const text = domainError(all)?.text.replace(/^.*building a collection: ?/, '') ?? ''
  return {
    headline: 'The kernel collection could not be built',
    explanation: `${text === '' || text === '…' ? '' : `kmutil says: “${text}”. `}All third-party kexts are linked into one collection; another kext than this one may be to blame.`,
    advice: [
      'Read the message for the kext it names; kmutil print-diagnostics checks one bundle.',
      'Move other kexts out of /Library/Extensions to see whose fault it is.',
    ],
  }
}
