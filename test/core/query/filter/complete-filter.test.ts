import { expect, test } from 'vitest'
import {
  completeFilter,
  type CompletionItem,
} from '../../../../core/query/filter/complete-filter.ts'
import { parseFilter } from '../../../../core/query/filter/parse-filter.ts'
import { readDump } from '../../../helpers/read-dumps.ts'
import { Random } from '../../../helpers/random.ts'

const { snapshot } = readDump(
  'text',
  `+-o Root  <class IORegistryEntry, id 0x100000100, retain 9>
  +-o PCI0@0  <class IORegistryEntry:IOService:IOPCIBridge, id 0x100000110, registered, matched, active, busy 0, retain 30>
    +-o XHC1@14  <class IORegistryEntry:IOService:IOPCIDevice, id 0x100000111, registered, matched, active, busy 0, retain 9>
    |   {
    |     "vendor-id" = <86800000>
    |     "IOName" = "usb-controller"
    |     "Long name" = 7
    |     "CFBundleIdentifier" = "com.example.USB"
    |   }
    |   
    +-o GFX0@2  <class IORegistryEntry:IOService:IOPCIDevice, id 0x100000113, !registered, !matched, active, busy 0, retain 7>
        {
          "vendor-id" = <86800000>
          "IOName" = "display"
          "Long name" = 12
        }
        
`,
)

/** `|` is the cursor. What is offered first, and what the text becomes with the first. */
function offered(typed: string, most = 3): { readonly items: string[]; readonly text: string } {
  const cursor = typed.indexOf('|')
  const text = typed.replace('|', '')
  const source = { snapshot, kexts: ['com.example.Net'], hasMarks: false }
  const { span, items } = completeFilter(text, cursor, source)
  const show = ({ insert, hint }: CompletionItem) => `${insert} (${hint})`
  const [first] = items
  return {
    items: items.slice(0, most).map(show),
    text: first ? text.slice(0, span.start) + first.insert + text.slice(span.end) : text,
  }
}

test.each([
  ['cla|', ['class: (with its subclasses; class= without)'], 'class:'],
  ['xhc and cla|', ['class: (with its subclasses; class= without)'], 'xhc and class:'],
  ['class:IOPCI|', ['IOPCIDevice (in 2 entries)', 'IOPCIBridge (in 1 entry)'], 'class:IOPCIDevice'],
  [
    'class:IO|Bridge and x',
    ['IORegistryEntry (in 4 entries)', 'IOService (in 3 entries)'],
    'class:IORegistryEntry and x',
  ],
  ['class: dev|', ['IOPCIDevice (in 2 entries)'], 'class: IOPCIDevice'],
  ['key:vend|', ['vendor-id (in 2 entries)'], 'key:vendor-id'],
  ['"Lon|', ['"Long name" (key, in 2 entries)'], '"Long name"'],
  [
    'vendor-id |',
    ['== (is)', '!= (is something else)', 'contains (has it inside)'],
    'vendor-id ==',
  ],
  ['vendor-id == |', ['<86 80 00 00> (in 2 entries)'], 'vendor-id == <86 80 00 00>'],
  ['IOName == us|', ['"usb-controller" (in 1 entry)'], 'IOName == "usb-controller"'],
  ['IOName == "dis|', ['"display" (in 1 entry)'], 'IOName == "display"'],
  ['IOName con|', ['contains (has it inside)'], 'IOName contains'],
  ['"Long name" > |', ['7 (in 1 entry)', '12 (in 1 entry)'], '"Long name" > 7'],
  ['state:!reg|', ['registered (matching has begun on it)'], 'state:!registered'],
  ['plane:|', ['IOService (4 nodes)'], 'plane:IOService'],
  [
    'kext:com|',
    ['com.example.USB (in 1 entry)', 'com.example.Net (no entry names it)'],
    'kext:com.example.USB',
  ],
  [
    'under:IOService:/PCI0@0/|',
    ['IOService:/PCI0@0/XHC1@14 ()', 'IOService:/PCI0@0/GFX0@2 ()'],
    'under:IOService:/PCI0@0/XHC1@14',
  ],
  ['busy |', ['== (is)', '!= (is something else)', '< (is less)'], 'busy =='],
  [
    'xhc |',
    ['and (both must hold)', 'or (one of them)', 'class: (with its subclasses; class= without)'],
    'xhc and',
  ],
])('%s', (typed, items, text) => {
  const found = offered(typed, items.length)
  expect(found.items).toEqual(items)
  expect(found.text).toBe(text)
})

test('nothing is offered inside of bytes or a pattern', () => {
  expect(offered('reg == <86 |').items).toEqual([])
  expect(offered('IOName ~ /us|').items).toEqual([])
})

test('whatever is typed, wherever the cursor is: at most 50, at a place inside the text', () => {
  const random = new Random(3)
  const parts = [
    'class:',
    'IO',
    ' ',
    '"',
    '(',
    ')',
    '<',
    '==',
    '~',
    '/',
    'busy',
    'IOName',
    'and',
    '\\',
    '😀',
    ':',
    '!',
  ]
  for (let i = 0; i < 2000; i++) {
    const text = Array.from({ length: random.below(8) }, () => random.pick(parts)).join('')
    const cursor = random.below(text.length + 1)
    const { span, items } = completeFilter(text, cursor, { snapshot, kexts: [], hasMarks: true })
    expect(items.length).toBeLessThanOrEqual(50)
    expect(span.start, text).toBeLessThanOrEqual(cursor)
    expect(span.end, text).toBeGreaterThanOrEqual(cursor)
    expect(span.start).toBeGreaterThanOrEqual(0)
    expect(span.end).toBeLessThanOrEqual(text.length)
  }
})

test('each class, key and value that is offered reads as what it says', () => {
  for (const typed of ['class:|', 'key:|', 'IOName == |', '"Long name" == |', 'vendor-id == |']) {
    const text = typed.replace('|', '')
    const source = { snapshot, kexts: [], hasMarks: false }
    for (const { insert } of completeFilter(text, text.length, source).items) {
      expect(parseFilter(text + insert).ok, text + insert).toBe(true)
    }
  }
})
