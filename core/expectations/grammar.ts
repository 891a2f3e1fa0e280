import type { ExpectedProperty } from './expectations.ts'
import {
  either,
  list,
  mapping,
  scalar,
  table,
  turned,
  type ReadFields,
  type Shape,
} from './shapes.ts'
import {
  booleanShape,
  countShape,
  durationShape,
  filterShape,
  identifierShape,
  nameShape,
  patternShape,
  stateShape,
  textShape,
  uuidShape,
  valueShape,
  versionShape,
} from './value-shapes.ts'

/*
 * What a `kextant.yaml` may say (docs/expectations.md). The reader and the JSON Schema for editors both come from
 * here.
 */

const mostServices = 500
const mostLines = 500

const propertyTests = {
  equals: { about: 'The value, also a dictionary or a list.', shape: valueShape },
  contains: { about: 'A text that the value has in it.', shape: textShape },
  matches: { about: 'A regular expression for the value as text.', shape: patternShape },
  present: {
    about: 'true: there is such a property, whatever its value. false: there is none.',
    shape: booleanShape('true or false'),
  },
}

const propertyMapping: Shape<ExpectedProperty['test']> = turned(
  mapping('a value, or one of equals, contains, matches and present', propertyTests),
  (fields, node, tell) => {
    const tests = testsOf(fields)
    if (tests.length === 1) return tests[0]
    // With other keys in it, those were told of already.
    const isOtherwise = node.kind === 'mapping' && node.pairs.length > tests.length
    if (!isOtherwise)
      tell.mistake(node.offset, 'expected exactly one of equals, contains, matches and present')
    return undefined
  },
)

function testsOf(fields: ReadFields<typeof propertyTests>): readonly ExpectedProperty['test'][] {
  const { equals, contains, matches, present } = fields
  return [
    ...(equals ? [{ kind: 'equals' as const, value: equals.value }] : []),
    ...(contains ? [{ kind: 'contains' as const, text: contains.value }] : []),
    ...(matches ? [{ kind: 'matches' as const, pattern: matches.value }] : []),
    ...(present ? [{ kind: present.value ? ('present' as const) : ('absent' as const) }] : []),
  ]
}

const propertyShape: Shape<ExpectedProperty['test']> = either(
  valueShape.expected,
  node => node.kind === 'mapping',
  propertyMapping,
  turned(valueShape, value => ({ kind: 'equals', value })),
)

const anyService = mapping('a service: “class: MyKext” and more', {
  class: {
    about: 'The class of the service, as IOClass names it.',
    shape: nameShape('the name of a class'),
  },
  filter: {
    about: 'A filter that finds the service: in place of its class, or beside it.',
    shape: filterShape,
  },
  subclasses: {
    about: 'true: services of subclasses count too.',
    shape: booleanShape('true or false'),
  },
  provider: {
    about: 'The class of its provider, or a superclass of that, or its name.',
    shape: nameShape('the class or the name of a provider'),
  },
  count: {
    about: 'How many: 1, none, at least 2, at most 3, 1 to 3. At least one where it is left out.',
    shape: countShape,
  },
  state: {
    about:
      'Words that each of them has to have: registered, matched, active, started, busy; “!” for not.',
    shape: stateShape,
  },
  properties: {
    about: 'Properties that each of them has to have.',
    shape: table('properties: “IOMatchCategory: MyKext”', propertyShape),
  },
  within: {
    about: 'A time of its own, shorter or longer than that for everything.',
    shape: durationShape,
  },
})

const serviceShape = turned(anyService, (read, node, tell) => {
  if (read.class === undefined && read.filter === undefined) {
    // One that cannot be used was told of already.
    const isWrong = node.kind === 'mapping' && node.pairs.some(pair => isChoice(pair.key))
    if (!isWrong) {
      const detail = '“class” is missing: the class of the service, as IOClass names it'
      tell.mistake(node.offset, `${detail}; or “filter”`)
    }
    return undefined
  }
  if (read.subclasses && read.class === undefined) {
    const detail = '“subclasses” belongs to a class; in a filter write class:MyKext'
    tell.mistake(read.subclasses.offset, detail)
  }
  if (read.count?.value.atMost !== 0) return read
  for (const [name, field] of Object.entries({ state: read.state, properties: read.properties })) {
    if (field === undefined) continue
    const detail = `no such service is expected, so “${name}” can never be asked; expected a count other than none`
    tell.mistake(field.offset, detail)
  }
  return read
})

