import { FailureError } from '../failure.ts'

/** Every name in a driver's files. */
export interface DraftNames {
  /** Of the folder: `my-kext`. */
  readonly name: string
  /** Of the source files, without extension: `my_kext`. */
  readonly fileName: string
  /** Of the bundle and its executable: `MyKext`. */
  readonly kextName: string
  readonly className: string
  readonly userClientClass: string
  /** `io.darwinos.contrib.MyKext` */
  readonly bundleIdentifier: string
}

/** What the author chose; the rest follows from the name. */
export interface NameChoices {
  readonly name?: string | undefined
  readonly className?: string | undefined
  readonly bundleIdentifier?: string | undefined
}

/**
 * The names of a draft, each checked.
 *
 * @param fallback the name where none is chosen
 * @throws FailureError bad-request with a sentence about the name that cannot be used
 */
export function draftNames(choices: NameChoices, fallback: string): DraftNames {
  const name = choices.name ?? fallback
  refuse(nameProblem(name))
  const kextName = inPascalCase(name)
  const className = choices.className ?? kextName
  refuse(classNameProblem(className))
  const bundleIdentifier = choices.bundleIdentifier ?? `io.darwinos.contrib.${kextName}`
  refuse(bundleIdentifierProblem(bundleIdentifier))
  return {
    name,
    fileName: name.replaceAll('-', '_'),
    kextName,
    className,
    userClientClass: `${className}UserClient`,
    bundleIdentifier,
  }
}

/** What is wrong with the name of a driver, as a phrase; null: nothing. It names a folder, files and a class. */
export function nameProblem(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return `the name “${name}” must begin with a letter`
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    return `the name “${name}” may have only letters, digits, “-” and “_”`
  }
  return name.length > 48 ? `the name “${name}” is longer than 48 characters` : null
}

/** What keeps a text from being the class of a driver; null: nothing. */
export function classNameProblem(name: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `the class “${name}” is no C++ identifier`
  if (keywords.has(name)) return `the class “${name}” is a word of C++`
  if (/^_[A-Z]|__/.test(name)) return `the class “${name}” is a name that C++ keeps for compilers`
  return name.length > 100 ? `the class “${name}” is longer than 100 characters` : null
}

/** `kmod_info` has room for 63 bytes (facts: kexts, sections 2 and 14). */
const longestIdentifier = 63

/** What keeps a text from being a bundle identifier; null: nothing. */
export function bundleIdentifierProblem(id: string): string | null {
  if (!/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9_-]+)+$/.test(id) || id.startsWith('-')) {
    return `“${id}” is no bundle identifier such as io.darwinos.contrib.MyKext`
  }
  return id.length > longestIdentifier
    ? `the bundle identifier “${id}” has ${id.length} characters; the kernel has room for ${longestIdentifier}`
    : null
}

/** `QEMU USB Keyboard` becomes `qemu-usb-keyboard-driver`; what gives no name is `my-driver`. */
export function suggestedName(serviceName: string): string {
  // The resources are no device that a driver could be called after.
  const words = /^IO(?:User)?Resources$/.test(serviceName) ? [] : wordsOf(serviceName)
  const stem = words.join('-').slice(0, 32).replace(/-$/, '')
  const own = /^[a-z]/.test(stem) ? stem : stem === '' ? 'my' : `dev-${stem}`
  return `${own}-driver`
}

/** In small letters; `IOUSBHostInterface` is three words. */
function wordsOf(name: string): readonly string[] {
  return (name.match(/[A-Za-z0-9]+/g) ?? [])
    .flatMap(word =>
      /[a-z]/.test(word) && /[A-Z]/.test(word)
        ? (word.match(/[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+/g) ?? [])
        : [word],
    )
    .map(word => word.toLowerCase())
}

/** `my-kext`, `my_kext` and `MyKext` are `MyKext`. */
function inPascalCase(name: string): string {
  return name
    .split(/[-_]+/)
    .filter(word => word !== '')
    .map(word => word[0]!.toUpperCase() + word.slice(1))
    .join('')
}

function refuse(problem: string | null): void {
  if (problem === null) return
  throw new FailureError({ kind: 'bad-request', request: 'draft', detail: problem })
}

const keywords = new Set(
  `alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t class compl const
  const_cast constexpr continue decltype default delete do double dynamic_cast else enum explicit export extern false
  float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private
  protected public register reinterpret_cast return short signed sizeof static static_assert static_cast struct switch
  template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t
  while xor xor_eq super`.split(/\s+/),
)
