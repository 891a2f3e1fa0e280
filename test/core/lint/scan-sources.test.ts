import { expect, test } from 'vitest'
import { scanSources } from '../../../core/lint/scan-sources.ts'

const scan = (...texts: readonly string[]) =>
  scanSources(texts.map((text, i) => ({ path: `${i}.cpp`, text })))

test('the macros of OSMetaClass.h are found, with their lines', () => {
  const { defined, declared, isSure } = scan(`#include "foo.hpp"
#define super IOService

OSDefineMetaClassAndStructors(com_example_Foo, super)
OSDefineMetaClassAndAbstractStructors( Base ,
                                       OSObject );
OSDefineMetaClassAndFinalStructors(Client, IOUserClient);
class Foo { OSDeclareDefaultStructors(com_example_Foo) };
class Other { OSDeclareAbstractStructors(Base); };
`)
  expect(defined).toEqual([
    {
      name: 'com_example_Foo',
      superclass: 'IOService',
      isAbstract: false,
      file: '0.cpp',
      line: 4,
    },
    { name: 'Base', superclass: 'OSObject', isAbstract: true, file: '0.cpp', line: 5 },
    { name: 'Client', superclass: 'IOUserClient', isAbstract: false, file: '0.cpp', line: 7 },
  ])
  expect(declared.map(({ name, line }) => [name, line])).toEqual([
    ['com_example_Foo', 8],
    ['Base', 9],
  ])
  expect(isSure).toBe(true)
})

test('comments, strings and the definition of a macro are no classes', () => {
  const { defined } = scan(`// OSDefineMetaClassAndStructors(A, IOService)
/* OSDefineMetaClassAndStructors(B, IOService)
*/ const char *text = "OSDefineMetaClassAndStructors(C, IOService)";
const char *slashes = "//"; OSDefineMetaClassAndStructors(D, IOService)
#define MAKE(x) OSDefineMetaClassAndStructors(x, IOService)
/* never closed: OSDefineMetaClassAndStructors(E, IOService)`)
  expect(defined.map(({ name }) => name)).toEqual(['D'])
})

test('a class name that a header defines holds in all files, and super only in its own', () => {
  const { defined } = scan(
    '#define FooClass com_example_Foo\n#define super Wrong\n',
    '#define super IOService\nOSDefineMetaClassAndStructors(FooClass, super)\n',
    'OSDefineMetaClassAndStructors(Bar, super)\n',
  )
  expect(defined.map(({ name, superclass }) => [name, superclass])).toEqual([
    ['com_example_Foo', 'IOService'],
    ['Bar', 'super'],
  ])
})

test('two on one line are two, and an apostrophe of a message hides nothing', () => {
  const { defined } = scan(`#error don't
OSDefineMetaClassAndStructors(A, IOService) OSDefineMetaClassAndStructors(B, A)
char c = '\\''; OSDefineMetaClassAndStructors(C, B)
#define TWO(x) \\
  OSDefineMetaClassAndStructors(x, IOService)
`)
  expect(defined.map(({ name, line }) => [name, line])).toEqual([
    ['A', 2],
    ['B', 2],
    ['C', 3],
  ])
})

test('what cannot be told is not guessed', () => {
  const { defined, isSure } = scan('OSDefineMetaClassAndStructors(PREFIX##Foo, IOService)')
  expect([defined, isSure]).toEqual([[], false])
})

test('definitions that go in a circle end', () => {
  const { defined } = scan(
    '#define A B\n#define B A\nOSDefineMetaClassAndStructors(A, IOService)\n',
  )
  expect(defined).toHaveLength(1)
})

test('a long file without an end to anything takes no longer than its length', () => {
  const texts = [
    '/*'.repeat(200_000),
    '"'.repeat(200_001),
    '"' + '\\"'.repeat(200_000),
    'OSDefine('.repeat(50_000),
    `OSDefine${'MetaClass'.repeat(50_000)} `,
    `OSDefineMetaClass(${' '.repeat(500_000)}`,
  ]
  for (const text of texts) expect(scan(text).defined).toEqual([])
})
