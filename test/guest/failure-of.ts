import { FailureError } from '../../core/failure.ts'
import type { Failure } from '../../core/failure.ts'

/** The failure that a promise ends with; anything else it does is an error of the test. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
  throw new Error('it did not fail')
}
