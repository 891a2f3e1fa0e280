import { expect, test } from 'vitest'
import { ClassRegistry } from '../../../main/demo/kernel/class-registry.ts'

function registry(...words: readonly string[]): ClassRegistry {
  const classes = new ClassRegistry()
  for (const word of words) {
    const [name = '', superclass = ''] = word.split('<')
    classes.define('com.apple.kernel', [{ name, superclass }])
  }
  return classes
}

test('a class counts one more for every direct subclass that has instances', () => {
  const classes = registry('Base<OSObject', 'A<Base', 'B<Base', 'Below<A', 'Idle<Base')
  classes.created('Below')
  classes.created('Below')
  classes.created('B')
  const counts = ['Below', 'A', 'B', 'Idle', 'Base', 'OSObject'].map(
    name => `${name} = ${classes.instanceCount(name)}`,
  )
  expect(counts).toEqual(['Below = 2', 'A = 1', 'B = 1', 'Idle = 0', 'Base = 2', 'OSObject = 1'])
})

test('the chain leads from the class up to OSObject', () => {
  const classes = registry(
    'IORegistryEntry<OSObject',
    'IOService<IORegistryEntry',
    'MyKext<IOService',
  )
  expect(classes.chain('MyKext')).toEqual(['MyKext', 'IOService', 'IORegistryEntry', 'OSObject'])
  expect(classes.chain('Unknown')).toEqual([])
})

test('classes of one kext may come in any order, superclasses after subclasses too', () => {
  const classes = new ClassRegistry()
  const clash = classes.define('io.demo', [
    { name: 'Derived', superclass: 'Middle' },
    { name: 'Middle', superclass: 'OSObject' },
  ])
  expect(clash).toBeNull()
  expect(classes.conforms('Derived', 'Middle')).toBe(true)
})

test('a duplicate or an orphan keeps the whole kext out', () => {
  const classes = registry('Known<OSObject')
  expect(classes.define('io.a', [{ name: 'Known', superclass: 'OSObject' }])).toEqual({
    duplicate: { name: 'Known', superclass: 'OSObject', bundleIdentifier: 'com.apple.kernel' },
  })
  const orphan = classes.define('io.b', [
    { name: 'Fine', superclass: 'OSObject' },
    { name: 'Lost', superclass: 'Nobody' },
  ])
  expect(orphan).toEqual({ orphan: { name: 'Lost', superclass: 'Nobody' } })
  expect(classes.get('Fine')).toBeUndefined()
})
