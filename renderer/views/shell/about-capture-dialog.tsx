import { Fragment, type ReactNode } from 'react'
import type { Capture, PlaneSummary } from '../../../core/contract/types.ts'
import { placeCount } from '../../../core/dump/problem-places.ts'
import { useActions } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { Copyable } from '../../widgets/copyable.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText, durationText } from '../action/quantities.ts'
import { sentenceCase } from '../connect/built-in-panel.tsx'
import { MissingList, ProblemList } from './problem-list.tsx'
import { dayAndTime, wasTaken } from './times.ts'
import styles from './about-capture-dialog.module.css'

/** What the capture was made from, what is in it, and what one may look for in vain. */
export function AboutCaptureDialog({ capture }: { readonly capture: Capture }) {
  const { showFileDialog } = useActions()
  const onClose = () => showFileDialog('none')
  const { source, planes, lacks, missing, problems } = capture
  const placesCount = problems.reduce((sum, problem) => sum + placeCount(problem), 0)
  return (
    <Dialog
      title="About this capture"
      isWide
      onClose={onClose}
      foot={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className={styles.about}>
        <Facts facts={originOf(capture)} />
        <div className={styles.contents}>
          {planes.length === 0 ? (
            <p className={styles.soft}>No plane of the registry.</p>
          ) : (
            <PlaneTable planes={planes} />
          )}
          <Facts facts={countsOf(capture)} isOfNumbers />
        </div>
        {missing.length > 0 && (
          <Part title="Not in this capture" count={missing.length}>
            <div className={styles.bounded} tabIndex={0}>
              <MissingList missing={missing} />
            </div>
          </Part>
        )}
        {problems.length > 0 && (
          <Part title="Not read as the format says" count={placesCount} unit="place">
            <div className={styles.bounded} tabIndex={0}>
              <ProblemList problems={problems} source={source.label} />
            </div>
          </Part>
        )}
        {lacks.length > 0 && (
          <Part title="It does not tell">
            <ul className={styles.lacks}>
              {lacks.map(lack => (
                <li key={lack}>{visibleText(lack)}</li>
              ))}
            </ul>
          </Part>
        )}
      </div>
    </Dialog>
  )
}

type Fact = readonly [name: string, value: ReactNode]

function originOf(capture: Capture): readonly Fact[] {
  const { source, what, takenAt, durationMs, identity } = capture
  const isPath = source.kind === 'file' && source.path !== source.label
  const saved = source.kind === 'file' ? source.savedFrom : undefined
  return [
    ['Format', visibleText(sentenceCase(what))],
    [
      source.kind === 'guest' ? 'Guest' : 'File',
      isPath ? (
        <Copyable text={source.path} what="the path" isWrapped />
      ) : (
        visibleText(source.label)
      ),
    ],
    ...(saved === undefined ? [] : [['Saved from', visibleText(saved)] as const]),
    [
      wasTaken(capture) ? 'Taken' : 'Opened',
      <>
        {dayAndTime(takenAt)} <span className={styles.soft}>in {durationText(durationMs)}</span>
      </>,
    ],
    ['Kernel', identity?.kernelVersion ? <Mono>{identity.kernelVersion}</Mono> : <NotTold />],
  ]
}

function countsOf({ serviceCount, kexts, installed }: Capture): readonly Fact[] {
  const personalities = installed?.reduce((sum, kext) => sum + kext.personalities.length, 0)
  return [
    ['Services', number(serviceCount)],
    ['Loaded kexts', number(kexts?.length)],
    ['Installed kexts', number(installed?.length)],
    ['Personalities', number(personalities)],
  ]
}

function number(count: number | undefined): ReactNode {
  return count === undefined ? <NotTold /> : count.toLocaleString('en-US')
}

function NotTold() {
  return <span className={styles.soft}>not told</span>
}

interface FactsProps {
  readonly facts: readonly Fact[]
  readonly isOfNumbers?: boolean
}

function Facts({ facts, isOfNumbers }: FactsProps) {
  return (
    <dl className={isOfNumbers ? styles.counts : styles.facts}>
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}

function PlaneTable({ planes }: { readonly planes: readonly PlaneSummary[] }) {
  return (
    <table className={styles.planes} aria-label="Planes">
      <thead>
        <tr>
          <th scope="col">Plane</th>
          <th scope="col">Nodes</th>
          <th scope="col">Entries</th>
        </tr>
      </thead>
      <tbody>
        {planes.map(({ plane, nodes, entries }, index) => (
          <tr key={index}>
            <th scope="row">{visibleText(plane)}</th>
            <td>{number(nodes)}</td>
            <td>{number(entries)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface PartProps {
  readonly title: string
  readonly count?: number
  readonly unit?: string
  readonly children: ReactNode
}

function Part({ title, count, unit, children }: PartProps) {
  const counted = unit === undefined ? count : countText(count ?? 0, unit)
  return (
    <section aria-label={title}>
      <h3 className={styles.title}>
        {title} {counted !== undefined && <span className={styles.soft}>{counted}</span>}
      </h3>
      {children}
    </section>
  )
}
