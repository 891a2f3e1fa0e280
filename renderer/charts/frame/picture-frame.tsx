import {
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from 'react'
import { classNames } from '../../widgets/class-names.ts'
import { EmptyState } from '../../widgets/empty-state.tsx'
import type { Box, View } from '../picture-view.ts'
import { moveTo, useZoom } from '../use-zoom.ts'
import type { ColourScale } from './colour-scale.ts'
import { knobBox } from './draw-card.ts'
import { drawnAsSvg, Drawing } from './drawing.tsx'
import { firstView, type FirstScale } from './first-view.ts'
import { FrameTools } from './frame-tools.tsx'
import { HoverCard } from './hover-card.tsx'
import { Legend } from './legend.tsx'
import { Minimap } from './minimap.tsx'
import styles from './picture-frame.module.css'
import { textFrom } from './paint-scene.ts'
import { QuietLinks } from './quiet-links.tsx'
import { SceneCanvas } from './scene-canvas.tsx'
import { isTouching, wayTo, type Mark, type Scene } from './scene.ts'
import { SceneTableView } from './scene-table.tsx'
import { SpokenMark } from './spoken-mark.tsx'
import { usePictureKeys } from './use-picture-keys.ts'
import { usePicturePointer } from './use-picture-pointer.ts'

export interface PictureFrameProps {
  readonly scene: Scene
  readonly colours: ColourScale
  /** Key of the mark that stands for what is selected in the window. */
  readonly selected: string | null
  /** Of the table's row, where that mark stands for several. */
  readonly selectedRow?: string | null
  readonly onSelect: (mark: Mark) => void
  /** Enter or a double click: shows it in the registry, unless the picture has something better. */
  readonly onOpen: (mark: Mark) => void
  /** Space, or a press on its knob: what has `fold` is folded or unfolded; what is `more` shows more. */
  readonly onFold?: (mark: Mark) => void
  /** Escape: back out of what was opened, where the picture knows such a thing. */
  readonly onBack?: () => void
  /** Once it changes, the picture is shown from the start again; else the view stays where it is. */
  readonly shownAs: string
  /** The hits that are outlined: once others come and none of them is in sight, the first is gone to. */
  readonly hits?: object | undefined
  /** At first: all of it where names can be read then, else its beginning around the selected mark. */
  readonly firstScale?: FirstScale
  /** The mark at which the view begins where not all of it can be read; the selected one unless given. */
  readonly startAt?: string
  readonly isTable: boolean
  readonly onTable: (isTable: boolean) => void
  /** Controls of this picture, at the left of the toolbar. */
  readonly tools?: ReactNode
  /** At the right of it: colour by, save as. */
  readonly actions?: ReactNode
  /** What to do where there is nothing to draw. */
  readonly empty?: { readonly title: string; readonly text: ReactNode }
  /** Told how much room the picture has, for those that fill it. */
  readonly onSize?: (size: { readonly width: number; readonly height: number }) => void
  /** Told when the view has come to rest, for pictures that show more from nearer. */
  readonly onView?: (view: View, size: { readonly width: number; readonly height: number }) => void
}

const extent = [0.004, 4] as const

/** What every picture stands in: zoom, pan, keys, hover, legend, and the same as a table. */
export function PictureFrame(props: PictureFrameProps) {
  const { scene, colours, selected, onSelect, onOpen, isTable } = props
  const [only, setOnly] = useState<number | null>(null)
  const isEmpty = scene.marks.length === 0
  return (
    <div className={styles.picture}>
      {isEmpty ? (
        <>
          <FrameTools {...props} zoom={null} />
          <div className={styles.empty}>
            <EmptyState title={props.empty?.title ?? 'Nothing to draw'}>
              {props.empty?.text ?? 'There is nothing here that this picture could show.'}
            </EmptyState>
          </div>
        </>
      ) : isTable ? (
        <>
          <FrameTools {...props} zoom={null} />
          <SceneTableView
            scene={scene}
            selected={props.selectedRow ?? selected}
            onSelect={key => onSelect(markOf(scene, key))}
            onOpen={key => onOpen(markOf(scene, key))}
          />
        </>
      ) : (
        <Canvas key={colours.by} {...props} only={only} />
      )}
      {scene.leftOut.length > 0 && (
        <ul className={styles.notes} aria-label="Not drawn">
          {scene.leftOut.map(text => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      {!isEmpty && (
        <Legend
          colours={colours}
          marks={scene.marks}
          counts={scene.counts}
          only={only}
          onOnly={setOnly}
        />
      )}
    </div>
  )
}

function markOf(scene: Scene, key: string): Mark {
  const of = scene.table.rows.find(row => row.key === key)?.of
  const mark = scene.marks.find(each => each.key === (of?.mark ?? key)) ?? scene.marks[0]!
  return of ? { ...mark, ref: of.ref } : mark
}

function Canvas(props: PictureFrameProps & { readonly only: number | null }) {
  const { scene, colours, selected, only, shownAs, onView } = props
  const id = useId()
  const frame = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const views = useRef(new Set<(view: View) => void>())
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined)
  const zoom = useZoom(
    frame,
    view => {
      moveTo(content.current, view)
      content.current?.toggleAttribute('data-far', view.k < textFrom)
      for (const hear of views.current) hear(view)
      clearTimeout(rest.current)
      if (!onView) return
      rest.current = setTimeout(() => {
        const { clientWidth: width, clientHeight: height } = frame.current!
        onView(view, { width, height })
      }, 120)
    },
    extent,
  )
  useEffect(() => () => clearTimeout(rest.current), [])
  const follow = useCallback((hear: (view: View) => void) => {
    views.current.add(hear)
    return () => {
      views.current.delete(hear)
    }
  }, [])

  const byKey = useMemo(() => new Map(scene.marks.map(mark => [mark.key, mark])), [scene])
  const selectedMark = selected === null ? undefined : byKey.get(selected)
  const [focusedKey, setFocusedKey] = useState<string | null>(null)
  const focused =
    (focusedKey === null ? undefined : byKey.get(focusedKey)) ?? selectedMark ?? scene.marks[0]!

  // What is shown anew is framed anew; what unfolds in it leaves the view where it is.
  const latest = useRef({ scene, start: selectedMark ?? scene.marks[0]!, props })
  useLayoutEffect(() => {
    const given = props.startAt === undefined ? undefined : byKey.get(props.startAt)
    latest.current = { scene, start: given ?? selectedMark ?? scene.marks[0]!, props }
  })
  useLayoutEffect(() => {
    const showAtFirst = () => {
      const { scene: now, start, props: given } = latest.current
      const size = zoom.current?.size()
      if (!size || size.width === 0) return
      given.onSize?.(size)
      zoom.current?.show(firstView(now.bounds, start.box, size, given.firstScale ?? 'readable'))
    }
    showAtFirst()
    let isFirst = true
    const observer = new ResizeObserver(() => {
      if (!isFirst) showAtFirst()
      isFirst = false
    })
    observer.observe(frame.current!)
    return () => observer.disconnect()
  }, [zoom, shownAs])

  // Hits that are nowhere in sight would leave nothing but faint marks.
  const firstHit = useMemo(() => scene.marks.find(mark => mark.isHit), [scene])
  const hitsFor = props.hits
  useLayoutEffect(() => {
    const [view, size] = [zoom.current?.now(), zoom.current?.size()]
    if (hitsFor === undefined || !firstHit || !view || !size) return
    const { x, y, k } = view
    const seen = { x: -x / k, y: -y / k, width: size.width / k, height: size.height / k }
    const { scene: now } = latest.current
    if (now.marks.some(({ isHit, box }) => isHit && isTouching(box, seen))) return
    zoom.current?.center(firstHit.box)
    // Only when other hits come; not when the picture is moved or folded.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [hitsFor])

  const pointer = usePicturePointer({ ...props, frame, zoom, onFocus: setFocusedKey })
  const onKeyDown = usePictureKeys({
    ...props,
    zoom,
    focused,
    onFocus: mark => {
      setFocusedKey(mark.key)
      zoom.current?.reveal(mark.box)
      pointer.forget()
    },
  })
  const way = useMemo(() => wayTo(scene, selected), [scene, selected])
  const place = scene.marks.indexOf(focused)
  const ring = { left: focused.box.x, top: focused.box.y, ...sizeOf(focused.box) }
  return (
    <>
      <FrameTools
        {...props}
        zoom={zoom}
        onSelected={selectedMark ? () => zoom.current?.center(selectedMark.box, 1) : undefined}
      />
      <div
        ref={frame}
        role={scene.isTree ? 'tree' : 'listbox'}
        aria-label={scene.title}
        aria-activedescendant={`${id}-${place}`}
        tabIndex={0}
        className={classNames(styles.frame, pointer.hovered && styles.onMark)}
        onKeyDown={onKeyDown}
        {...pointer.handlers}
      >
        {!drawnAsSvg(scene) && (
          <SceneCanvas
            scene={scene}
            colours={colours}
            selected={selected}
            only={only}
            way={way}
            follow={follow}
            zoom={zoom}
          />
        )}
        <div ref={content} className={styles.content}>
          <QuietLinks scene={scene} of={[selected, focused.key, pointer.hovered?.mark.key]} />
          {drawnAsSvg(scene) && (
            <Drawing scene={scene} colours={colours} selected={selected} only={only} way={way} />
          )}
          <div className={styles.ring} style={ring} />
          <FoldKnob mark={pointer.hovered?.mark ?? null} />
          <div className={styles.withFocus}>
            <FoldKnob mark={focused} />
          </div>
        </div>
        <SpokenMark
          id={`${id}-${place}`}
          scene={scene}
          mark={focused}
          place={place}
          selected={selected}
        />
        {pointer.hovered && <HoverCard {...pointer.hovered} />}
        <Minimap scene={scene} colours={colours} follow={follow} zoom={zoom} />
      </div>
    </>
  )
}

/** Folds what is open; pressed through the frame, which knows where it stands. */
function FoldKnob({ mark }: { readonly mark: Mark | null }) {
  const box = mark?.fold?.isOpen ? knobBox(mark) : null
  if (!box) return null
  const { x: left, y: top, width, height } = box
  return (
    <div className={styles.knob} style={{ left, top, width, height }} aria-hidden="true">
      −
    </div>
  )
}

const sizeOf = ({ width, height }: Box) => ({ width, height })
