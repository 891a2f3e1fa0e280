import { _electron, test } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  findElectron,
  hasDisplay,
  isRootOnLinux,
  projectFolder,
} from '../../scripts/lib/prepare.mjs'
import { playMainFlow } from '../helpers/main-flow.ts'

// The real thing, where its binary is.

const electron = findElectron()

test('the main job in the Electron window', async () => {
  test.skip(!electron.ok, electron.ok ? '' : `${electron.reason} (run: npx install-electron)`)
  test.skip(!hasDisplay(), 'there is no display for its window')
  if (!electron.ok) return
  const settings = mkdtempSync(join(tmpdir(), 'kextant-e2e-'))
  const app = await _electron.launch({
    executablePath: electron.path,
    args: [...(isRootOnLinux ? ['--no-sandbox'] : []), projectFolder],
    env: { ...(process.env as Record<string, string>), KEXTANT_SETTINGS: settings },
  })
  try {
    await playMainFlow(await app.firstWindow())
  } finally {
    await app.close()
    rmSync(settings, { recursive: true, force: true })
  }
})
