import type { PropertyValue } from '../../core/registry/property-value.ts'
import {
  dictionary,
  flag,
  integer,
  list,
  text,
  uid,
  writeBinaryPlist,
  type BinaryValue,
} from './write-binary-plist.ts'

// Documents in the binary formats with what no program writes in them: entries in any relation, any XML.

interface Tangle {
  readonly count: number
  /** The entries below an entry, by number. Number 0 is the root. */
  readonly below: (entry: number) => readonly number[]
  /** The properties of each entry. */
  readonly xml?: string
  readonly plane?: string
}

/** A keyed archive as IORegistryExplorer's, of entries that are called `e0`, `e1`, … */
export function explorerTangle({ count, below, xml, plane = 'IOService' }: Tangle): Uint8Array {
  const objects: BinaryValue[] = [text('$null')]
  const add = (value: BinaryValue) => uid(objects.push(value) - 1)
  const array = (items: readonly BinaryValue[]) => add(dictionary({ 'NS.objects': list(items) }))
  const planeName = add(text(plane))
  const properties = add({ kind: 'data', bytes: new TextEncoder().encode(xml ?? '') })
  const first = objects.length
  for (let i = 0; i < count; i++) add(text(''))
  for (let i = 0; i < count; i++) {
    const children = array(below(i).map(other => uid(first + other)))
    objects[first + i] = dictionary({
      isRegistryRoot: flag(i === 0),
      name: add(text(`e${i}`)),
      ...(xml !== undefined && { properties }),
      childrenInPlanes: add(
        dictionary({ 'NS.keys': list([planeName]), 'NS.objects': list([children]) }),
      ),
    })
  }
  const store = add(
    dictionary({
      $class: add(dictionary({ $classname: text('RexDataStore') })),
      dataStoreVersion: integer(1),
      registryPlanes: array([planeName]),
      registryEntries: array(Array.from({ length: count }, (_, i) => uid(first + i))),
    }),
  )
  return writeBinaryPlist(
    dictionary({
      $archiver: text('NSKeyedArchiver'),
      $objects: list(objects),
      $top: dictionary({ root: store }),
    }),
  )
}

interface IOJonesParts {
  readonly properties?: readonly (readonly [string, PropertyValue | BinaryValue])[]
  readonly className?: string
  readonly superclasses?: readonly (readonly [string, string])[]
  readonly plane?: string
  /** How many objects there are, called `e1`, `e2`, … */
  readonly objects?: number
  /** What the root's `children` holds. */
  readonly children?: BinaryValue
}

/** A document as IOJones', with one plane of which object 1 is the root and has the properties. */
export function iojonesDocument(parts: IOJonesParts): Uint8Array {
  const { properties = [], className = 'C', superclasses = [], plane = 'IOService' } = parts
  const objects = Array.from({ length: parts.objects ?? 1 }, (_, i) =>
    dictionary({
      id: integer(i + 1),
      class: text(className),
      name: text(`e${i + 1}`),
      properties: dictionary(i === 0 ? properties : []),
      planes: dictionary([[plane, dictionary({ name: text(`e${i + 1}`) })]]),
    }),
  )
  return writeBinaryPlist(
    dictionary({
      classes: dictionary(superclasses.map(([name, above]) => [name, text(above)])),
      objects: list(objects),
      planes: list([
        dictionary({
          root: integer(1),
          plane: text(plane),
          children: parts.children ?? list([]),
        }),
      ]),
    }),
  )
}
