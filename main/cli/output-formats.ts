import type { Writer } from '../../core/write/writers.ts'

/** Formats that are written from the tables, by the names of `core/write/writers.ts`. */
export const tableFormats = ['xml', 'text', 'json', 'csv', 'dot'] as const
export type TableFormat = (typeof tableFormats)[number]

export const outputFormats = ['kextant', ...tableFormats] as const
export type OutputFormat = (typeof outputFormats)[number]

/** Loaded when it is wanted: most commands write nothing. */
export async function writerOf(format: TableFormat): Promise<Writer> {
  const { writers } = await import('../../core/write/writers.ts')
  return writers[format]
}
