import { z } from 'zod'

/**
 * What a host has to say: which sentence, and what it is about. The words stand in `shared/words`, by `code`; `sentence`
 * gives them. A parameter is a number, a string, Bytes, another message (a reason inside a sentence), or a list of these.
 */
export const message = z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) })
export type Message = z.infer<typeof message>
