import { expect, test } from 'vitest'
import { readMakefile } from '../../../core/lint/read-makefile.ts'

const values = (text: string) =>
  Object.fromEntries([...readMakefile(text)].map(([name, { value }]) => [name, value]))

test('the Makefile of a driver is read', () => {
  const text = `# A driver.
KEXT_NAME      := MyKext
KEXT_BUNDLE_ID  = io.darwinos.contrib.$(KEXT_NAME)   # by convention
KEXT_SOURCES    = my_kext.cpp \\
                  client.cpp
KEXT_SOURCES   += \${EXTRA}
EXTRA ?= extra.cpp
KEXT_NAME ?= Other

include ../../../glue/mk/kext.mk
all: ; KEXT_NAME = no
\tKEXT_NAME = neither
`
  expect(values(text)).toEqual({
    KEXT_NAME: 'MyKext',
    KEXT_BUNDLE_ID: 'io.darwinos.contrib.MyKext',
    KEXT_SOURCES: 'my_kext.cpp                    client.cpp extra.cpp',
    EXTRA: 'extra.cpp',
  })
  expect(readMakefile(text).get('KEXT_SOURCES')!.line).toBe(4)
})

test.each([
  ['a function', 'A = $(wildcard *.cpp)', { A: null }],
  ['a variable of another file', 'A = $(TREE)/a.cpp', { A: null }],
  ['variables that name each other', 'A = $(B)\nB = $(A)', { A: null, B: null }],
  ['a dollar at the end', 'A = a$', { A: null }],
  ['nothing', 'A =', { A: '' }],
  ['a hash that is meant', 'A = a\\#b', { A: 'a\\#b' }],
])('%s', (_what, text, expected) => {
  expect(values(text)).toEqual(expected)
})

test('variables that grow without an end are given up', () => {
  const text = ['A0 = aaaaaaaaaaaaaaaa']
  for (let i = 1; i < 15; i++) text.push(`A${i} = ${`$(A${i - 1})`.repeat(16)}`)
  expect(readMakefile(text.join('\n')).get('A14')!.value).toBe(null)
  const long = `A = ${'x'.repeat(60_000)}\nB = ${'$(A)'.repeat(15_000)}\n`
  expect(readMakefile(long).get('B')!.value).toBe(null)
})

test('a file whose every variable names the same long one is read in time, and fills no memory', () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `V${i} = $(LONG)`)
  const text = `KEXT_NAME = A\nLONG = ${'x'.repeat(60_000)}\n${names.join('\n')}\nKEXT_BUNDLE_ID = b.$(KEXT_NAME)\n`
  const startedAt = performance.now()
  const found = readMakefile(text)
  expect(performance.now() - startedAt).toBeLessThan(15_000)
  const sum = [...found.values()].reduce((all, { value }) => all + (value?.length ?? 0), 0)
  expect(sum).toBeLessThan(400_000_000)
  expect(found.get('KEXT_NAME')!.value).toBe('A')
})
