import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sampleFiles, sampleKexts } from '../main/demo/machine/sample-kexts.ts'

// Writes assets/kexts anew: run it after a change to the samples, and commit what it wrote.
const folder = join(import.meta.dirname, '../assets/kexts')
for (const sample of sampleKexts) {
  rmSync(join(folder, sample.folder), { recursive: true, force: true })
  for (const [relative, bytes] of sampleFiles(sample)) {
    const path = join(folder, sample.folder, relative)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes, { mode: relative.includes('/MacOS/') ? 0o755 : 0o644 })
  }
  console.log(`assets/kexts/${sample.folder}`)
}
