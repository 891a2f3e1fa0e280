import { readDiagnostics, type Diagnostic } from './read-diagnostics.ts'

/** A diagnostic of kextutil in words. */
export interface DiagnosticWords {
  readonly title: string
  /** With the values that were printed; may be empty. */
  readonly explanation: string
  /** What to do; may be empty. */
  readonly advice: string
}

/** `values` stands for what the diagnostic lists: `{}: The file is not there.` */
type Row = readonly [begins: string, title: string, explanation: string, advice: string]

/** What a diagnostic begins with, what it means, and what to do (facts: kexts, section 9). */
const rows: readonly Row[] = [
  [
    'Info dictionary missing required property/value',
    'The Info.plist lacks a required key',
    'Missing: {}.',
    'Add it to the Info.plist.',
  ],
  [
    'Info dictionary property value is of illegal type',
    'A value in the Info.plist has the wrong type',
    'Of the wrong type: {}.',
    'Give it the type that the key wants: a string, a number, a dictionary.',
  ],
  [
    'Info dictionary property value is illegal',
    'A value in the Info.plist is not allowed',
    'Not allowed: {}.',
    'Versions follow the grammar of kext versions (1.0.0d1), and CFBundlePackageType is KEXT.',
  ],
  [
    'Compatible version must be lower',
    'It is compatible with a version above its own',
    'OSBundleCompatibleVersion is above CFBundleVersion.',
    'Lower OSBundleCompatibleVersion, or raise CFBundleVersion.',
  ],
  [
    'Kext has a CFBundleExecutable property but',
    'The executable is missing',
    'CFBundleExecutable names a file that is not in the bundle.',
    'Build it, or leave the key out of a kext without code.',
  ],
  [
    "Executable file doesn't contain kernel extension code",
    'The executable is no kernel extension',
    'It has no _kmod_info.',
    'Link the executable as a kext.',
  ],
  [
    "Can't parse info dictionary XML",
    'The Info.plist cannot be read',
    'Its XML is broken: {}.',
    'Check its syntax with plutil -lint.',
  ],
  [
    'File owner/permissions are incorrect',
    'Wrong owner or permissions',
    'Everything in the bundle must belong to root:wheel, and neither group nor others may write to it. Wrong: {}.',
    'Run chown -R root:wheel and chmod -R go-w on the bundle, then load it again.',
  ],
  ['File not found', 'A file of the bundle is missing', 'Not found: {}.', 'Push the bundle again.'],
  [
    'Failed to get file info',
    'A file of the bundle cannot be looked at',
    'Unreadable: {}.',
    'Push the bundle again.',
  ],
  [
    'No kexts found for these libraries',
    'A library is missing',
    'No kexts were found for these libraries: {}.',
    'Install the library, or take it out of OSBundleLibraries.',
  ],
  [
    'Only incompatible kexts found for these libraries',
    'A library does not fit',
    'Only incompatible kexts were found for these libraries: {}.',
    'The version wanted must lie between OSBundleCompatibleVersion and CFBundleVersion of the library.',
  ],
  [
    'Kexts found for these libraries lack valid OSBundleCompatibleVersion',
    'A library is no library',
    'Without a valid OSBundleCompatibleVersion nothing can be linked against a kext: {}.',
    'Link against another kext, or give the library an OSBundleCompatibleVersion.',
  ],
  [
    'Kexts already loaded for these libraries',
    'A loaded library is in the way',
    'The versions that are loaded do not fit, and only one can be loaded at a time: {}.',
    'Unload the library that is loaded, or ask for the version that it serves.',
  ],
  [
    "Indirect dependencies can't be resolved",
    'A library of a library is missing or does not fit',
    'It is about: {}.',
    'Check that library by itself.',
  ],
  [
    'Dependencies have validation problems',
    'A library is not valid',
    'It is about: {}.',
    'Check that library by itself.',
  ],
  [
    'Dependencies have incorrect owner/permissions',
    'A library has wrong owner or permissions',
    'It is about: {}.',
    'The library must belong to root:wheel too, and not be writable by group or others.',
  ],
  [
    'Some dependencies are causing circular references',
    'Libraries depend on each other in a circle',
    'It is about: {}.',
    'Take one of the lines out of OSBundleLibraries.',
  ],
  [
    'Multiple kexts for these libraries',
    'A library is there more than once',
    'It is about: {}.',
    'Keep one of them.',
  ],
  [
    '64-bit kexts must use com.apple.kpi.*',
    'It is linked against old interfaces of the kernel',
    '64-bit kexts use com.apple.kpi.*, not com.apple.kernel.*.',
    'Name com.apple.kpi.libkern, iokit, mach, bsd or unsupported in OSBundleLibraries instead.',
  ],
  [
    'Only Apple kexts may link against com.apple.kpi.private.',
    'com.apple.kpi.private is left to Apple’s kexts',
    'Another kext may not be linked against it.',
    'Do without what it has, or look for it in com.apple.kpi.unsupported.',
  ],
  [
    'Personality has no CFBundleIdentifier',
    'A personality has no CFBundleIdentifier',
    'The kext’s own is inserted when it is sent to the kernel: {}.',
    '',
  ],
  [
    'Personality CFBundleIdentifier names a kext that',
    'A personality names another kext',
    'The kext that it names is not found, not loadable, has no code, or is not the one that holds it: {}.',
    'Name the kext whose code has the IOClass.',
  ],
  [
    'Personality matches on IOResources',
    'On IOResources the match category is not the class',
    'IOMatchCategory is missing, or not the IOClass: {}.',
    'A category that no other driver has works under any name; where it is missing, give it that of the IOClass.',
  ],
  [
    'Kext is not signed',
    'It is not signed',
    'A guest that checks signatures may refuse it.',
    'Sign it, or turn System Integrity Protection off for kexts on a development guest.',
  ],
  [
    'Executable does not contain code for architecture',
    'It has no code for an architecture',
    'Missing: {}.',
    'Build it for that architecture, if the guest has it.',
  ],
  ['Deprecated property', 'The Info.plist has an outdated key', 'Outdated: {}.', ''],
  ['Kext declares no', 'The Info.plist declares less than is usual', 'It is about: {}.', ''],
  [
    "Kext isn't loadable during safe boot.",
    'Not in safe boot',
    'It is not loadable when the guest is started in safe boot; otherwise this does not matter.',
    '',
  ],
]

