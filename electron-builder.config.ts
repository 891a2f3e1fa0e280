import type { Configuration } from 'electron-builder'

const config: Configuration = {
  appId: 'io.darwinos.kextant',
  productName: 'Kextant',
  directories: { output: 'dist', buildResources: 'assets' },
  files: [
    'out/**',
    // What is built on the way to out/main.
    '!out/engine{,/**}',
    'assets/**',
    'package.json',
    // Optional dependencies count as shipped ones: the Node of the lockfile must not be packed.
    '!node_modules/node-linux-*{,/**}',
    '!node_modules/node-win-*{,/**}',
    '!node_modules/cpu-features{,/**}',
    '!node_modules/{nan,buildcheck}{,/**}',
  ],
  asar: true,
  npmRebuild: false,
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
  },
  fileAssociations: [
    { ext: 'kextant', name: 'Kextant capture', role: 'Editor' },
    { ext: 'ioreg', name: 'Saved I/O Registry', role: 'Viewer' },
  ],
  mac: { category: 'public.app-category.developer-tools', target: ['dmg', 'zip'] },
  linux: { category: 'Development', target: ['AppImage', 'tar.gz'] },
  win: { target: ['nsis'] },
}

export default config
