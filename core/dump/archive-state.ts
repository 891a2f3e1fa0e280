/** What comes next in an archive. The scanner knows the first four numbers too (`core/scan/brackets.ts`). */
export const State = {
  /** Before, between and after documents. */
  outside: 0,
  /** In a node: a key or its end comes next. */
  key: 1,
  /** In a node, after a key. */
  value: 2,
  /** In an array of nodes. */
  nodes: 3,
  /** In the characters of a `<key>`. */
  keyText: 4,
  /** In the characters of a scalar value. */
  scalarText: 5,
  /** In a dictionary or array that is a value. */
  container: 6,
  /** In a comment, a CDATA section or a declaration. */
  markup: 7,
} as const
export type StateCode = (typeof State)[keyof typeof State]
