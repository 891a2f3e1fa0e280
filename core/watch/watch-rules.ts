import { z } from 'zod'

/** The entry that a rule is about: by its ID within a boot, else by its path. */
export const ruleEntry = z
  .object({
    id: z
      .string()
      .regex(/^0x[\da-f]{1,16}$/)
      .nullable(),
    path: z.string().max(20_000).nullable(),
    /** As it was called when the rule was made. */
    label: z.string().max(1000),
  })
  .strict()
export type RuleEntry = z.output<typeof ruleEntry>

const common = { id: z.string().min(1).max(128), isOn: z.boolean() }

/** When to tell the user about a guest that is watched. */
export const watchRule = z.discriminatedUnion('kind', [
  /** A filter gets its first hit, or loses its last one. */
  z
    .object({
      ...common,
      kind: z.literal('filter'),
      filter: z.string().trim().min(1).max(10_000),
      when: z.enum(['first', 'last']),
    })
    .strict(),
  /** A property of an entry changes, comes or goes. */
  z
    .object({
      ...common,
      kind: z.literal('property'),
      entry: ruleEntry,
      key: z.string().min(1).max(1000),
    })
    .strict(),
  /** The busy count of an entry returns to zero. */
  z.object({ ...common, kind: z.literal('busy'), entry: ruleEntry }).strict(),
  /** An entry goes. */
  z.object({ ...common, kind: z.literal('gone'), entry: ruleEntry }).strict(),
])
export type WatchRule = z.output<typeof watchRule>

export const mostRules = 100

/** What a rule waits for, as a phrase: `class:MyKext gets its first hit`. */
export function ruleText(rule: WatchRule): string {
  switch (rule.kind) {
    case 'filter':
      return `${rule.filter} ${rule.when === 'first' ? 'gets its first hit' : 'loses its last hit'}`
    case 'property':
      return `${rule.key} of ${rule.entry.label} changes`
    case 'busy':
      return `${rule.entry.label} is busy no longer`
    case 'gone':
      return `${rule.entry.label} goes`
  }
}
