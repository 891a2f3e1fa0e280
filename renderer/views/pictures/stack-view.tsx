import { useDeferredValue, useMemo } from 'react'
import { planeNamed } from '../../../core/registry/lookup.ts'
import type { PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { colourScale } from '../../charts/frame/colour-by.ts'
import type { Mark } from '../../charts/frame/scene.ts'
import { hitEntries } from '../../charts/hit-entries.ts'
import { layOutStack } from '../../charts/stack-layout.ts'
import { serviceStack } from '../../charts/stack-model.ts'
import { hitsOf } from '../../filter/hits.ts'
import { entryName } from '../../registry/entry-facts.ts'
import { findEntry, findNode, refOfEntry } from '../../registry/selection.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { colourOf } from '../../state/pictures-state.ts'
import type { EntryRef, OpenCapture } from '../../state/app-state.ts'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { PictureStage } from './picture-stage.tsx'
import styles from './more-pictures.module.css'

/** The selected service from the platform expert down to its clients, as an explanation. */
export function StackView({ current }: { readonly current: OpenCapture }) {
  const { snapshot, capture } = current
  const actions = useActions()
  const planeName = useApp(state => state.plane)
  const selected = useApp(state => state.selected)
  const hits = useDeferredValue(useApp(hitsOf))
  const { stackOpened } = useApp(state => state.pictures)
  const colourBy = useApp(state => colourOf(state.pictures))
  const place = useMemo(
    () => placeOf(snapshot, planeName, selected),
    [snapshot, planeName, selected],
  )
  const stack = useMemo(
    () =>
      place.plane === null
        ? null
        : serviceStack(snapshot, place.plane, place.node, capture.installed),
    [snapshot, place, capture.installed],
  )
  const make = useMemo(() => {
    if (!stack) return null
    const colours = colourScale(current, colourBy)
    return (isForFile: boolean) =>
      layOutStack(snapshot, stack, colours, {
        opened: stackOpened,
        isForFile,
        hits: hitEntries(snapshot, hits),
      })
  }, [current, snapshot, stack, stackOpened, colourBy, hits])
  const scene = useMemo(() => make?.(false), [make])

  if (!stack || !make || !scene) {
    return (
      <EmptyState
        title={place.why === 'none' ? 'No service selected' : 'Not in this capture'}
        actions={<Button onClick={() => actions.setView('registry')}>Show the registry</Button>}
      >
        {place.why === 'none'
          ? 'The stack explains one service, from the platform expert down to its clients. Select one in the registry, or in another picture.'
          : 'The entry you had selected is not in this capture. Select another one in the registry.'}
      </EmptyState>
    )
  }
  const last = stack.steps.at(-1)!
  const { name } = entryName(snapshot, last.entry)
  const unfold = (mark: Mark) =>
    actions.setPictures({ stackOpened: new Set([...stackOpened, mark.key]) })
  return (
    <PictureStage
      current={current}
      scene={scene}
      forFile={() => make(true)}
      selected={`entry:${last.entry}`}
      shownAs={`${snapshot.planes.length} ${stack.plane} ${last.entry}`}
      firstScale="legible"
      startAt={scene.marks[0]!.key}
      plane={stack.plane}
      onFold={unfold}
      onSelect={() => undefined}
      onOpen={mark => {
        if (mark.shape === 'more') unfold(mark)
        else if (mark.ref.kind === 'entry')
          actions.select(refOfEntry(snapshot, mark.ref.entry, stack.plane))
      }}
      {...(stackOpened.size > 0
        ? { onBack: () => actions.setPictures({ stackOpened: new Set() }) }
        : {})}
      tools={
        <>
          <span className={styles.title}>
            <Mono isClipped>{visibleText(name)}</Mono>
          </span>
          <span className={styles.soft}>
            {stack.steps.length} {stack.steps.length === 1 ? 'step' : 'steps'} in{' '}
            {visibleText(stack.plane)}
          </span>
          <Button
            kind="quiet"
            onClick={() =>
              actions.showEntry(selected ?? refOfEntry(snapshot, last.entry, stack.plane))
            }
          >
            Show in the registry
          </Button>
          {stackOpened.size > 0 && (
            <Button kind="quiet" onClick={() => actions.setPictures({ stackOpened: new Set() })}>
              Fold again
            </Button>
          )}
        </>
      }
    />
  )
}

interface Place {
  readonly plane: PlaneTable | null
  readonly node: number
  readonly why: 'none' | 'gone'
}

/** Where the selected entry stands: in the plane shown, else in the first plane that has it. */
function placeOf(snapshot: Snapshot, planeName: string, selected: EntryRef | null): Place {
  if (!selected) return { plane: null, node: -1, why: 'none' }
  if (findEntry(snapshot, selected) === null) return { plane: null, node: -1, why: 'gone' }
  const shown = planeNamed(snapshot, planeName)
  for (const plane of shown ? [shown, ...snapshot.planes] : snapshot.planes) {
    const node = findNode(snapshot, plane, selected)
    if (node !== -1) return { plane, node, why: 'none' }
  }
  return { plane: null, node: -1, why: 'gone' }
}
