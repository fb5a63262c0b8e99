import { z } from 'zod'

/**
 * A plan's commands for redis-cli, part by part: lines that end in a line feed, in ASCII. `entries`: how many they are
 * for so far, of about `total`. `cut`: there would have been more than a script may hold.
 */
export const planScript = z.discriminatedUnion('state', [
  z.object({ state: z.literal('part'), text: z.string(), entries: z.int(), total: z.int() }),
  z.object({ state: z.literal('end'), entries: z.int(), total: z.int(), cut: z.boolean() }),
])
export type PlanScript = z.infer<typeof planScript>
