import { FailureError } from '../../core/failure.ts'
import { mistakePhrase, parseXmlPlist } from '../../core/plist/read-xml-plist.ts'
import type { DictionaryValue } from '../../core/registry/property-value.ts'
import { writePersonality, writePlistValue } from '../../core/write/write-info-plist.ts'

export type Written =
  | { readonly ok: true; readonly text: string }
  /** A property of a live driver can be of a kind that no property list holds. */
  | { readonly ok: false; readonly why: string }

/** As it stands inside `IOKitPersonalities`, for pasting. */
export function personalityXml(name: string, properties: DictionaryValue): Written {
  return written(() => writePersonality(name, properties))
}

/** The dictionary alone, as the editor shows it. */
export function dictionaryXml(properties: DictionaryValue): Written {
  return written(() => writePlistValue(properties))
}

function written(write: () => string): Written {
  try {
    return { ok: true, text: write() }
  } catch (error) {
    if (error instanceof FailureError) return { ok: false, why: error.message }
    throw error
  }
}

export type DictionaryReading =
  | {
      readonly ok: true
      readonly properties: DictionaryValue
      /** Keys that stand twice; the last value counts. */
      readonly repeatedKeys: readonly string[]
    }
  | {
      readonly ok: false
      readonly sentence: string
      /** In UTF-16 units, for the text field. */
      readonly offset: number
    }

/** What was typed as XML: a dictionary, or the first mistake with its line and column. */
export function readDictionaryXml(text: string): DictionaryReading {
  const reading = parseXmlPlist(text)
  if (!reading.ok) {
    const { mistake } = reading
    return { ok: false, sentence: `${capital(mistakePhrase(mistake))}.`, offset: mistake.offset }
  }
  if (reading.value.kind !== 'dictionary') {
    return { ok: false, sentence: 'A personality is a dictionary: <dict> … </dict>.', offset: 0 }
  }
  const repeatedKeys = reading.repeatedKeys.map(({ key }) => key)
  return { ok: true, properties: reading.value, repeatedKeys }
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
