import { writeFile } from 'node:fs/promises'
import { expectationsSchema } from '../core/expectations/expectations-schema.ts'

// Writes docs/kextant-expectations.schema.json from the grammar that the reader reads by.

const path = new URL('../docs/kextant-expectations.schema.json', import.meta.url)
await writeFile(path, `${JSON.stringify(expectationsSchema, null, 2)}\n`)
