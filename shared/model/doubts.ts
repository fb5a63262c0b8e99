import { z } from 'zod'
import { message } from './message'

/**
 * Why it is not certain that this is still the server, the stream or the group that it was, one sentence each. Their codes
 * have to be accepted (`accepts`) before it can be run.
 */
export const doubts = z.array(message)
