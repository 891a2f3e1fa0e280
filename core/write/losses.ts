/** Counts what a format cannot say, by a sentence for each cause. */
export class Losses {
  private readonly counts = new Map<string, number>()

  /** @param cause a sentence; `%n` in it stands for how often it happened */
  note(cause: string): void {
    this.counts.set(cause, (this.counts.get(cause) ?? 0) + 1)
  }

  report(): string[] {
    return [...this.counts].map(([cause, count]) => cause.replace('%n', String(count)))
  }
}
