import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { classMap } from '../../charts/class-map.ts'
import { colourScale } from '../../charts/frame/colour-by.ts'
import { kextsOfEntries } from '../../charts/frame/entry-kexts.ts'
import type { Mark } from '../../charts/frame/scene.ts'
import { mapByKext, unknownShare } from '../../charts/registry-map-groups.ts'
import { hitEntries } from '../../charts/hit-entries.ts'
import { mapForFile } from '../../charts/registry-map-file.ts'
import { layOutMap, type MapFocus } from '../../charts/registry-map-layout.ts'
import { mapByPlane } from '../../charts/registry-map-plane.ts'
import { cellOfMark, cellWith, mapScene } from '../../charts/registry-map-scene.ts'
import { entrySizes } from '../../charts/registry-map-sizes.ts'
import { firstOf, followKeys } from '../../charts/registry-map-tree.ts'
import { margin } from '../../charts/picture-view.ts'
import { useFrameSize, type FrameSize } from '../../charts/use-frame-size.ts'
import { hitsOf } from '../../filter/hits.ts'
import { findEntry, refOfEntry } from '../../registry/selection.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { colourOf } from '../../state/pictures-state.ts'
import type { OpenCapture } from '../../state/app-state.ts'
import type { RegistryMapState } from '../../state/more-pictures-state.ts'
import { Segmented } from '../../widgets/segmented.tsx'
import { Select } from '../../widgets/field.tsx'
import { PlaneSwitch } from '../registry/plane-switch.tsx'
import { MapPath } from './map-path.tsx'
import { PictureStage } from './picture-stage.tsx'
import styles from './more-pictures.module.css'

/** What is around the map, until its frame was measured. */
const around = { width: 2, height: 31 + 44 + 33 } as const
const edges = 2 * margin
const least = { width: 420, height: 160 } as const

