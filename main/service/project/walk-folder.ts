import type { Stats } from 'node:fs'
import { lstat, opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOf } from '../host-folder.ts'

/** How many entries of folders may still be looked at; shared by all walks of one look at a project. */
export interface WalkBudget {
  left: number
}

export interface WalkOptions {
  readonly budget: WalkBudget
  /** Folders below the first that are gone into. */
  readonly deepest: number
  readonly isPassedOver: (name: string) => boolean
  /** Whether a file of this name is of interest; only these are asked for their size and times. */
  readonly isWanted: (name: string) => boolean
  /** A link is followed where it leads to a file; never one that leads to a folder. */
  readonly visit: (path: string, status: Stats) => void
}

export interface WalkResult {
  /** False: too deep, too many, or not readable somewhere. */
  readonly isWhole: boolean
  /** All folders that were looked into, the first one too. */
  readonly folders: readonly string[]
  /** Sentences. */
  readonly problems: readonly string[]
}

/** Folders opened after one another may each be the one that nobody may read: the first few are named. */
const mostProblems = 3

/**
 * Looks through a folder without end to its time: bounded in depth and number, and no link leads it in a circle.
 * What goes away meanwhile is passed over.
 */
export async function walkFolder(folder: string, options: WalkOptions): Promise<WalkResult> {
  const { budget, deepest } = options
  const folders: string[] = []
  const problems: string[] = []
  let isWhole = true
  const pending = [{ path: folder, depth: 0 }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, depth } = next
    folders.push(path)
    try {
      // Read piece by piece: a folder may hold more names than there is memory for.
      for await (const item of await opendir(path)) {
        if (budget.left <= 0) {
          isWhole = false
          break
        }
        budget.left--
        if (options.isPassedOver(item.name)) continue
        const place = join(path, item.name)
        if (item.isDirectory()) {
          if (depth < deepest) pending.push({ path: place, depth: depth + 1 })
          else isWhole = false
        } else if (options.isWanted(item.name)) {
          const status = await (item.isSymbolicLink() ? stat : lstat)(place).catch(() => null)
          if (status?.isFile()) options.visit(place, status)
        }
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      isWhole = false
      if (problems.length < mostProblems)
        problems.push(`${path} cannot be read: ${reasonOf(error)}.`)
    }
  }
  return { isWhole, folders, problems }
}
