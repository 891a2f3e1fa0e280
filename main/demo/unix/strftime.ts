const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')
const months =
  'January February March April May June July August September October November December'.split(' ')

/** strftime(3) in UTC, which is the guest's time zone; what it does not know stays as it is. */
export function strftime(format: string, at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const expand = (letter: string): string => {
    switch (letter) {
      case 'Y':
        return String(at.getUTCFullYear())
      case 'y':
        return two(at.getUTCFullYear() % 100)
      case 'm':
        return two(at.getUTCMonth() + 1)
      case 'd':
        return two(at.getUTCDate())
      case 'e':
        return String(at.getUTCDate()).padStart(2)
      case 'H':
        return two(at.getUTCHours())
      case 'M':
        return two(at.getUTCMinutes())
      case 'S':
        return two(at.getUTCSeconds())
      case 's':
        return String(Math.floor(at.getTime() / 1000))
      case 'a':
        return days[at.getUTCDay()]!.slice(0, 3)
      case 'A':
        return days[at.getUTCDay()]!
      case 'b':
        return months[at.getUTCMonth()]!.slice(0, 3)
      case 'B':
        return months[at.getUTCMonth()]!
      case 'Z':
        return 'UTC'
      case 'z':
        return '+0000'
      case 'n':
        return '\n'
      case 't':
        return '\t'
      case 'F':
        return strftime('%Y-%m-%d', at)
      case 'T':
        return strftime('%H:%M:%S', at)
      case '%':
        return '%'
      default:
        return `%${letter}`
    }
  }
  return format.replace(/%(.)/gs, (_whole, letter: string) => expand(letter))
}