/** The registry as areas: how much of it is whose. */
export function RegistryMapView({ current }: { readonly current: OpenCapture }) {
  const { snapshot } = current
  const actions = useActions()
  const planeName = useApp(state => state.plane)
  const selected = useApp(state => state.selected)
  const hits = useDeferredValue(useApp(hitsOf))
  const { registryMap: chosen } = useApp(state => state.pictures)
  const colourBy = useApp(state => colourOf(state.pictures))
  const box = useRef<HTMLDivElement>(null)
  const room = useFrameSize(box, true)

  const [frame, setFrame] = useState<FrameSize | null>(null)
  // What is left out is said in lines below the map, and follows from its size: growing by so much would never come to rest.
  const measured = useCallback(
    (size: FrameSize) => setFrame(before => (before && isNear(before, size) ? before : size)),
    [],
  )

  const sizes = useMemo(() => entrySizes(snapshot, chosen.size), [snapshot, chosen.size])
  const plane = planeNamed(snapshot, planeName) ?? snapshot.planes[0]
  const tree = useMemo(() => {
    if (chosen.by === 'plane' && plane) return mapByPlane(snapshot, plane, sizes)
    return chosen.by === 'class'
      ? classMap(snapshot, chosen.size)
      : mapByKext(snapshot, kextsOfEntries(current), sizes, chosen.showsUnknown)
  }, [current, snapshot, plane, sizes, chosen.by, chosen.size, chosen.showsUnknown])
  const { unknown, whole } = useMemo(
    () =>
      chosen.by === 'kext'
        ? unknownShare(kextsOfEntries(current), sizes)
        : { unknown: 0, whole: 0 },
    [current, sizes, chosen.by],
  )
  const way = useMemo(() => followKeys(tree, chosen.way, firstOf(tree)), [tree, chosen.way])
  const focus = useMemo((): MapFocus => {
    const isWhole = way.length - 1 === chosen.way.length
    return { id: way.at(-1)!, range: isWhole ? chosen.range : null }
  }, [way, chosen.way, chosen.range])
  const width = Math.max(
    least.width,
    (frame?.width ?? (room?.width ?? 1200) - around.width) - edges,
  )
  const height = Math.max(
    least.height,
    (frame?.height ?? (room?.height ?? 800) - around.height) - edges,
  )
  const picture = useMemo(
    () => layOutMap(tree, focus, { width, height, shape: chosen.shape }),
    [tree, focus, width, height, chosen.shape],
  )
  const title = `Registry map by ${chosen.by === 'plane' ? `the ${plane?.plane ?? ''} plane` : chosen.by}`
  const scene = useMemo(
    () =>
      mapScene({
        snapshot,
        tree,
        picture,
        colours: colourScale(current, colourBy),
        size: chosen.size,
        shape: chosen.shape,
        title,
        hits: hitEntries(snapshot, hits),
      }),
    [current, snapshot, tree, picture, colourBy, chosen.size, chosen.shape, title, hits],
  )
  const forFile = () => mapForFile(scene, colourScale(current, colourBy))
  const entry = useMemo(
    () => (selected ? findEntry(snapshot, selected) : null),
    [snapshot, selected],
  )
  const marked = useMemo(
    () => (entry === null ? null : cellWith(tree, picture, entry)),
    [tree, picture, entry],
  )

  const change = (next: Partial<RegistryMapState>) =>
    actions.setPictures({ registryMap: { ...chosen, ...next } })
  const goTo = (steps: number) =>
    change({ way: way.slice(1, steps + 1).map(id => tree.keyOf(id)), range: null })
  const up = () => goTo(focus.range ? way.length - 1 : way.length - 2)
  const open = (mark: Mark) => {
    const cell = cellOfMark(tree, picture, mark.key)
    if (!cell) return
    if (cell.depth === 0) {
      if (way.length > 1 || focus.range) up()
      return
    }
    if (!cell.others && tree.childrenOf(cell.id).length === 0) {
      const at = tree.entryOf(cell.id)
      if (at >= 0) actions.showEntry(refOfEntry(snapshot, at, plane?.plane ?? planeName))
      return
    }
    // The cells above it tell the way from the focus.
    const keys: string[] = []
    const last = cell.others ? cell.parent : picture.cells.indexOf(cell)
    for (let at = last; at > 0; at = picture.cells[at]!.parent) {
      keys.unshift(tree.keyOf(picture.cells[at]!.id))
    }
    change({
      way: [...way.slice(1).map(id => tree.keyOf(id)), ...keys],
      range: cell.others,
    })
  }
  return (
    <div ref={box} className={styles.withCaption}>
      <MapPath
        names={way.map(id => tree.labelOf(id))}
        range={focus.range}
        value={picture.value}
        size={chosen.size}
        note={unknownText(unknown, whole, chosen)}
        onGoTo={goTo}
      />
      <PictureStage
        current={current}
        scene={scene}
        forFile={forFile}
        selected={marked}
        shownAs={`${chosen.by} ${chosen.shape} ${chosen.size} ${focus.id} ${focus.range?.from} ${width} ${height} ${planeName}`}
        firstScale="fit"
        onSize={measured}
        {...(plane ? { plane: plane.plane } : {})}
        onOpen={open}
        onFold={open}
        {...(way.length > 1 || focus.range ? { onBack: up } : {})}
        empty={{
          title: 'Nothing to count here',
          text:
            chosen.size === 'bytes'
              ? 'The dump has no properties for these entries. Size the areas by entries instead.'
              : 'None of these entries is a service. Size the areas by entries instead.',
        }}
        tools={
          <>
            <Segmented
              label="Areas in areas"
              value={chosen.by}
              options={[
                { value: 'class', text: 'Class', title: 'Classes in their superclasses' },
                { value: 'kext', text: 'Kext', title: 'Kexts, in them their classes' },
                { value: 'plane', text: 'Plane', title: 'The tree of the plane' },
              ]}
              onChange={by => change({ by, way: [], range: null })}
            />
            {chosen.by === 'kext' && unknown > 0 && unknown < whole && (
              <Segmented
                label="Entries whose kext is not known"
                value={chosen.showsUnknown ? 'all' : 'known'}
                options={[
                  {
                    value: 'all',
                    text: 'All',
                    title: 'Those without a known kext by their classes',
                  },
                  { value: 'known', text: 'With a kext', title: 'Only those whose kext is known' },
                ]}
                onChange={next => change({ showsUnknown: next === 'all', way: [], range: null })}
              />
            )}
            {chosen.by === 'plane' && plane && (
              <PlaneSwitch
                snapshot={snapshot}
                plane={plane.plane}
                onChange={next => {
                  actions.setPlane(next)
                  change({ way: [], range: null })
                }}
              />
            )}
            <Select
              label="Sized by"
              isLabelHidden
              value={chosen.size}
              options={[
                { value: 'services', text: 'Sized by services' },
                { value: 'entries', text: 'Sized by entries' },
                { value: 'bytes', text: 'Sized by property bytes' },
              ]}
              onChange={size => change({ size: size })}
            />
            <Segmented
              label="Shape"
              value={chosen.shape}
              options={[
                { value: 'treemap', text: 'Treemap', title: 'Areas inside areas' },
                { value: 'icicle', text: 'Icicle', title: 'A column for each level' },
              ]}
              onChange={shape => change({ shape })}
            />
          </>
        }
      />
    </div>
  )
}

/** `71 % without a known kext` */
function unknownText(
  unknown: number,
  whole: number,
  { showsUnknown }: RegistryMapState,
): string | null {
  if (unknown === 0 || whole === 0) return null
  const percent = Math.max(1, Math.round((unknown / whole) * 100))
  return showsUnknown
    ? `${percent} % of them without a known kext, drawn by class`
    : `${percent} % of all have no known kext and are left out`
}

/** Of one width, and hardly higher: lines below it went away. */
function isNear(before: FrameSize, now: FrameSize): boolean {
  const grown = now.height - before.height
  return now.width === before.width && grown >= 0 && grown < 40
}
