import { useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { colourScale } from '../../charts/frame/colour-by.ts'
import { kextOfEntries } from '../../charts/frame/entry-kexts.ts'
import type { Mark } from '../../charts/frame/scene.ts'
import { mapByClass, mapByKext } from '../../charts/registry-map-groups.ts'
import { hitEntries } from '../../charts/hit-entries.ts'
import { mapForFile } from '../../charts/registry-map-file.ts'
import { layOutMap, type MapFocus } from '../../charts/registry-map-layout.ts'
import { mapByPlane } from '../../charts/registry-map-plane.ts'
import { cellOfMark, cellWith, mapLeftOut, mapScene } from '../../charts/registry-map-scene.ts'
import { entrySizes } from '../../charts/registry-map-sizes.ts'
import { firstOf, followKeys } from '../../charts/registry-map-tree.ts'
import { useFrameSize } from '../../charts/use-frame-size.ts'
import { hitsOf } from '../../filter/hits.ts'
import { findEntry, refOfEntry } from '../../registry/selection.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import type { RegistryMapState } from '../../state/more-pictures-state.ts'
import { Segmented } from '../../widgets/segmented.tsx'
import { Select } from '../../widgets/field.tsx'
import { PlaneSwitch } from '../registry/plane-switch.tsx'
import { MapPath } from './map-path.tsx'
import { PictureStage } from './picture-stage.tsx'
import styles from './more-pictures.module.css'

/** What is around the map in the frame: the legend and a margin; the path and the toolbar are measured, for they wrap. */
const around = { width: 34, height: 33 + 34 } as const
/** Of what is left out: its frame, and each line. */
const notes = { frame: 11, line: 18 } as const
const least = { width: 420, height: 160 } as const

/** The registry as areas: how much of it is whose. */
export function RegistryMapView({ current }: { readonly current: OpenCapture }) {
  const { snapshot } = current
  const actions = useActions()
  const planeName = useApp(state => state.plane)
  const selected = useApp(state => state.selected)
  const hits = useDeferredValue(useApp(hitsOf))
  const { registryMap: chosen, colourBy } = useApp(state => state.pictures)
  const box = useRef<HTMLDivElement>(null)
  const room = useFrameSize(box, true)

  const [head, setHead] = useState(31 + 44)
  useLayoutEffect(() => {
    const above = box.current?.querySelectorAll<HTMLElement>('nav, [role=toolbar]') ?? []
    setHead([...above].reduce((sum, { offsetHeight }) => sum + offsetHeight, 0))
  }, [room, chosen])

  const sizes = useMemo(() => entrySizes(snapshot, chosen.size), [snapshot, chosen.size])
  const plane = planeNamed(snapshot, planeName) ?? snapshot.planes[0]
  const tree = useMemo(() => {
    if (chosen.by === 'plane' && plane) return mapByPlane(snapshot, plane, sizes)
    return chosen.by === 'class'
      ? mapByClass(snapshot, sizes)
      : mapByKext(snapshot, kextOfEntries(current), sizes)
  }, [current, snapshot, plane, sizes, chosen.by])
  const way = useMemo(() => followKeys(tree, chosen.way, firstOf(tree)), [tree, chosen.way])
  const focus = useMemo((): MapFocus => {
    const isWhole = way.length - 1 === chosen.way.length
    return { id: way.at(-1)!, range: isWhole ? chosen.range : null }
  }, [way, chosen.way, chosen.range])
  const width = Math.max(least.width, (room?.width ?? 1200) - around.width)
  const whole = Math.max(least.height, (room?.height ?? 800) - around.height - head)
  const picture = useMemo(() => {
    const { shape, size } = chosen
    const draft = layOutMap(tree, focus, { width, height: whole, shape })
    // What is left out takes lines from the map, and is known once it is laid out.
    const lines = mapLeftOut({ tree, picture: draft, size }).length
    const height = Math.max(
      least.height,
      whole - (lines === 0 ? 0 : notes.frame + lines * notes.line),
    )
    return layOutMap(tree, focus, { width, height, shape })
  }, [tree, focus, width, whole, chosen])
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
        onGoTo={goTo}
      />
      <PictureStage
        current={current}
        scene={scene}
        forFile={forFile}
        selected={marked}
        shownAs={`${chosen.by} ${chosen.shape} ${chosen.size} ${focus.id} ${focus.range?.from} ${width} ${whole} ${planeName}`}
        firstScale="fit"
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
                { value: 'kext', text: 'Kext', title: 'Kexts, in them their classes' },
                { value: 'class', text: 'Class', title: 'Classes in their superclasses' },
                { value: 'plane', text: 'Plane', title: 'The tree of the plane' },
              ]}
              onChange={by => change({ by, way: [], range: null })}
            />
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
                { value: 'icicle', text: 'Icicle', title: 'A column for each level' },
                { value: 'treemap', text: 'Treemap', title: 'Areas inside areas' },
              ]}
              onChange={shape => change({ shape })}
            />
          </>
        }
      />
    </div>
  )
}
