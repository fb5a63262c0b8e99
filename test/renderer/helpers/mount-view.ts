import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { vi } from 'vitest'
import { defineComponent, h, type Component } from 'vue'
import { linkState } from '../../../renderer/api/link-state'
import { useConnections } from '../../../renderer/stores/connections'
import { capabilityName, type Connection, type ServerInfo } from '../../../shared/model/connection'

const AVAILABLE = { available: true, reason: null }

export function serverInfo(changes: Partial<ServerInfo> = {}): ServerInfo {
  return {
    product: 'redis',
    version: '7.0.15',
    mode: 'standalone',
    role: 'master',
    user: 'default',
    keyspaceEvents: '',
    betterWay: null,
    capabilities: Object.fromEntries(
      capabilityName.options.map((name) => [name, AVAILABLE]),
    ) as ServerInfo['capabilities'],
    ...changes,
  }
}

export function connection(changes: Partial<Connection> = {}): Connection {
  return {
    id: 'c1',
    name: 'Local',
    color: 'blue',
    environment: 'dev',
    readOnly: false,
    endpoint: { kind: 'tcp', host: 'localhost', port: 6379 },
    username: '',
    db: 0,
    tls: null,
    ssh: null,
    secrets: [],
    givenBy: null,
    ...changes,
  }
}

interface Surroundings {
  readonly connection?: Partial<Connection>
  readonly server?: Partial<ServerInfo>
}

/** Mounts a part of the page on an open connection. The fake client must be in place before. */
export async function mountOn(
  component: Component,
  props: Record<string, unknown>,
  { connection: profile = {}, server = {} }: Surroundings = {},
): Promise<VueWrapper> {
  sessionStorage.clear()
  linkState.value = { kind: 'connected' }
  setActivePinia(createPinia())
  const connections = useConnections()
  connections.list = [connection(profile)]
  connections.activeId = 'c1'
  connections.statuses = new Map([
    [
      'c1',
      {
        connectionId: 'c1',
        state: 'open',
        latencyMs: 1,
        server: serverInfo(server),
        replica: null,
        error: null,
        nodes: [],
      },
    ],
  ])
  const wrapper = mount(defineComponent({ render: () => h(component, props) }), { attachTo: document.body })
  await flushPromises()
  // Some parts wait for the first frame to be painted.
  if (!vi.isFakeTimers()) await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)))
  await flushPromises()
  return wrapper
}

/** A button by the name a reader hears. */
export function button(name: string | RegExp): HTMLButtonElement {
  const matches = [...document.querySelectorAll('button')].filter((one) => {
    const label = (one.getAttribute('aria-label') ?? one.textContent).replace(/\s+/g, ' ').trim()
    return typeof name === 'string' ? label === name : name.test(label)
  })
  const [only, ...others] = matches
  if (!only || others.length > 0) throw new Error(`${matches.length} buttons named ${String(name)}`)
  return only
}
