// Preloaded by `--import`: writes the address of every module that the main thread loads into a file.
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { isMainThread } from 'node:worker_threads'

const path = process.env.KEXTANT_IMPORT_LOG
if (path && isMainThread) {
  registerHooks({
    load(url, context, next) {
      appendFileSync(path, `${url}\n`)
      return next(url, context)
    },
  })
}
