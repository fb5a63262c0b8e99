import { fileURLToPath } from 'node:url'

/** The thread that opens values, beside the server's own folder: `BackendOptions.decoderFile` of the web host and the command line. */
export const DECODER_FILE = fileURLToPath(new URL('../decoder/decoder.cjs', import.meta.url))