const isChoice = (key: string): boolean => key === 'class' || key === 'filter'

const logFields = {
  contains: { about: 'A text that the line has in it.', shape: textShape },
  matches: { about: 'A regular expression that matches in the line.', shape: patternShape },
  wanted: {
    about: 'false: there may be no such line.',
    shape: booleanShape('true or false'),
  },
}

const shortLogLine = turned(
  scalar('a line of the log', { type: 'string' }, text => text),
  (_, node, tell) => {
    const text = textShape.read(node, tell)
    return text === undefined ? undefined : { contains: text, wanted: true }
  },
)

const longLogLine = turned(
  mapping('a line of the log: “contains: text” or “matches: pattern”', logFields),
  ({ contains, matches, wanted }, node, tell) => {
    if (contains && matches)
      tell.mistake(matches.offset, 'expected one of contains and matches, found both')
    if (contains) return { contains: contains.value, wanted: wanted?.value ?? true }
    if (matches) return { matches: matches.value, wanted: wanted?.value ?? true }
    const hasTest = node.kind === 'mapping' && node.pairs.some(({ key }) => key !== 'wanted')
    // A key that is not known, or a pattern that cannot be used, was told of already.
    if (!hasTest) tell.mistake(node.offset, 'expected “contains: text” or “matches: pattern”')
    return undefined
  },
)

export type LogLineRead =
  | { readonly contains: string; readonly wanted: boolean }
  | { readonly matches: string; readonly wanted: boolean }

const logShape: Shape<readonly { readonly value: LogLineRead; readonly offset: number }[]> = list(
  'a list of log lines: “- contains: text”',
  either<LogLineRead, LogLineRead>(
    'a line of the log',
    node => node.kind === 'mapping',
    longLogLine,
    shortLogLine,
  ),
  mostLines,
)

const kextMapping = mapping('a bundle identifier, or a mapping with “identifier”', {
  identifier: {
    about: 'CFBundleIdentifier of the kext.',
    shape: identifierShape,
    isRequired: true,
  },
  loaded: {
    about:
      'false: it is not in the list of loaded kexts, for it has no code or unloads itself. true where it is left out.',
    shape: booleanShape('true or false'),
  },
  version: {
    about: 'CFBundleVersion of the loaded kext; 1.0 and 1.0.0 are the same version.',
    shape: versionShape,
  },
  uuid: {
    about: 'UUID of the loaded code; “build” is that of the build on this computer.',
    shape: uuidShape,
  },
})

export type KextRead = ReadFields<{
  identifier: { shape: Shape<string>; about: string }
  loaded: { shape: Shape<boolean>; about: string }
  version: { shape: Shape<string>; about: string }
  uuid: { shape: Shape<string>; about: string }
}>

const kextShape: Shape<KextRead> = either<KextRead, KextRead>(
  'a bundle identifier, or a mapping with “identifier”',
  node => node.kind === 'mapping',
  kextMapping,
  turned(identifierShape, (value, { offset }) => ({ identifier: { value, offset } })),
)

/** The whole file. */
export const expectationsShape = mapping('“kext”, “services” and so on, each with a colon', {
  kext: {
    about: 'The kext: its bundle identifier, or more about it.',
    shape: kextShape,
    isRequired: true,
  },
  within: {
    about: 'Within what time after the load all has to be so; 10 s where it is left out.',
    shape: durationShape,
  },
  services: {
    about: 'Services that are there once the kext is loaded.',
    shape: list('a list of services: “- class: MyKext”', serviceShape, mostServices),
  },
  log: {
    about: 'Lines of the kernel log between the moment before the load and that after it.',
    shape: logShape,
  },
  unload: {
    about: 'What has to be so once the kext is unloaded again.',
    shape: mapping('“classes” or “log”', {
      classes: {
        about: 'Classes of which no more objects are left than there were before the load.',
        shape: list(
          'a list of classes: “- MyKext”',
          nameShape('the name of a class'),
          mostServices,
        ),
      },
      log: {
        about: 'Lines of the kernel log that the unload brings.',
        shape: logShape,
      },
    }),
  },
})
