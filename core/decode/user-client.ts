import { fieldOf, type DecodedProperty, type Decoding } from './decoding.ts'

export interface ClientProcess {
  readonly pid: number
  readonly name: string
}

/** The process that opened a user client, of `pid 68, logd`; null for another text. */
export function clientProcess(text: string): ClientProcess | null {
  const found = /^pid (\d{1,10}), ([^]{0,1024})$/.exec(text)
  return found ? { pid: Number(found[1]), name: found[2]! } : null
}

/** `IOUserClientCreator`: who opened it. */
export function decodeUserClientCreator({ key, way, value }: DecodedProperty): Decoding | null {
  if (key !== 'IOUserClientCreator' || way.length > 0 || value.kind !== 'string') return null
  const process = clientProcess(value.text)
  const base = {
    decoder: 'user-client-creator',
    title: 'Process that opened it',
    sureness: 'certain',
    because: 'By its key: the kernel notes who opened a user client.',
  } as const
  if (!process) {
    return { ...base, summary: '', fields: [], problems: ['It is not of the form “pid 68, name”.'] }
  }
  return {
    ...base,
    summary: '',
    fields: [
      fieldOf('Process', process.name, { meaning: process.name === '' ? 'it had no name' : null }),
      fieldOf('Process ID', String(process.pid), {
        meaning: process.pid === 0 ? 'the kernel itself' : null,
      }),
    ],
    problems: [],
  }
}
