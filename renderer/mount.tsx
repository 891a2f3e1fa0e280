import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { AppWindow } from './app.tsx'
import type { PageTransport } from './client.ts'
import { AppProvider, type App } from './state/app-context.tsx'
import { followMatching, type MatchingWorker } from './matching/follow-matching.ts'
import { followSearch, type SearchWorker } from './search/follow-search.ts'
import { keepOpenRows } from './registry/keep-open-rows.ts'
import type { DecodeSnapshot } from './state/capture-actions.ts'
import { createApp } from './state/create-app.ts'
import { followBuilds } from './state/follow-builds.ts'
import { followHash } from './state/follow-hash.ts'
import { readHash } from './state/url-state.ts'

/** Puts the window into the page's `#root` and asks the host for what it shows. */
export function mount(transport: PageTransport, decode: DecodeSnapshot): App {
  const app = createApp(transport, decode, readHash(window.location.hash))
  followHash(app.store)
  followBuilds(app.store, app.actions)
  keepOpenRows(app.store)
  followSearch(app.store, startSearchWorker)
  followMatching(app.store, startMatchingWorker)
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <AppProvider app={app}>
        <AppWindow />
      </AppProvider>
    </StrictMode>,
  )
  void app.actions.start()
  return app
}

/** Written out as it is: the bundler finds the worker by this very form. */
function startSearchWorker(): SearchWorker {
  return new Worker(new URL('./search/search-worker.ts', import.meta.url), { type: 'module' })
}

function startMatchingWorker(): MatchingWorker {
  return new Worker(new URL('./matching/matching-worker.ts', import.meta.url), { type: 'module' })
}
