import { z } from 'zod'
import type { DraftPlan } from '../draft/draft-plan.ts'
import type { InstalledKext } from '../kext/kext.ts'
import type { LintReport } from '../lint/lint-report.ts'
import { architecture, id, longestXml, path } from './request-parts.ts'
import { nothing, takes, type RequestRows } from './schema.ts'
import type { LocalBundle, SavedInfoPlist, WrittenDraft } from './types.ts'

/** What the author decides of a drafted driver; null is what Kextant suggests. */
export const draftParams = z
  .object({
    snapshotId: id,
    /** Index of the service in the tables of the snapshot. */
    entry: z.number().int().min(0),
    name: z.string().max(100).nullable(),
    className: z.string().max(200).nullable(),
    bundleIdentifier: z.string().max(200).nullable(),
    /** `id` of one of the plan's choices. */
    keys: z.string().max(100).nullable(),
    competition: z.enum(['best', 'own-category', 'default-category']),
    hasProbe: z.boolean(),
    hasUserClient: z.boolean(),
  })
  .strict()
export type DraftParams = z.output<typeof draftParams>

const infoPlistPath = path.refine(
  text => /(?:^|[/\\])[^/\\]+\.plist$/i.test(text),
  'the name of a property list ends in .plist',
)
/** Bundles on the host’s disk, drafts of new ones, and what is wrong with them. */
export const bundleRequests = {
  'bundles.samples': takes(nothing).returns<readonly LocalBundle[]>(),
  'bundle.inspect': takes(z.object({ path }).strict()).returns<LocalBundle>(),
  /** The kexts of a bundle, a source folder or a folder of bundles, PlugIns too: to try their personalities. */
  'bundle.personalities': takes(
    z.object({ path, architecture: architecture.nullable() }).strict(),
  ).returns<readonly InstalledKext[]>(),

  /** A driver for a service: match keys, rivals, and the files, as they would be written. */
  'draft.plan': takes(draftParams).returns<DraftPlan>(),
  /**
   * Writes the files of that plan into a folder, a new one of `drivers/contrib` where it is a darwinOS tree. Nothing
   * that is there is replaced, and a draft that would not be started is written only on purpose.
   */
  'draft.write': takes(
    draftParams.extend({ folder: path, evenIfItLoses: z.boolean() }).strict(),
  ).returns<WrittenDraft>(),
  /**
   * Saves an edited personality as an Info.plist: in the place of the one of that name in `base`, or alone. A view
   * can write property lists and nothing else by it.
   */
  'personality.save': takes(
    z
      .object({
        path: infoPlistPath,
        overwrite: z.boolean(),
        name: z.string().min(1).max(1000),
        /** The dictionary, as it was typed. */
        xml: z.string().max(longestXml),
        /** An Info.plist or a bundle with one. */
        base: path.nullable(),
      })
      .strict(),
  ).returns<SavedInfoPlist>(),
  /** What is wrong with a bundle, a source folder or an Info.plist, alone or against the guest of a capture. */
  'bundle.lint': takes(z.object({ path, against: id.nullable() }).strict()).returns<LintReport>(),
} as const satisfies RequestRows
