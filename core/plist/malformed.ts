import { FailureError } from '../failure.ts'

/** A place that a reader cannot go on from. */
export function malformed(source: string, byteOffset: number, expected: string): FailureError {
  return new FailureError({ kind: 'dump-malformed', source, byteOffset, expected })
}

/** Deeper than anything a person writes; a bound for recursion. */
export const depthLimit = 200
