import type { Endpoint } from './model/connection'

type Nodes = Extract<Endpoint, { kind: 'cluster' }>['nodes']

/**
 * `10.0.0.4:6379, [::1]:7000`, by commas, blanks or lines; null where one of them is no host and port, or there is none.
 * `port`: of those that name none; they are refused where it is left out.
 */
export function parseNodes(text: string, port?: number): Nodes | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  const nodes = parts.flatMap((part) => {
    const [, bracketed, plain, named] = /^(?:\[([^\]]+)\]|([^:[\]/@]+))(?::(\d{1,5}))?$/.exec(part) ?? []
    const host = bracketed ?? plain
    const at = named === undefined ? port : Number(named)
    return host === undefined || at === undefined || at < 1 || at > 65_535 ? [] : [{ host, port: at }]
  })
  return nodes.length === parts.length && nodes.length > 0 ? nodes : null
}

export function nodesText(nodes: Nodes): string {
  return nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', ')
}
