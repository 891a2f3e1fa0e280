import { noColour, type Mark } from '../../../../renderer/charts/frame/scene.ts'

/** A mark of which only what matters is said. */
export function markOf(said: Partial<Mark>): Mark {
  return {
    key: 'key',
    shape: 'card',
    box: { x: 0, y: 0, width: 200, height: 40 },
    colour: noColour,
    label: 'label',
    sentence: 'sentence',
    facts: [],
    ref: { kind: 'other' },
    ...said,
  }
}
