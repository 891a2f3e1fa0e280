import { Package } from 'lucide-react'
import { useMemo } from 'react'
import { keepsLoaded, kextGraph } from '../../../core/kext/kext-graph.ts'
import { colourScale } from '../../charts/frame/colour-by.ts'
import type { Mark } from '../../charts/frame/scene.ts'
import { kextColours } from '../../charts/kext-colours.ts'
import { moreAtOnce, type KextGraphChoice } from '../../charts/kext-graph-layout.ts'
import { kextGraphScene, unloadSentence } from '../../charts/kext-graph-scene.ts'
import { kernelFamily } from '../../charts/kext-families.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { colourOf } from '../../state/pictures-state.ts'
import type { OpenCapture } from '../../state/app-state.ts'
import type { KextGraphState } from '../../state/more-pictures-state.ts'
import { Button, IconButton } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { Select } from '../../widgets/field.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { Segmented } from '../../widgets/segmented.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { PictureStage } from './picture-stage.tsx'
import styles from './more-pictures.module.css'

/** Which kext needs which: around one of them, or all by families. */
export function KextGraphView({ current }: { readonly current: OpenCapture }) {
  const { kexts, installed, missing, source } = current.capture
  const actions = useActions()
  const { kextGraph: chosen } = useApp(state => state.pictures)
  const colourBy = useApp(state => colourOf(state.pictures))
  const selectedKext = useApp(state => state.selectedKext)
  const graph = useMemo(() => kextGraph(kexts, installed), [kexts, installed])
  const number = chosen.focus === null ? undefined : graph.numberOf.get(chosen.focus)
  const choice = useMemo(
    (): KextGraphChoice => ({ ...chosen, focus: number ?? null }),
    [chosen, number],
  )
  const colours = useMemo(() => {
    if (colourBy === 'kext') return colourScale(current, 'kext')
    const blocking = number === undefined ? new Set<number>() : keepsLoaded(graph, number)
    const before = current.comparison?.before.capture.kexts ?? null
    return kextColours({ graph, loaded: kexts, before, blocking }, colourBy)
  }, [current, graph, kexts, number, colourBy])
  const drawn = useMemo(
    () => kextGraphScene(graph, choice, colours, false),
    [graph, choice, colours],
  )
  const change = (next: Partial<KextGraphState>) =>
    actions.setPictures({ kextGraph: { ...chosen, ...next } })

  if (graph.kexts.length === 0) {
    return (
      <EmptyState
        icon={<Package size={24} strokeWidth={1.5} />}
        title="This capture has no kexts"
        actions={<Button onClick={() => actions.setView('kexts')}>Show the kexts</Button>}
      >
        {missing.find(({ part }) => /kext/i.test(part))?.reason ??
          (source.kind === 'file'
            ? 'A registry dump alone does not say which kexts are loaded. Open a list of kexts with it, or connect to a guest and capture it.'
            : 'The guest gave neither its loaded nor its installed kexts. Capture it again.')}
      </EmptyState>
    )
  }
  const { scene, picture } = drawn
  const focused = choice.focus
  const focusOn = (bundleIdentifier: string) => {
    actions.selectKext(bundleIdentifier)
    change({ focus: bundleIdentifier, more: new Map() })
  }
  const showAll = () => change({ focus: null, more: new Map() })
  const unfold = (mark: Mark) => {
    if (mark.key.startsWith('more:')) {
      const key = mark.key.slice('more:'.length)
      // Small families are told by the table: as cards they would fill the picture.
      if (key === 'families') actions.setPictures({ isTable: true })
      else change({ more: new Map(chosen.more).set(key, (chosen.more.get(key) ?? 0) + moreAtOnce) })
    } else if (mark.key.startsWith('family:')) {
      const family = mark.key.slice('family:'.length)
      if (family === kernelFamily) change({ kernel: 'shown' })
      else change({ open: new Set([...chosen.open, family]) })
    }
  }
  const marked = picture.boxes.some(({ box }) => box.kind === 'kext' && box.key === selectedKext)
    ? selectedKext
    : (picture.boxes.find(
        ({ box }) =>
          box.kind !== 'kext' &&
          box.kexts.some(kext => graph.kexts[kext]!.bundleIdentifier === selectedKext),
      )?.box.key ?? null)
  return (
    <div className={styles.withCaption}>
      <p className={styles.caption} role="status">
        {focused === null
          ? `${graph.kexts.length.toLocaleString('en')} kexts. An arrow leads from a kext to what it needs. Enter or a double click puts a kext in the middle.`
          : visibleText(unloadSentence(graph, picture, focused))}
      </p>
      <PictureStage
        current={current}
        scene={scene}
        forFile={() => kextGraphScene(graph, choice, colours, true).scene}
        colours={colours}
        selected={marked}
        selectedRow={selectedKext}
        shownAs={`${chosen.focus} ${chosen.stepsUp} ${chosen.stepsDown} ${chosen.kernel} ${chosen.open.size}`}
        {...(focused === null ? { firstScale: 'fit' as const } : { startAt: chosen.focus! })}
        onFold={unfold}
        onOpen={mark => {
          if (mark.ref.kind === 'kext') focusOn(mark.ref.bundleIdentifier)
          else unfold(mark)
        }}
        {...(focused !== null || chosen.open.size > 0
          ? { onBack: () => change({ focus: null, more: new Map(), open: new Set() }) }
          : {})}
        tools={
          <>
            {focused === null ? (
              <Button
                whyNot={selectedKext === null ? 'Select a kext in the picture first' : null}
                onClick={() => selectedKext !== null && focusOn(selectedKext)}
              >
                Focus on the selected kext
              </Button>
            ) : (
              <>
                <Button onClick={showAll}>All kexts</Button>
                <Steps
                  label="Steps to what needs it"
                  value={chosen.stepsUp}
                  word="up"
                  onChange={stepsUp => change({ stepsUp })}
                />
                <Steps
                  label="Steps to what it needs"
                  value={chosen.stepsDown}
                  word="down"
                  onChange={stepsDown => change({ stepsDown })}
                />
              </>
            )}
            <Segmented
              label="Kernel interfaces"
              value={chosen.kernel}
              options={[
                { value: 'hidden', text: 'No KPI', title: 'The kernel’s interfaces are hidden' },
                {
                  value: 'grouped',
                  text: 'One card',
                  title: 'The kernel’s interfaces are one card',
                },
                {
                  value: 'shown',
                  text: 'Each KPI',
                  title: 'Each of the kernel’s interfaces is drawn',
                },
              ]}
              onChange={kernel => change({ kernel })}
            />
            {chosen.open.size > 0 && (
              <Button kind="quiet" onClick={() => change({ open: new Set() })}>
                Close families
              </Button>
            )}
            <IconButton
              label="Show among the kexts"
              hint={selectedKext === null ? 'Select a kext in the picture first' : undefined}
              aria-disabled={selectedKext === null ? true : undefined}
              icon={<Package {...iconProps} />}
              onClick={() => selectedKext !== null && actions.showKext(selectedKext)}
            />
          </>
        }
      />
    </div>
  )
}

const stepChoices = [0, 1, 2, 3, 5, 99] as const

function Steps({
  label,
  value,
  word,
  onChange,
}: {
  readonly label: string
  readonly value: number
  readonly word: string
  readonly onChange: (steps: number) => void
}) {
  return (
    <Select
      label={label}
      isLabelHidden
      value={String(value)}
      options={stepChoices.map(steps => ({
        value: String(steps),
        text: steps === 99 ? `All ${word}` : `${steps} ${word}`,
      }))}
      onChange={next => onChange(Number(next))}
    />
  )
}
