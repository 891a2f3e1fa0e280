import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { AppWindow } from './app.tsx'
import type { PageTransport } from './client.ts'
import { createComparer, type CompareWorker } from './compare/create-comparer.ts'
import { createLookReader } from './compare/read-look.ts'
import { AppProvider, type App } from './state/app-context.tsx'
import { followRules } from './filter/follow-rules.ts'
import { followMatching, type MatchingWorker } from './matching/follow-matching.ts'
import { followSearch, type SearchWorker } from './search/follow-search.ts'
import { followMouseButtons } from './commands/follow-mouse-buttons.ts'
import { keepOpenRows } from './registry/keep-open-rows.ts'
import type { DecodeSnapshot } from './state/capture-actions.ts'
import { createApp } from './state/create-app.ts'
import { followBuilds } from './state/follow-builds.ts'
import { followHash } from './state/follow-hash.ts'
import { followPageEnd } from './state/follow-page-end.ts'
import { initialNavigation } from './state/navigation-state.ts'
import { readHash } from './state/url-state.ts'

/** Puts the window into the page's `#root` and asks the host for what it shows. */
export function mount(transport: PageTransport, decode: DecodeSnapshot): App {
  const { scope = null, ...address } = readHash(window.location.hash)
  const navigation = { ...initialNavigation, scope }
  const app = createApp(
    transport,
    decode,
    { ...address, navigation },
    createComparer(startCompareWorker),
    createLookReader(transport, decode, startCompareWorker),
  )
  followHash(app)
  followBuilds(app.store, app.actions)
  keepOpenRows(app.store)
  followMouseButtons(app)
  followPageEnd(app)
  followSearch(app.store, startSearchWorker)
  followRules(app.store)
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

function startCompareWorker(): CompareWorker {
  return new Worker(new URL('./compare/compare-worker.ts', import.meta.url), { type: 'module' })
}
