import { statSync, watch, type FSWatcher } from 'node:fs'

/** Changes come in bursts; after the last of one, and in a long one every now and then. */
const debounceMs = 120
const longestBurstMs = 1000
/** A net below the watchers: network folders, folders without end, and systems that run out of watchers. */
const pollMs = 4000
/** A look that takes long is taken less often, so that most of the time goes to others. */
const pollShare = 20
/** Each is a handle of the system. */
const mostFolders = 2000

export interface FolderWatch {
  /** What to watch from now on; one that is not there is left to the poll. */
  follow(folders: readonly string[]): void
  /** Another look in this many milliseconds, even if nothing is heard of. */
  lookIn(ms: number): void
  /** A look now; several at once are one. */
  lookNow(): Promise<void>
  close(): void
}

/**
 * Calls `look` after changes in any of the folders and every few seconds, never twice at a time. Each folder is
 * watched by itself and not a tree as a whole: where the system has no watch for trees, Node walks through all of
 * it, toolchains and build products too.
 */
export function watchFolders(look: () => Promise<void>): FolderWatch {
  const watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: number }>()
  let timer: NodeJS.Timeout | undefined
  let dueAt = Infinity
  let burstSince: number | null = null
  let looking: Promise<void> | null = null
  let isWantedAgain = false
  let isClosed = false
  let lastTookMs = 0

  function schedule(ms: number): void {
    if (isClosed) return
    const at = Date.now() + ms
    if (at >= dueAt) return
    dueAt = at
    clearTimeout(timer)
    timer = setTimeout(() => void run(), ms)
    // What only waits for changes keeps no process alive.
    timer.unref()
  }

  function heard(): void {
    if (isClosed) return
    const now = Date.now()
    burstSince ??= now
    if (now - burstSince < longestBurstMs) dueAt = Infinity
    schedule(debounceMs)
  }

  async function run(): Promise<void> {
    if (isClosed) return
    // Whether or not a look is under way: a time that is past would keep all later ones from being set.
    clearTimeout(timer)
    dueAt = Infinity
    burstSince = null
    if (looking !== null) {
      isWantedAgain = true
      return looking
    }
    const began = Date.now()
    looking = (async () => {
      do {
        isWantedAgain = false
        await look()
      } while (isWantedAgain && !isClosed)
    })().finally(() => {
      looking = null
      lastTookMs = Date.now() - began
      schedule(Math.max(pollMs, lastTookMs * pollShare))
    })
    return looking
  }

  function stopWatching(folder: string): void {
    watchers.get(folder)?.watcher.close()
    watchers.delete(folder)
  }

  function watchOne(folder: string): void {
    const inode = statSync(folder, { throwIfNoEntry: false })?.ino
    const known = watchers.get(folder)
    // A folder that was deleted and made again is another one, which the old watcher does not hear of.
    if (known && known.inode === inode) return
    stopWatching(folder)
    if (inode === undefined) return
    try {
      const watcher = watch(folder, { persistent: false })
      watcher.on('change', heard)
      watcher.on('error', () => stopWatching(folder))
      watchers.set(folder, { watcher, inode })
    } catch {
      // Not to be read, or no more watchers to be had: the poll sees it.
    }
  }

  return {
    follow(folders) {
      if (isClosed) return
      const wanted = new Set(folders.slice(0, mostFolders))
      for (const folder of [...watchers.keys()]) if (!wanted.has(folder)) stopWatching(folder)
      for (const folder of wanted) watchOne(folder)
    },
    lookIn: schedule,
    lookNow: run,
    close() {
      isClosed = true
      clearTimeout(timer)
      for (const folder of [...watchers.keys()]) stopWatching(folder)
    },
  }
}
