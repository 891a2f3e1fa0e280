import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import './styles/tokens.css'
import './styles/base.css'

import { decodeSnapshot } from '../core/registry/snapshot-codec.ts'
import { createTransport } from './client.ts'
import { mount } from './mount.tsx'

// Fetched now, and not when the first row asks for them: it would be laid out a second time.
for (const family of ['Inter', 'JetBrains Mono']) {
  document.fonts.load(`13px '${family} Variable'`).catch(() => undefined)
}
mount(createTransport(), decodeSnapshot)
