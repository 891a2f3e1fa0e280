import { z } from 'zod'
import type { BuildComparison } from '../kext/compare-builds.ts'
import { stopIds } from '../preflight/preflight-report.ts'
import type { BlockerReport } from '../unload/blocker-report.ts'
import {
  bundleIdentifier,
  className,
  hasName,
  id,
  longestXml,
  path,
  secret,
} from './request-parts.ts'
import { nothing, takes, type RequestRows } from './schema.ts'
import type { ActionPlan, ActionRecord, ActionSummary, SavedFile } from './types.ts'

const timeoutMs = z.number().int().min(100).max(3_600_000).nullable()
const expecting = { expectationsPath: path.nullable() }
const inGuest = { guestPath: path, bundleIdentifier }

export const actionRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('push'), bundlePath: path }).strict(),
  z.object({ kind: z.literal('preflight'), bundlePath: path }).strict(),
  z
    .object({
      kind: z.literal('loop'),
      bundlePath: path,
      endsWith: z.enum(['loaded', 'unloaded']),
      ...expecting,
      timeoutMs,
    })
    .strict(),
  z.object({ kind: z.enum(['load', 'reload']), ...inGuest, ...expecting, timeoutMs }).strict(),
  z
    .object({
      kind: z.literal('unload'),
      bundleIdentifier,
      dependents: z.enum(['refuse', 'unload-first']),
      timeoutMs,
    })
    .strict(),
  z.object({ kind: z.literal('terminate-class'), bundleIdentifier, className, timeoutMs }).strict(),
  z
    .object({
      kind: z.literal('verify'),
      bundleIdentifier,
      bundlePath: path.nullable(),
      ...expecting,
      timeoutMs,
    })
    .strict(),
  z
    .object({
      kind: z.literal('leak-hunt'),
      ...inGuest,
      cycles: z.number().int().min(1).max(1000),
      timeoutMs,
    })
    .strict(),
])

/** What a file of each form is called: a view can replace a file of such a name and no other. */
const exportEndings = { sh: '.sh', json: '.json', junit: '.xml', tap: '.tap' } as const
const exportFormat = z.enum(['sh', 'json', 'junit', 'tap'])

/** What is done to a kext of the guest, what is known before, and what is told of it afterwards. */
export const actionRequests = {
  'action.plan': takes(actionRequest).returns<ActionPlan>(),
  'action.run': takes(
    z
      .object({
        planId: id,
        consent: z.literal(true),
        /** The plan's stops, all of them, each accepted by the user. */
        accepted: z.array(z.enum(stopIds)).max(stopIds.length),
        sudoPassword: secret.nullable(),
      })
      .strict(),
  ).returns<ActionRecord>({ changesGuest: true }),
  /** Runs a plan that changes nothing, such as one of `verify`; refuses any other. */
  'action.look': takes(
    z.object({ planId: id, sudoPassword: secret.nullable() }).strict(),
  ).returns<ActionRecord>(),
  /** Ends an action from any page; the page that started it may be gone. */
  'action.cancel': takes(z.object({ actionId: id }).strict()).returns<null>(),
  /** Newest first, of all targets, also of earlier runs of Kextant. */
  'action.history': takes(nothing).returns<readonly ActionSummary[]>(),
  'action.record': takes(z.object({ actionId: id }).strict()).returns<ActionRecord>(),
  /** The ids of the records that hold a text anywhere: commands, output, reports. */
  'action.search': takes(z.object({ text: z.string().min(1).max(1000) }).strict()).returns<
    readonly string[]
  >(),
  /** Records as a shell script, or as JSON to run again. */
  'action.export': takes(
    z
      .object({
        actionIds: z.array(id).min(1).max(500),
        format: exportFormat,
        path,
        overwrite: z.boolean(),
      })
      .strict()
      .refine(({ format, path }) => hasName(path, exportEndings[format]), {
        path: ['path'],
        message: 'the name ends in .sh, .json, .xml or .tap, by its format',
      }),
  ).returns<SavedFile>(),

  /** What is in the way of an unload, before it is tried: from the newest capture of the connected guest. */
  'unload.explain': takes(z.object({ bundleIdentifier }).strict()).returns<BlockerReport>(),
  /** Host's build, guest's file and loaded image of one kext. Reads the guest's file. */
  'builds.compare': takes(
    z.object({ bundleIdentifier, bundlePath: path.nullable() }).strict(),
  ).returns<BuildComparison>(),
  /** `kextant.yaml` of what is there now, as text; nothing is written. */
  'expectations.record': takes(
    z.object({ bundleIdentifier, bundlePath: path.nullable(), actionId: id.nullable() }).strict(),
  ).returns<{
    readonly text: string
    /** Where it would be found again. */
    readonly suggestedPath: string | null
  }>(),
  'expectations.save': takes(
    z
      .object({
        path: path.refine(
          text => hasName(text, '.yaml') || hasName(text, '.yml'),
          'the name of a file of expectations ends in .yaml',
        ),
        text: z.string().max(longestXml),
        overwrite: z.boolean(),
      })
      .strict(),
  ).returns<SavedFile>(),
} as const satisfies RequestRows
