import { z } from 'zod'
import { secretCategoryNames } from '../redact/secret-rules.ts'
import { hasName, id, kextantPath, path } from './request-parts.ts'
import { nothing, takes, type RequestRows } from './schema.ts'
import type { RedactionPreview } from './share-types.ts'
import type { SessionSummary, Timeline } from './timeline-types.ts'
import type { Capture, SavedCapture, SavedFile } from './types.ts'

const sessionId = z.string().regex(/^\d{17}-[\da-f]{8}$/, 'this is not the name of a session')
/** Which secrets are replaced, less some values that stay. */
const redactionChoice = z
  .object({
    categories: z.array(z.enum(secretCategoryNames)).min(1).max(secretCategoryNames.length),
    keep: z.array(id).max(20_000),
  })
  .strict()

const reportEndings = { text: '.txt', markdown: '.md', json: '.json' } as const

/** In bytes. Base64 makes a third more of it on its way to the web host. */
export const largestPicture = 12_000_000

/** Captures: taken, opened, saved, shared, compared, and those of earlier. */
export const captureRequests = {
  'capture.take': takes(nothing).returns<Capture>(),
  'capture.open': takes(z.object({ path }).strict()).returns<Capture>(),
  /** Saves a capture with all that it was read from. A view can write files of this kind and no others. */
  'capture.save': takes(
    z.object({ snapshotId: id, path: kextantPath, overwrite: z.boolean() }).strict(),
  ).returns<SavedCapture>(),
  /** What a redaction of a capture would replace, each value with its pseudonym. */
  'redaction.preview': takes(
    z.object({ snapshotId: id, ...redactionChoice.shape }).strict(),
  ).returns<RedactionPreview>(),
  /** Saves a capture as a `.kextant` in which those values are replaced. */
  'redaction.save': takes(
    z
      .object({
        snapshotId: id,
        ...redactionChoice.shape,
        path: kextantPath,
        overwrite: z.boolean(),
      })
      .strict(),
  ).returns<SavedFile>(),
  /** A capture as one HTML file that needs nothing else. */
  'report.save': takes(
    z
      .object({
        snapshotId: id,
        /** What it is compared with. */
        against: id.nullable(),
        hasProperties: z.boolean(),
        redaction: redactionChoice.nullable(),
        path: path.refine(text => hasName(text, '.html'), 'the name of a report ends in .html'),
        overwrite: z.boolean(),
      })
      .strict(),
  ).returns<SavedFile>(),
  'capture.get': takes(z.object({ snapshotId: id }).strict()).returns<Capture>(),
  /** The newest capture, if there is one: a page that was reloaded asks for it. */
  'capture.latest': takes(nothing).returns<Capture | null>(),

  /** The captures of this session, and of older ones that were opened. */
  'timeline.get': takes(nothing).returns<Timeline>(),
  /** Sessions of earlier runs that are on the disk, newest first. */
  'timeline.sessions': takes(nothing).returns<readonly SessionSummary[]>(),
  /** Puts the captures of an older session before those of this one. */
  'timeline.openSession': takes(z.object({ sessionId }).strict()).returns<Timeline>(),
  /** Deletes an older session from the disk. */
  'timeline.forget': takes(z.object({ sessionId }).strict()).returns<readonly SessionSummary[]>(),

  /** A report of what differs between two captures. A view can write files of these kinds and no others. */
  'compare.save': takes(
    z
      .object({
        before: id,
        after: id,
        identity: z.enum(['auto', 'entry-id', 'path']),
        /** Names of noise rules that do not count. */
        noiseOff: z.array(z.string().max(100)).max(100),
        format: z.enum(['text', 'markdown', 'json']),
        path,
        overwrite: z.boolean(),
      })
      .strict()
      .refine(({ format, path }) => hasName(path, reportEndings[format]), {
        path: ['path'],
        message: 'the name ends in .txt, .md or .json, by its format',
      }),
  ).returns<SavedFile>(),

  /** Saves a picture that the page has drawn, as SVG or PNG. */
  'picture.save': takes(
    z
      .object({
        path,
        format: z.enum(['svg', 'png']),
        bytes: z
          .instanceof(Uint8Array)
          .refine(({ length }) => length <= largestPicture, 'the picture is too large'),
        overwrite: z.boolean(),
      })
      .strict()
      .refine(({ format, path: place }) => hasName(place, `.${format}`), {
        path: ['path'],
        message: 'the name ends in .svg or .png, by its format',
      }),
  ).returns<SavedFile>(),
} as const satisfies RequestRows
