import type { compareCommands } from '../../core/commands/compare-commands.ts'
import type { AppState } from '../state/app-state.ts'
import { pairWithBefore } from '../state/compare-actions.ts'
import { isStripOpen, momentsOf } from '../state/timeline-state.ts'
import type { CommandBinding } from './binding.ts'

const whyNotComparing = ({ current }: AppState) =>
  current?.comparison ? null : 'No captures are being compared.'
const whyNoStep =
  (by: 1 | -1) =>
  ({ timeline, current }: AppState) => {
    const moments = momentsOf(timeline)
    const at = moments.findIndex(each => each.snapshotId === current?.capture.snapshotId)
    if (at >= 0 && moments[at + by]) return null
    return by === 1 ? 'This is the newest snapshot.' : 'There is no snapshot before this one.'
  }

export const compareBindings: Readonly<Record<keyof typeof compareCommands, CommandBinding>> = {
  'compare.before': {
    run: ({ actions }) => void actions.compareWithBefore(),
    whyNot: state => (pairWithBefore(state) ? null : 'There is no capture before this one.'),
  },
  'compare.with': {
    run: ({ actions }) => {
      actions.setView('changes')
      actions.chooseCompared('before')
    },
    whyNot: ({ current }) => (current ? null : 'There is no capture yet.'),
  },
  'compare.swap': {
    run: ({ actions }) => void actions.swapCompared(),
    whyNot: whyNotComparing,
  },
  'compare.stop': { run: ({ actions }) => actions.stopComparing(), whyNot: whyNotComparing },
  'compare.report': {
    run: ({ actions }) => {
      actions.setView('changes')
      actions.askToSaveReport(true)
    },
    whyNot: whyNotComparing,
  },
  'time.previous': { run: ({ actions }) => void actions.stepMoment(-1), whyNot: whyNoStep(-1) },
  'time.next': { run: ({ actions }) => void actions.stepMoment(1), whyNot: whyNoStep(1) },
  'time.now': { run: ({ actions }) => void actions.backToNow(), whyNot: whyNoStep(1) },
  'time.strip': {
    run: ({ store, actions }) => actions.showStrip(!isStripOpen(store.getState())),
  },
}
