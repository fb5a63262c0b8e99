import { z } from 'zod'

/** A program and its arguments. */
export const command = z.array(z.string().max(4_096)).min(1).max(64)
