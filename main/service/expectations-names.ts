/** What a file of expectations is called, in the order in which they are looked for. */
export const expectationsNames = ['kextant.yaml', 'kextant.yml'] as const
