/**
 * What the web host and its page agree on. A cookie goes to every port of a machine, and so to whoever listens there; the
 * page key is the second half of a session: the page keeps it in the storage of its own origin, and gives it with every call.
 */
export function pageKeyStore(basePath: string): string {
  return `sluice.page-key${basePath}`
}
/** Of an HTTP request. */
export const PAGE_KEY_HEADER = 'sluice-key'
/** Of a WebSocket, which takes no headers from a page: offered as a subprotocol beside the one that is spoken. */
export const PAGE_KEY_PROTOCOL = 'sluice.key.'
export const RPC_PROTOCOL = 'sluice'
