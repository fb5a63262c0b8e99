import type { HostCommand } from '../command'

/** `sluice mcp` */
export const mcp: HostCommand = {
  kind: 'host',
  args: [],
  flags: ['role'],
  check: () => ({ stays: false, opensSaved: true, onlyNamed: true }),
  async run(call) {
    // The library of the protocol is read by this command alone.
    const { serveMcp } = await import('../mcp/serve')
    return serveMcp(call)
  },
}
