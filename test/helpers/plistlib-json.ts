import type { JsonValue } from '../../core/write/value-json.ts'
import { runPython } from './run-python.ts'

/** In Python: what `propertyValueToJson` makes of a value (docs/json-format.md), from what plistlib reads. */
export const pythonJson = `
import base64, json, math, plistlib, sys
sys.setrecursionlimit(20000)
def real(value):
    if math.isnan(value): return 'nan'
    if math.isinf(value): return 'infinity' if value > 0 else '-infinity'
    return '-0' if value == 0 and math.copysign(1, value) < 0 else value
def shown(value):
    if isinstance(value, (bool, str)): return value
    if isinstance(value, int): return value if abs(value) < 2**53 else {'$integer': str(value)}
    if isinstance(value, float): return {'$real': real(value)}
    if isinstance(value, bytes): return {'$data': base64.b64encode(value).decode()}
    if isinstance(value, list): return [shown(item) for item in value]
    if isinstance(value, dict):
        if any(key.startswith('$') for key in value):
            return {'$dictionary': [[key, shown(item)] for key, item in value.items()]}
        return {key: shown(item) for key, item in value.items()}
    return {'$date': value.strftime('%Y-%m-%dT%H:%M:%SZ')}
`

/** A whole property list as Python's plistlib reads it. */
export function readWithPlistlib(plist: Uint8Array): JsonValue {
  const program = `${pythonJson}json.dump(shown(plistlib.loads(sys.stdin.buffer.read())), sys.stdout)`
  return JSON.parse(Buffer.from(runPython(program, plist)).toString('utf8')) as JsonValue
}

/** `equal`, or where two JSON values differ first. The order of an object's keys does not count. */
export function compareJson(a: JsonValue, b: JsonValue, path = ''): string {
  if (a === b) return 'equal'
  const isContainer = (value: JsonValue) => typeof value === 'object' && value !== null
  const isAlike = isContainer(a) && isContainer(b) && Array.isArray(a) === Array.isArray(b)
  if (!isAlike) return `${path}: ${JSON.stringify(a)} is not ${JSON.stringify(b)}`
  const left = a as Readonly<Record<string, JsonValue>>
  const right = b as Readonly<Record<string, JsonValue>>
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  for (const key of keys) {
    if (!Object.hasOwn(left, key) || !Object.hasOwn(right, key)) {
      return `${path}/${key}: only one has it`
    }
    const found = compareJson(left[key]!, right[key]!, `${path}/${key}`)
    if (found !== 'equal') return found
  }
  return 'equal'
}
