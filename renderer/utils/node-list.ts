import type { Endpoint } from '../../shared/model/connection'

type Nodes = Extract<Endpoint, { kind: 'cluster' }>['nodes']

/** `10.0.0.4:6379, [::1]:7000`, by commas, blanks or lines; null where one of them is no host and port, or there is none. */
export function parseNodes(text: string): Nodes | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  const nodes = parts.flatMap((part) => {
    const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]/@]+)):(\d{1,5})$/.exec(part) ?? []
    const host = bracketed ?? plain
    return host === undefined || Number(port) < 1 || Number(port) > 65_535 ? [] : [{ host, port: Number(port) }]
  })
  return nodes.length === parts.length && nodes.length > 0 ? nodes : null
}

export function nodesText(nodes: Nodes): string {
  return nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', ')
}
