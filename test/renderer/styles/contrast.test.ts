import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ruleColours } from '../../../core/contract/preferences.ts'

// WCAG 2: 4.5:1 for text, 3:1 for what only shows where the focus is.
const tokensFile = join(resolve(import.meta.dirname, '../../..'), 'renderer/styles/tokens.css')
const [lightCss = '', darkCss = ''] = readFileSync(tokensFile, 'utf8').split(
  '@media (prefers-color-scheme: dark)',
)
const light = coloursOf(lightCss)
const themes = [
  ['light', light],
  ['dark', new Map([...light, ...coloursOf(darkCss)])],
] as const

const surfaces = ['bg', 'bg-side', 'bg-raised', 'bg-sunken', 'bg-hover', 'bg-active']
const selections = ['bg-selected', 'bg-selected-idle']
const tints = ['good-soft', 'warn-soft', 'bad-soft', 'idle-soft', 'accent-soft']

test.each(themes)('every text of the %s theme can be read on its surface', (_name, theme) => {
  const pairs = [
    ...['text', 'text-soft', 'text-faint'].flatMap(text =>
      [...surfaces, ...selections, ...tints].map(under => [text, under] as const),
    ),
    ...['good', 'warn', 'bad', 'idle', 'accent'].flatMap(text =>
      [...surfaces, ...selections, `${text}-soft`].map(under => [text, under] as const),
    ),
    ...['accent', 'accent-hover', 'accent-active'].map(under => ['on-accent', under] as const),
    ['text', 'hit'] as const,
    ...['word', 'key', 'text', 'number'].flatMap(piece =>
      ['bg', 'bg-raised'].map(under => [`syntax-${piece}`, under] as const),
    ),
  ]
  expect(below(theme, pairs, 4.5)).toEqual([])
})

test.each(themes)('the focus ring of the %s theme stands out on every surface', (_name, theme) => {
  const pairs = [...surfaces, ...selections].map(under => ['focus', under] as const)
  expect(below(theme, pairs, 3)).toEqual([])
})

test.each(themes)(
  'the stripes of colour rules are seen on every row of the %s theme',
  (_name, theme) => {
    const pairs = ruleColours.flatMap(colour =>
      ['bg', 'bg-raised', 'bg-hover', ...selections].map(
        under => [`rule-${colour}`, under] as const,
      ),
    )
    expect(below(theme, pairs, 3)).toEqual([])
  },
)

test.each(themes)(
  'who asks for more contrast sees lines and what is barred in the %s theme',
  (_name, theme) => {
    const block = /prefers-contrast: more\) \{([^@]*)/.exec(readFileSync(tokensFile, 'utf8'))![1]!
    const mixes = [...block.matchAll(/--([\w-]+): color-mix\(in srgb, var\(--text\) (\d+)%/g)]
    expect(mixes.map(([, name]) => name)).toEqual(['line-soft', 'line-strong', 'text-disabled'])
    for (const [, name, percent] of mixes) {
      const mixed = mix(theme.get('text')!, theme.get('bg')!, Number(percent) / 100)
      const least = name === 'text-disabled' ? 4.5 : 2.4
      expect(contrast(mixed, theme.get('bg')!), name).toBeGreaterThan(least)
    }
  },
)

function mix(over: string, under: string, part: number): string {
  const channels = [1, 3, 5].map(at => {
    const [a, b] = [over, under].map(hex => Number.parseInt(hex.slice(at, at + 2), 16))
    return Math.round(a! * part + b! * (1 - part))
      .toString(16)
      .padStart(2, '0')
  })
  return `#${channels.join('')}`
}

function below(
  theme: ReadonlyMap<string, string>,
  pairs: readonly (readonly [string, string])[],
  least: number,
): readonly string[] {
  return pairs.flatMap(([over, under]) => {
    const ratio = contrast(theme.get(over)!, theme.get(under)!)
    return ratio < least ? [`${over} on ${under}: ${ratio.toFixed(2)}`] : []
  })
}

function coloursOf(css: string): ReadonlyMap<string, string> {
  return new Map(
    [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name!, hex!]),
  )
}

function contrast(a: string, b: string): number {
  const [lighter, darker] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (lighter! + 0.05) / (darker! + 0.05)
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map(at => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
