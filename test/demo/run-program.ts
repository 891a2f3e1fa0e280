import { MemoryFileSystem } from '../../main/demo/files/memory-file-system.ts'
import type { DemoMachine } from '../../main/demo/machine/demo-machine.ts'
import { createDemoMachine, type DemoMachineOptions } from '../../main/demo/machine/demo-machine.ts'
import { sampleFiles, sampleKexts } from '../../main/demo/machine/sample-kexts.ts'
import type { Process } from '../../main/demo/program.ts'

export interface Finished {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

const paths = ['/usr/sbin', '/sbin', '/usr/bin', '/bin']

/** A booted demo machine that runs command lines (words between blanks) as root. */
export interface TestMachine extends DemoMachine {
  readonly files: MemoryFileSystem
  readonly run: (commandLine: string, as?: Partial<Process>) => Promise<Finished>
  /** Puts a sample bundle into /Library/Extensions as root:wheel. @returns its path. */
  readonly push: (folder: string) => string
  /** Waits until nothing below the platform expert is busy. */
  readonly settle: () => Promise<void>
}

export function bootTestMachine(options: DemoMachineOptions = {}): TestMachine {
  const files = new MemoryFileSystem()
  const machine = createDemoMachine(files, { delayFactor: 0, ...options })
  const run = async (commandLine: string, as: Partial<Process> = {}): Promise<Finished> => {
    const argv = commandLine.split(' ')
    const program = paths.map(p => machine.programs.get(`${p}/${argv[0]}`)).find(p => p)
    if (!program) throw new Error(`no program ${argv[0]}`)
    const decoder = new TextDecoder()
    let stdout = ''
    let stderr = ''
    const exitCode = await program({
      argv,
      uid: 0,
      gid: 0,
      user: 'root',
      cwd: '/',
      env: {},
      files,
      stdin: noInput(),
      stdout: async chunk => {
        stdout += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
      },
      stderr: async chunk => {
        stderr += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)
      },
      signal: new AbortController().signal,
      ...as,
    })
    return { stdout, stderr, exitCode }
  }
  return {
    ...machine,
    files,
    run,
    push: folder => push(files, folder),
    settle: async () => {
      const expert = machine.kernel.boot.registry.root.clients()[0]!
      for (let i = 0; i < 500 && (i < 3 || expert.service!.busyCount > 0); i++) {
        await new Promise(resolve => setTimeout(resolve, 4))
      }
    },
  }
}

async function* noInput(): AsyncGenerator<Uint8Array> {}

function push(files: MemoryFileSystem, folder: string): string {
  const sample = sampleKexts.find(s => s.folder === folder)
  if (!sample) throw new Error(`no sample ${folder}`)
  const root = { uid: 0, gid: 0 }
  const path = `/Library/Extensions/${folder}`
  for (const [relative, bytes] of sampleFiles(sample)) {
    const parts = `${folder}/${relative}`.split('/')
    for (let i = 1; i < parts.length; i++) {
      const at = `/Library/Extensions/${parts.slice(0, i).join('/')}`
      if (!files.exists(at)) files.makeDirectory(at, root)
    }
    files.write(`${path}/${relative}`, bytes, root, relative.includes('/MacOS/') ? 0o755 : 0o644)
  }
  return path
}
