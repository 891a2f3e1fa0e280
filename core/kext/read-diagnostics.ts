/*
 * The report of kextutil on a bundle (facts: kexts, section 9):
 *
 *   report     := { "Diagnostics for " path ":" | category | other line }
 *   category   := name ": " newline { diagnostic } [ blank line ]
 *   diagnostic := 4 blanks text                          a boolean: the text says it all
 *               | 4 blanks text ": " value               key and value fit into 72 columns
 *               | 4 blanks text ": " newline { 8 blanks value newline }
 */

export interface Diagnostic {
  readonly text: string
  readonly values: readonly string[]
}

export interface DiagnosticCategory {
  readonly name: string
  readonly diagnostics: readonly Diagnostic[]
}

export const categoryNames = [
  'Validation Failures',
  'Authentication Failures',
  'Dependency Resolution Failures',
  'Warnings',
  'Boot Level Restrictions',
] as const

/** A guest that reports more is not believed to mean it. */
export const diagnosticLimits = {
  lines: 20_000,
  lineLength: 4000,
  diagnostics: 500,
  values: 200,
} as const

/** The categories of a report, in the order printed. What is no part of one is passed over. */
export function readDiagnostics(lines: readonly string[]): readonly DiagnosticCategory[] {
  const categories: { name: string; diagnostics: { text: string; values: string[] }[] }[] = []
  let current: (typeof categories)[number] | null = null
  let count = 0
  const known: ReadonlySet<string> = new Set(categoryNames)
  for (const line of lines.slice(0, diagnosticLimits.lines)) {
    if (!line.startsWith(' ')) {
      const name = /^([A-Z][A-Za-z -]{0,60}):\s*$/.exec(line)?.[1] ?? ''
      if (known.has(name)) categories.push((current = { name, diagnostics: [] }))
      // A blank line stands between two categories, and anything else ends the report.
      else current = null
      continue
    }
    if (current === null) continue
    const indented = /^( +)(\S.*)$/.exec(line.slice(0, diagnosticLimits.lineLength))
    if (indented === null) continue
    const depth = indented[1]!.length
    const last = current.diagnostics.at(-1)
    if (depth >= 8 && last !== undefined) {
      if (last.values.length < diagnosticLimits.values) last.values.push(line.slice(8).trimEnd())
    } else if (depth >= 4 && depth < 8 && ++count <= diagnosticLimits.diagnostics) {
      current.diagnostics.push(diagnosticFrom(indented[2]!))
    }
  }
  return categories.filter(({ diagnostics }) => diagnostics.length > 0)
}

function diagnosticFrom(content: string): { text: string; values: string[] } {
  if (/:\s*$/.test(content)) return { text: content.trimEnd().slice(0, -1), values: [] }
  const colon = content.indexOf(': ')
  if (colon < 0) return { text: content.trimEnd(), values: [] }
  return { text: content.slice(0, colon), values: [content.slice(colon + 2).trimEnd()] }
}
