import { z } from 'zod'
import { mostRules, watchRule } from '../watch/watch-rules.ts'

/**
 * What a user has arranged for himself and finds again, in every window and after a restart. Each section is
 * saved by itself, so that two parts of the window never write over each other.
 */

const name = z.string().trim().min(1).max(100)
const filterText = z.string().max(10_000)

/** A filter with a name, to be had again by it. */
export const savedFilter = z
  .object({ id: z.string().min(1).max(128), name, filter: filterText })
  .strict()
export type SavedFilter = z.output<typeof savedFilter>

/** The hues that a rule can give; the style sheet has one for each, in both themes. */
export const ruleColours = ['blue', 'teal', 'green', 'amber', 'red', 'violet', 'grey'] as const
export type RuleColour = (typeof ruleColours)[number]

/** Rows that a filter finds are marked with a colour and the rule's name. The first rule that fits counts. */
export const colourRule = z
  .object({
    id: z.string().min(1).max(128),
    name,
    filter: filterText,
    colour: z.enum(ruleColours),
    isOn: z.boolean(),
  })
  .strict()
export type ColourRule = z.output<typeof colourRule>

/** An entry that a user wants to find again: by its ID within a boot, else by its path. */
export const bookmark = z
  .object({
    id: z.string().min(1).max(128),
    /** As the user calls it; the entry's own name at first. */
    name,
    /** `0x…` of the boot it was set in. */
    entryId: z
      .string()
      .regex(/^0x[\da-f]{1,16}$/)
      .nullable(),
    /** `IOService:/…` */
    path: z.string().max(20_000).nullable(),
  })
  .strict()
export type Bookmark = z.output<typeof bookmark>

/** Widths and heights of panes in pixels, and which of them are open. */
export const panels = z
  .object({
    sizes: z.record(z.string().max(64), z.number().min(0).max(20_000)),
    open: z.record(z.string().max(64), z.boolean()),
  })
  .strict()
export type Panels = z.output<typeof panels>

/** A file that was opened, newest first. */
export const recentFile = z
  .object({
    path: z.string().min(1).max(4096),
    /** What it holds, as a phrase. */
    what: z.string().max(200),
    /** ISO 8601. */
    openedAt: z.string().max(40),
  })
  .strict()
export type RecentFile = z.output<typeof recentFile>

/** How the user watches guests, and what he wants to be told meanwhile. */
export const watchPreferences = z
  .object({
    /** Null: as often as the guest allows. */
    intervalMs: z.number().int().min(500).max(600_000).nullable(),
    rules: z.array(watchRule).max(mostRules),
  })
  .strict()

const mostKept = 500

export const preferenceSections = {
  panels,
  savedFilters: z.array(savedFilter).max(mostKept),
  colourRules: z.array(colourRule).max(mostKept),
  bookmarks: z.array(bookmark).max(mostKept),
  recentFiles: z.array(recentFile).max(mostKept),
  watch: watchPreferences,
} as const
export type PreferenceSection = keyof typeof preferenceSections
export type Preferences = {
  readonly [S in PreferenceSection]: z.output<(typeof preferenceSections)[S]>
}

export const defaultPreferences: Preferences = {
  panels: { sizes: {}, open: {} },
  savedFilters: [],
  colourRules: [],
  bookmarks: [],
  recentFiles: [],
  watch: { intervalMs: 2000, rules: [] },
}

const sectionOf = <S extends PreferenceSection>(section: S) =>
  z.object({ section: z.literal(section), value: preferenceSections[section] }).strict()

export const preferenceChange = z.discriminatedUnion('section', [
  sectionOf('panels'),
  sectionOf('savedFilters'),
  sectionOf('colourRules'),
  sectionOf('bookmarks'),
  sectionOf('recentFiles'),
  sectionOf('watch'),
])
export type PreferenceChange = z.output<typeof preferenceChange>