const mostShown = 6

/** What is not known is told as it was printed. */
export function diagnosticWords({ text, values }: Diagnostic): DiagnosticWords {
  const plain = text.replaceAll('’', "'")
  const listed = shown(values)
  const row = rows.find(([begins]) => plain.startsWith(begins))
  if (row === undefined)
    return { title: cut(text), explanation: listed === '' ? '' : `${listed}.`, advice: '' }
  const [, title, explanation, advice] = row
  return { title, explanation: filled(explanation, listed), advice }
}

/** What one category of kextutil's report says, as words of an outcome; null where it is not in these lines. */
export function reportedWords(
  lines: readonly string[],
  category: string,
): {
  readonly headline: string
  readonly explanation: string
  readonly advice: readonly string[]
} | null {
  const categories = readDiagnostics(lines).filter(({ name }) => name === category)
  const all = categories.flatMap(({ diagnostics }) => diagnostics)
  const [main] = all
  if (main === undefined) return null
  const words = all.slice(0, mostShown).map(diagnosticWords)
  const more = all.length - words.length
  const advice = [...new Set(words.map(each => each.advice).filter(text => text !== ''))]
  return {
    headline: words[0]!.title,
    explanation: [
      ...words.map(({ title, explanation }, at) =>
        at === 0 ? explanation || `${title}.` : `${title}. ${explanation}`.trim(),
      ),
      ...(more > 0 ? [`And ${more} more.`] : []),
    ].join(' '),
    advice: advice.length > 0 ? advice : ['Look at the report of the tool beside this.'],
  }
}

/** Without values the sentence, or the clause, that would have listed them goes. */
function filled(sentence: string, values: string): string {
  if (values !== '') return sentence.replace('{}', () => values)
  return sentence
    .replace(/(?:^| )[A-Z][^.]{0,30}: \{\}\.$/, '')
    .replace(/: \{\}\.$/, '.')
    .trim()
}

function shown(values: readonly string[]): string {
  const named = values
    .slice(0, mostShown)
    .map(value => value.trim())
    .map(cut)
  const more = values.length - named.length
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`
}
