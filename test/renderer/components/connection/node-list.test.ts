// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import type { NodeStatus } from '../../../../shared/model/connection'
import NodeList from '../../../../renderer/components/connection/NodeList.vue'

enableAutoUnmount(afterEach)
const node = (some: Partial<NodeStatus>): NodeStatus => ({
  ...{ endpoint: 'a:1', state: 'open', slots: 5_461, version: '8.6.3', latencyMs: 0.42, error: null },
  ...some,
})

it('tells of each node whether it answers, what it has, and how far it is', () => {
  const data = { reason: 'closed', endpoint: 'b:2', detail: null }
  const list = mount(NodeList, {
    props: {
      nodes: [
        node({}),
        node({
          endpoint: 'b:2',
          state: 'reconnecting',
          slots: 1,
          latencyMs: null,
          error: { code: 'UNREACHABLE', data },
        }),
      ],
    },
  })
  const [first, second] = list.findAll('li').map((item) => item.text())
  expect(first).toContain('a:1')
  expect(first).toMatch(/5\D?461 slots · 8\.6\.3 · 0\.4 ms/)
  expect(second).toContain('1 slot')
  expect(second).not.toContain(' ms')
  expect(second).toContain('closed the connection')
  expect(list.findAll('[aria-label], .visually-hidden').length).toBeGreaterThan(0)
})
