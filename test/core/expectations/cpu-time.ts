/** Milliseconds that this process has computed: unlike the clock, it does not run while others do. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
