import { expect, test } from 'vitest'
import { readDictionaryXml } from '../../../renderer/matching/personality-xml.ts'
import { installedRef } from '../../../renderer/matching/personality-ref.ts'
import {
  editOf,
  forNextCapture,
  whatIfBundle,
  whatIfEdit,
  whatIfPart,
  whatIfSummary,
} from '../../../renderer/matching/what-if.ts'
import { helloNub, installedKexts } from '../../helpers/demo-kexts.ts'

let last = 0
const nextId = () => `w${++last}`

test('an edit begins as a copy and takes the place of its original', () => {
  const [personality] = helloNub.personalities
  const ref = installedRef(helloNub.path, personality!.name)
  const edit = whatIfEdit('w1', ref, personality!)
  expect(edit.replaces).toEqual([ref])
  expect(editOf([edit], ref)).toBe(edit)
  const part = whatIfPart(edit)
  expect(part.kext.personalities).toMatchObject([
    {
      name: 'HelloNub',
      ioClass: 'org_kextant_HelloNub',
      bundleIdentifier: helloNub.bundleIdentifier,
    },
  ])
})

test('a new build of an installed kext takes the place of all its personalities', () => {
  const build = { ...helloNub, path: '/home/dev/HelloNub.kext' }
  const [item] = whatIfBundle(nextId, build, installedKexts, true)
  expect(item).toMatchObject({
    bundle: { path: '/home/dev/HelloNub.kext' },
    original: { ref: { name: 'HelloNub' } },
  })
  expect(item!.replaces).toEqual([installedRef(helloNub.path, 'HelloNub')])
})

test('a kext that the guest does not have stands beside what is there', () => {
  const own = { ...helloNub, bundleIdentifier: 'org.mine' }
  expect(whatIfBundle(nextId, own, installedKexts, true)).toMatchObject([
    { original: null, replaces: [] },
  ])
})

test('the bar says how many were added and edited', () => {
  const own = whatIfBundle(nextId, { ...helloNub, bundleIdentifier: 'org.mine' }, [], true)
  const edit = whatIfBundle(nextId, helloNub, installedKexts, true)
  expect(whatIfSummary(own)).toBe('1 personality added')
  expect(whatIfSummary([...own, ...edit])).toBe('1 personality added, 1 edited')
  expect(whatIfSummary([...edit, ...edit])).toBe('2 personalities edited')
})

test('XML that is read counts in the order it was typed', () => {
  const reading = readDictionaryXml(
    '<dict><key>b</key><true/><!-- why --><key>a</key><true/></dict>',
  )
  expect(reading.ok && reading.properties.entries.map(([key]) => key)).toEqual(['b', 'a'])
})

test('in another capture an edit of a running driver’s personality stands by itself', () => {
  const personality = helloNub.personalities[0]!
  const ofDriver = whatIfEdit(
    'w1',
    { origin: { kind: 'instance', entry: 5 }, name: 'x' },
    personality,
  )
  const ofKext = whatIfEdit('w2', installedRef(helloNub.path, 'HelloNub'), personality)
  expect(forNextCapture([ofDriver, ofKext])).toEqual([
    { ...ofDriver, original: null, replaces: [] },
    ofKext,
  ])
  const unchanged = [ofKext]
  expect(forNextCapture(unchanged)).toBe(unchanged)
})
