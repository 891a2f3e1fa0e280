import type { RuledEntries } from '../filter/rule-numbers.ts'

/** A rule that is being made, before it is one. */
export interface RuleDraft {
  readonly name: string
  readonly filter: string
}

/** What belongs to the filter beside its text. */
export interface FiltersState {
  /** Which of its dialogs is open. */
  readonly dialog: 'save' | 'saved' | 'rules' | null
  /** What the dialog for rules begins a new rule with. */
  readonly draft: RuleDraft | null
  /** What was last typed and could be read: its hits stay while the text does not read. */
  readonly lastGood: string
  /** Filters of this window that something was found with, the newest first. */
  readonly recent: readonly string[]
  /** Which colour rule fits which entry; null while there is no capture or no rule. */
  readonly ruled: RuledEntries | null
}

export const initialFilters: FiltersState = {
  dialog: null,
  draft: null,
  lastGood: '',
  recent: [],
  ruled: null,
}
