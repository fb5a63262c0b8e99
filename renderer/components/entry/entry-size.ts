/** What one message to the host may hold; the web host closes the line to a page that sends more in one. */
const MESSAGE_BYTES = 1_048_576
/** Room for the rest of the message: stream (which may have a long name), id and wrapping. */
const RESERVE_BYTES = 8_192

const encoder = new TextEncoder()

/** Bytes of a field on its way to the host, as JSON: quotes, line ends and control characters take more than one. */
function sentBytes([name, value]: readonly [string, string]): number {
  return encoder.encode(JSON.stringify([name, value])).length + 1
}

/** The field that takes most where all of them together are too much to be sent, by its position; null when they are not. */
export function tooLargeAt(fields: readonly (readonly [string, string])[]): number | null {
  let total = 0
  let largest = 0
  let at = 0
  fields.forEach((field, index) => {
    const bytes = sentBytes(field)
    total += bytes
    if (bytes <= largest) return
    largest = bytes
    at = index
  })
  return total > MESSAGE_BYTES - RESERVE_BYTES ? at : null
}
