import type { Severity } from '../../../core/lint/finding.ts'
import type { RuleName } from '../../../core/lint/rules.ts'
import type { Wanted } from './small-bundle.ts'

/**
 * A bundle that breaks a rule, how bad that is, where it is said to be, and parts of what is said. The good bundle that
 * breaks none is the one that all of them were made from.
 */
export type BrokenBundle = readonly [RuleName, Severity, Wanted, place: string, said: string]
