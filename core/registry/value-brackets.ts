/** What closes a container, or data, that `byte` opens in a value as `ioreg` prints it; 0 for any other byte. */
export function closerOf(byte: number): number {
  switch (byte) {
    case 40: // (
      return 41
    case 91: // [
      return 93
    case 123: // {
      return 125
    case 60: // <
      return 62
    default:
      return 0
  }
}
