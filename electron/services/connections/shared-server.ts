import { capabilityName, type Capability, type CapabilityName, type ServerInfo } from '../../../shared/model/connection'

/** What holds for every server of a cluster: what one of them lacks, all lack. Null: none answers. There is no better way. */
export function sharedServer(servers: readonly ServerInfo[]): ServerInfo | null {
  const [first] = servers
  if (first === undefined) return null
  const capabilities = capabilityName.options.map((name): readonly [CapabilityName, Capability] => {
    const lacking = servers.find(({ capabilities: has }) => !has[name].available)
    return [name, (lacking ?? first).capabilities[name]]
  })
  const oldest = servers.reduce((a, b) => (compareVersions(a.version, b.version) <= 0 ? a : b))
  return {
    ...first,
    version: oldest.version,
    betterWay: null,
    capabilities: Object.fromEntries(capabilities) as Record<CapabilityName, Capability>,
  }
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
