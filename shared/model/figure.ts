import { z } from 'zod'

/** How sure a figure is. */
const certainty = z.enum(['exact', 'atMost', 'estimate'])

/** A number of entries, as sure as can be told. */
export const figure = z.object({ value: z.int(), certainty })
