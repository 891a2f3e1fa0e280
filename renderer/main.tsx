import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import './styles/tokens.css'
import './styles/base.css'

import { decodeSnapshot } from '../core/registry/snapshot-codec.ts'
import { createTransport } from './client.ts'
import { mount } from './mount.tsx'

mount(createTransport(), decodeSnapshot)
