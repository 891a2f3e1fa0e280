import { join } from 'node:path'
import type { ActionRecord } from '../../core/contract/types.ts'
import {
  samplesFolder,
  startAppWithDemo,
  type AppWithDemo,
  type DemoOptions,
} from '../helpers/app-with-demo.ts'

export const sample = (name: string) => join(samplesFolder, `${name}.kext`)
export const idOf = (name: string) => `io.darwinos.contrib.${name}`
export const inGuest = (name: string) => `/Library/Extensions/${name}.kext`
export const root = { uid: 0, gid: 0 }

export async function connected(options?: DemoOptions): Promise<AppWithDemo> {
  const app = await startAppWithDemo(options)
  await app.connect()
  await app.capture()
  return app
}

/** `load done`, one for each run of steps of one phase and status. */
export function phases({ steps }: ActionRecord): readonly string[] {
  return steps
    .map(({ phase, status }) => `${phase} ${status}`)
    .filter((line, at, all) => line !== all[at - 1])
}

export function unloadCommands({ steps }: ActionRecord): readonly string[] {
  return steps
    .filter(({ phase, status }) => phase === 'unload' && status === 'done')
    .map(({ command }) => command.replace(/^.* /, ''))
}

export const leftInTmp = (app: AppWithDemo) =>
  app.guest.files
    .list('/tmp', root)
    .map(String)
    .filter(name => name.startsWith('kextant-'))
