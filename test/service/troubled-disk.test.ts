import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SavedFile } from '../../core/contract/types.ts'
import { sentenceFor } from '../../core/failure.ts'
import { secretCategoryNames } from '../../core/redact/secret-rules.ts'
import type { Service } from '../../main/service/service.ts'
import { failureOf } from '../guest/failure-of.ts'
import { startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { brokenDisk, noDiskWhy, smallDisk } from '../helpers/troubled-disk.ts'
import { writeChangedDumps } from '../helpers/write-changed-dump.ts'

// A disk that fills up or breaks while a file is written: the file that was there is as it was, of the new one there
// is nothing, and a sentence says what happened, where, and what to do.

const never = new AbortController().signal
const old = 'what was there before'

interface Asked {
  readonly handlers: Service['handlers']
  readonly before: string
  readonly after: string
  readonly target: { readonly path: string; readonly overwrite: boolean }
}

interface Writer {
  readonly name: string
  readonly ending: string
  readonly write: (asked: Asked) => Promise<SavedFile>
}

/** All that makes a large file of a capture where the user wants it. */
const writers: readonly Writer[] = [
  {
    name: 'a capture',
    ending: 'kextant',
    write: ({ handlers, after, target }) =>
      handlers['capture.save']({ snapshotId: after, ...target }, never),
  },
  {
    name: 'a redacted capture',
    ending: 'kextant',
    write: ({ handlers, after, target }) => {
      const choice = { categories: [...secretCategoryNames], keep: [] }
      return handlers['redaction.save']({ snapshotId: after, ...choice, ...target }, never)
    },
  },
  {
    name: 'a report',
    ending: 'html',
    write: ({ handlers, before, after, target }) => {
      const choice = { against: before, hasProperties: true, redaction: null }
      return handlers['report.save']({ snapshotId: after, ...choice, ...target }, never)
    },
  },
  {
    name: 'a comparison',
    ending: 'json',
    write: ({ handlers, before, after, target }) => {
      const choice = { identity: 'auto' as const, noiseOff: [], format: 'json' as const }
      return handlers['compare.save']({ before, after, ...choice, ...target }, never)
    },
  },
  {
    name: 'a picture',
    ending: 'svg',
    write: ({ handlers, target }) => {
      const bytes = Buffer.from(`<?xml version="1.0"?><svg>${'x'.repeat(1_000_000)}</svg>`)
      return handlers['picture.save']({ format: 'svg', bytes, ...target }, never)
    },
  },
]

const named = (name: string) => writers.map(({ ending }, i) => `${name}-${i}.${ending}`)
const oldFiles = Object.fromEntries(named('old').map(name => [name, old]))
/** Room for what is there and for a part of what comes. */
const room = '32k'

function fullDisk(): string | null {
  const folder = smallDisk(room)
  for (const [name, text] of Object.entries(oldFiles)) {
    if (folder) writeFileSync(join(folder, name), text)
  }
  return folder
}

const disks: readonly { readonly make: () => string | null; readonly why: string }[] = [
  {
    make: fullDisk,
    why: 'the disk is full. Nothing was changed there: make room on it, or choose another folder.',
  },
  {
    make: () => brokenDisk(oldFiles),
    why: 'the disk reports an error (EIO). Nothing was changed there: choose another folder, and look after this disk.',
  },
]

async function openTwo(keepsSession = false, settingsFolder = temporaryFolder()) {
  const { service } = startService({ keepsSession, settingsFolder })
  const folder = temporaryFolder()
  const paths = { before: join(folder, 'before.txt'), after: join(folder, 'after.txt') }
  writeChangedDumps(paths, 200, 0.3)
  const open = async (path: string) =>
    (await service.handlers['capture.open']({ path }, never)).snapshotId
  const [before, after] = [await open(paths.before), await open(paths.after)]
  return { service, handlers: service.handlers, before, after }
}

test('nothing is half written, what was there stays, and that is said', async context => {
  const troubled = disks.flatMap(({ make, why }) => {
    const folder = make()
    return folder === null ? [] : [{ folder, why }]
  })
  if (troubled.length < disks.length) return context.skip(noDiskWhy)
  const opened = await openTwo()
  for (const { folder, why } of troubled) {
    for (const [i, { name, ending, write }] of writers.entries()) {
      for (const [file, overwrite] of [
        [`old-${i}.${ending}`, true],
        [`new-${i}.${ending}`, false],
      ] as const) {
        const path = join(folder, file)
        const failure = await failureOf(write({ ...opened, target: { path, overwrite } }))
        expect(sentenceFor(failure), name).toBe(`${path} cannot be written: ${why}`)
        expect(filesOf(folder), name).toEqual(oldFiles)
      }
    }
  }
})

const filesOf = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map(name => [name, readFileSync(join(folder, name), 'utf8')]),
  )

test('a session that a full disk does not take is told of, and has no half of a capture', async context => {
  const folder = smallDisk(room)
  if (folder === null) return context.skip(noDiskWhy)
  const { service, handlers } = await openTwo(true, folder)
  const trouble = async () => (await handlers['timeline.get']({}, never)).trouble
  await expect.poll(trouble).toMatch(/^Captures of this session are not on the disk: /)
  expect(await trouble()).toMatch(
    /\.kextant cannot be written: the disk is full\. .* make room on it, or set KEXTANT_SETTINGS to a folder on another disk\.$/,
  )
  await service.stop()
  const sessions = join(folder, 'sessions')
  const [session] = readdirSync(sessions)
  expect(readdirSync(join(sessions, session!))).toEqual(['index.jsonl'])
})
