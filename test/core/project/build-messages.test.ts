import { expect, test } from 'vitest'
import { readBuildMessages } from '../../../core/project/build-messages.ts'

const root = '/home/me/darwinos'

/** `severity place: text`, the place relative to nothing: as it is told. */
function messages(output: string): readonly string[] {
  return readBuildMessages(output, root).map(({ severity, file, line, column, text }) => {
    const place = [file || '-', line, column].filter(part => part !== null).join(':')
    return `${severity} ${place} ${text}`
  })
}

test('clang: a file that was included from another, an error and its note', () => {
  const output = `clang++ -c my_kext.cpp
In file included from my_kext.cpp:1:
./my_kext.hpp:9:3: warning: unused variable 'x' [-Wunused-variable]
my_kext.cpp:12:5: error: use of undeclared identifier 'IOLogg'; did you mean 'IOLog'?
    IOLogg("hello");
    ^~~~~~
/usr/include/libkern.h:4:6: note: 'IOLog' declared here
my_kext.cpp:1:10: fatal error: 'IOKit/None.h' file not found
2 warnings and 1 error generated.
`
  expect(messages(output)).toEqual([
    `note ${root}/my_kext.cpp:1 included from here`,
    `warning ${root}/my_kext.hpp:9:3 unused variable 'x' [-Wunused-variable]`,
    `error ${root}/my_kext.cpp:12:5 use of undeclared identifier 'IOLogg'; did you mean 'IOLog'?`,
    "note /usr/include/libkern.h:4:6 'IOLog' declared here",
    `error ${root}/my_kext.cpp:1:10 'IOKit/None.h' file not found`,
  ])
})

test('gcc: a chain of includes, a message without a column, colours', () => {
  const output = `In file included from a.hpp:3,
                 from b.cpp:2:
c.hpp:7: error: expected ';'
\u001b[01m\u001b[Kd.cpp:8:1:\u001b[m\u001b[K \u001b[01;31m\u001b[Kerror: \u001b[m\u001b[Kno\r
`
  expect(messages(output)).toEqual([
    `note ${root}/a.hpp:3 included from here`,
    `note ${root}/b.cpp:2 included from here`,
    `error ${root}/c.hpp:7 expected ';'`,
    `error ${root}/d.cpp:8:1 no`,
  ])
})

test('linkers: undefined symbols of ld64, GNU ld and lld', () => {
  const output = `Undefined symbols for architecture x86_64:
  "MyKext::f()", referenced from:
      MyKext::start(IOService*) in my_kext.o
  "_g", referenced from:
ld: symbol(s) not found for architecture x86_64
clang: error: linker command failed with exit code 1 (use -v to see invocation)
ld: warning: object file was built for newer macOS
/usr/bin/ld: my_kext.o: in function \`start':
my_kext.cpp:(.text+0x5): undefined reference to \`f()'
/usr/bin/ld: my_kext.cpp:14: undefined reference to \`g'
collect2: error: ld returned 1 exit status
ld.lld: error: undefined symbol: h
>>> referenced by my_kext.cpp:21
`
  expect(messages(output)).toEqual([
    'error - undefined symbol "MyKext::f()"',
    'error - undefined symbol "_g"',
    'error - symbol(s) not found for architecture x86_64',
    'error - linker command failed with exit code 1 (use -v to see invocation)',
    'warning - object file was built for newer macOS',
    `error ${root}/my_kext.cpp undefined reference to \`f()'`,
    `error ${root}/my_kext.cpp:14 undefined reference to \`g'`,
    'error - ld returned 1 exit status',
    'error - undefined symbol: h',
    `note ${root}/my_kext.cpp:21 referenced from here`,
  ])
})

test('make: targets that fail, with the place in the Makefile where it is told', () => {
  const output = `make: *** [Makefile:12: kexts] Error 1
make: *** [kexts] Error 2
make: *** [Makefile:3: clean] Error 1 (ignored)
Makefile:3: *** missing separator.  Stop.
glue/mk/kext.mk:9: warning: overriding recipe for target 'all'
make: *** No rule to make target 'my_kext.cpp', needed by 'my_kext.o'.  Stop.
gmake[2]: *** [all] Killed: 9
`
  expect(messages(output)).toEqual([
    `error ${root}/Makefile:12 kexts: Error 1`,
    'error - kexts: Error 2',
    `warning ${root}/Makefile:3 clean: Error 1 (ignored)`,
    `error ${root}/Makefile:3 missing separator.  Stop.`,
    `warning ${root}/glue/mk/kext.mk:9 overriding recipe for target 'all'`,
    "error - No rule to make target 'my_kext.cpp', needed by 'my_kext.o'.  Stop.",
    'error - all: Killed: 9',
  ])
})

test('names are below the folder that make has entered, and outside the project as printed', () => {
  const output = `make[1]: Entering directory '/home/me/darwinos/drivers'
make[2]: Entering directory \`/home/me/darwinos/drivers/contrib/my-kext'
my_kext.cpp:1:1: error: here
../../common/io.hpp:2:2: error: above
../../../../../secret.hpp:2:2: error: outside
/home/me/darwinos-old/a.cpp:3:3: error: a neighbour
make[2]: *** [Makefile:4: kext] Error 1
make[2]: Leaving directory '/home/me/darwinos/drivers/contrib/my-kext'
a.cpp:5:5: error: in drivers
make[1]: Leaving directory '/home/me/darwinos/drivers'
a.cpp:6:6: error: at the top
`
  expect(messages(output)).toEqual([
    `error ${root}/drivers/contrib/my-kext/my_kext.cpp:1:1 here`,
    `error ${root}/drivers/common/io.hpp:2:2 above`,
    'error ../../../../../secret.hpp:2:2 outside',
    'error /home/me/darwinos-old/a.cpp:3:3 a neighbour',
    `error ${root}/drivers/contrib/my-kext/Makefile:4 kext: Error 1`,
    `error ${root}/drivers/a.cpp:5:5 in drivers`,
    `error ${root}/a.cpp:6:6 at the top`,
  ])
})

test('a message knows its line of the output', () => {
  const output = 'one\ntwo\na.cpp:1:1: error: three'
  expect(readBuildMessages(output, root).map(message => message.outputLine)).toEqual([2])
})

test('what only looks like a place is none', () => {
  const output = `http://example.com:80: error
12:30:01 building
note to self
make: Nothing to be done for 'kexts'.
`
  expect(messages(output)).toEqual([])
})

test('hostile output takes no time and no memory', () => {
  const lines = [
    '/'.repeat(200_000),
    'a:1:'.repeat(50_000),
    ':'.repeat(200_000),
    `make: *** [${'a:1: '.repeat(40_000)}`,
    `x${': undefined reference to '.repeat(10_000)}`,
    '\u001b['.repeat(100_000),
    `a.cpp:${'9'.repeat(100_000)}:1: error: far`,
    'a.cpp:99999999:0: error: no such line',
    "make: Entering directory 'x'\n".repeat(10_000),
    'a.cpp:1:1: error: again\n'.repeat(10_000),
  ]
  const began = performance.now()
  const found = readBuildMessages(lines.join('\n'), root)
  expect(performance.now() - began).toBeLessThan(20_000)
  expect(found).toHaveLength(2000)
  expect(found.find(({ text }) => text === 'no such line')).toMatchObject({
    line: null,
    column: null,
  })
  expect(Math.max(...found.map(({ text }) => text.length))).toBeLessThanOrEqual(1000)
})
