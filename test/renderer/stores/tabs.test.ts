// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { useConnections } from '../../../renderer/stores/connections'
import { useTabs } from '../../../renderer/stores/tabs'
import { tabId } from '../../../renderer/utils/tab'

beforeEach(() => {
  sessionStorage.clear()
  setActivePinia(createPinia())
})

function ids(): string[] {
  return useTabs().tabs.map(tabId)
}

describe('the tabs', () => {
  it('begin with the connections, and with triage once there is one', () => {
    const connections = useConnections()
    expect(ids()).toEqual(['connections'])
    connections.activeId = 'c1'
    useTabs()
    expect(ids()).toEqual(['triage'])
  })

  it('never open the same place twice, and open beside the active one', () => {
    useConnections().activeId = 'c1'
    const tabs = useTabs()
    tabs.openStream('a')
    tabs.openStream('b')
    tabs.openStream({ base64: '//4=' })
    tabs.openStream('a')
    tabs.openGroup('a', 'g')
    expect(ids()).toEqual(['triage', 'stream/sa', 'group/sa/sg', 'stream/sb', 'stream/b//4='])
    expect(tabs.activeId).toBe('group/sa/sg')
  })

  it('show the left neighbour of what is closed, and keep the last one', () => {
    useConnections().activeId = 'c1'
    const tabs = useTabs()
    tabs.openStream('a')
    tabs.openStream('b')
    tabs.close('stream/sb')
    expect(tabs.activeId).toBe('stream/sa')
    tabs.close('stream/sa')
    tabs.close('triage')
    expect(ids()).toEqual(['triage'])
  })

  it('step round about', () => {
    useConnections().activeId = 'c1'
    const tabs = useTabs()
    tabs.openStream('a')
    tabs.step(1)
    expect(tabs.activeId).toBe('triage')
    tabs.step(-1)
    expect(tabs.activeId).toBe('stream/sa')
  })

  it('come back after a reload, each connection to its own', () => {
    const connections = useConnections()
    connections.activeId = 'c1'
    useTabs().openStream('a')
    connections.activeId = 'c2'
    expect(ids()).toEqual(['triage'])
    connections.activeId = 'c1'
    expect(ids()).toEqual(['triage', 'stream/sa'])

    sessionStorage.setItem('sluice:connection', 'c1')
    setActivePinia(createPinia())
    expect(useTabs().activeId).toBe('stream/sa')
  })

  it('begin at home where what was kept can not be read', () => {
    sessionStorage.setItem('sluice:tabs:c1', '{"tabs":[]')
    useConnections().activeId = 'c1'
    expect(ids()).toEqual(['triage'])
  })

  it('stay bounded; home stays', () => {
    useConnections().activeId = 'c1'
    const tabs = useTabs()
    for (let at = 0; at < 50; at += 1) tabs.openStream(`s${at}`)
    expect(tabs.tabs).toHaveLength(30)
    expect(ids()[0]).toBe('triage')
    expect(tabs.activeId).toBe('stream/ss49')
  })
})
