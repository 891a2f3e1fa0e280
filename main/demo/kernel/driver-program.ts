import { z } from 'zod'

/**
 * What the classes of a demo kext do, in place of machine code: the JSON that its executable carries in
 * the section `__DATA,__kextant_demo`. Behaviour thus comes from the bundle, never from its name.
 *
 *   { "format": 1, "classes": { "MyKext": {
 *       "start": [ { "do": "log", "text": "MyKext: hello\n" }, { "do": "registerService" } ],
 *       "stop":  [ { "do": "log", "text": "MyKext: stopping\n" } ] } } }
 *
 * A routine that reaches its end returns true (`probe`: its own object).
 */
const plainValue = z.union([z.string(), z.number().int(), z.boolean()])

const allocationBytes = z.number().int().min(1).max(1_073_741_824)

const step = z.discriminatedUnion('do', [
  /** `IOLog`: the text as it is; a newline must be part of it. */
  z.strictObject({ do: z.literal('log'), text: z.string().max(2000) }),
  z.strictObject({ do: z.literal('registerService') }),
  z.strictObject({ do: z.literal('sleep'), ms: z.number().min(0).max(600_000) }),
  /** Never returns. */
  z.strictObject({ do: z.literal('hang') }),
  z.strictObject({ do: z.literal('panic'), text: z.string().max(2000) }),
  /** `retain()` on itself without a `release()`: the instance outlives its detachment. */
  z.strictObject({ do: z.literal('retainSelf') }),
  /** Objects that are never attached to anything: counted for their class, and in no registry. */
  z.strictObject({
    do: z.literal('makeObject'),
    className: z.string().max(200),
    count: z.number().int().min(1).max(100_000).optional(),
  }),
  z.strictObject({
    do: z.literal('releaseObject'),
    className: z.string().max(200),
    count: z.number().int().min(1).max(100_000).optional(),
  }),
  /** `IOMalloc` and `IOFree`. */
  z.strictObject({ do: z.literal('malloc'), bytes: allocationBytes }),
  z.strictObject({ do: z.literal('free'), bytes: allocationBytes }),
  /**
   * A process opens a connection to this service, and keeps the service open with it until it ends. Launchd
   * starts a process that does not run.
   */
  z.strictObject({
    do: z.literal('openUserClient'),
    className: z.string().max(200),
    process: z.string().min(1).max(32),
  }),
  z.strictObject({ do: z.literal('setProperty'), key: z.string().max(200), value: plainValue }),
  z.strictObject({ do: z.literal('publishResource'), key: z.string().max(200) }),
  /** Attaches a new service below this one, and registers it when asked to. */
  z.strictObject({
    do: z.literal('publishNub'),
    className: z.string().max(200),
    name: z.string().max(200),
    location: z.string().max(200).optional(),
    properties: z.record(z.string(), plainValue).optional(),
    register: z.boolean(),
  }),
  /** In `probe`: changes the score. */
  z.strictObject({ do: z.literal('setProbeScore'), value: z.number().int() }),
  z.strictObject({ do: z.literal('return'), value: z.boolean() }),
])

const routine = z.array(step).max(200)

const driverProgram = z.strictObject({
  format: z.literal(1),
  /** What the module's own start and stop routines return; 0, success, unless it is said. */
  module: z
    .strictObject({
      startReturns: z.number().int().min(0).max(0xffff_ffff).optional(),
      stopReturns: z.number().int().min(0).max(0xffff_ffff).optional(),
    })
    .optional(),
  classes: z.record(
    z.string().max(200),
    z.strictObject({
      probe: routine.optional(),
      start: routine.optional(),
      stop: routine.optional(),
    }),
  ),
})

export type Step = z.infer<typeof step>
export type DriverProgram = z.infer<typeof driverProgram>
export type ClassProgram = DriverProgram['classes'][string]

/** @returns the program, or null when the bytes are not one. */
export function parseDriverProgram(bytes: Uint8Array): DriverProgram | null {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null
  }
  const parsed = driverProgram.safeParse(json)
  return parsed.success ? parsed.data : null
}

/** The bytes that `parseDriverProgram` reads. */
export function encodeDriverProgram(program: DriverProgram): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(program))
}
