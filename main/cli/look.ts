import type { WriteStream } from 'node:tty'

/** How text may look where it goes. */
export interface Look {
  /** Somebody reads it on a screen: columns, a width. Else it is plain, one blank or two between parts. */
  readonly isScreen: boolean
  readonly width: number
  readonly paint: Paint
}

export type Hue = 'dim' | 'bold' | 'green' | 'yellow' | 'red' | 'cyan'
export type Paint = (hue: Hue, text: string) => string

export const colorChoices = ['auto', 'always', 'never'] as const
export type ColorChoice = (typeof colorChoices)[number]

const codes: Readonly<Record<Hue, readonly [on: number, off: number]>> = {
  dim: [2, 22],
  bold: [1, 22],
  green: [32, 39],
  yellow: [33, 39],
  red: [31, 39],
  cyan: [36, 39],
}

export function lookOf(
  stream: Pick<WriteStream, 'isTTY' | 'columns'>,
  color: ColorChoice,
  env: NodeJS.ProcessEnv = process.env,
): Look {
  const isScreen = Boolean(stream.isTTY)
  // https://no-color.org: set and not empty, whatever its value.
  const mayColor = isScreen && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  const hasColor = color === 'always' || (color === 'auto' && mayColor)
  return {
    isScreen,
    width: stream.columns || 80,
    paint: hasColor
      ? (hue, text) => `\u001b[${codes[hue][0]}m${text}\u001b[${codes[hue][1]}m`
      : (_, text) => text,
  }
}
