/** What a family’s comparison of a personality with its nub came to; a mismatch names the key. */
export type FamilyResult =
  | { readonly isMatch: true; readonly score: number }
  | { readonly isMatch: false; readonly failedKey: string }
