import { z } from 'zod'

/**
 * What becomes of the groups' pending entries where entries are deleted (8.2+). KEEPREF: they stay, of entries that are
 * gone, as after XDEL. DELREF: they go as well. ACKED: only what every group has read and acked is deleted.
 */
export const references = z.enum(['KEEPREF', 'DELREF', 'ACKED'])
export type References = z.infer<typeof references>
