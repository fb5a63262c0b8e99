import { z } from 'zod'
import { hostSession } from '../model/session'
import { who } from '../model/who'
import { manages } from './base'

const ended = z.object({ ended: z.int() })

/** Who is logged in at the web host. The desktop has no sessions: none are listed there, and none ended. */
export const sessionContract = {
  /** Whoever came last first. */
  list: manages.output(z.array(hostSession)),
  /** Ends one at once, with all that runs for its pages; none where it has ended already. */
  end: manages.input(z.object({ id: z.string().min(1).max(64) })).output(ended),
  /** The same for all of one user's. */
  endAllOf: manages.input(z.object({ who })).output(ended),
}
