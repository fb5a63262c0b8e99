import { join } from 'node:path'

/** The thread that decodes, as `npm run build` made it. */
export const builtDecoder = join(process.cwd(), 'out/decoder/decoder.cjs')
