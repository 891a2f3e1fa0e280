import { expectationsShape } from './grammar.ts'
import type { JsonSchema } from './shapes.ts'

/** `kextant.yaml` as JSON Schema, draft 2020-12: what an editor completes and underlines by. */
export const expectationsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'What is expected of a kext (kextant.yaml)',
  ...expectationsShape.schema,
}
