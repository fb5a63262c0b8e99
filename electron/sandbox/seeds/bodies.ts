import type { Random } from '../random'
import type { FieldList } from './lines'

const COUNTRIES = ['DE', 'FR', 'NL', 'PL', 'SE', 'ES', 'IT', 'JP', 'IL', 'BR'] as const
const SKUS = [
  'KETTLE-17',
  'LAMP-OAK',
  'MUG-BLUE',
  'RUG-WOOL-2',
  'CLOCK-9',
  'DESK-140',
  'CHAIR-EAMES',
  'PLANT-ALOE',
] as const

/** An order as the shop's producers write it, seeded and live alike. */
export function orderFields(random: Random, number: number): FieldList {
  const items = Array.from({ length: random.int(1, 3) }, () => ({
    sku: random.pick(SKUS),
    quantity: random.int(1, 4),
    price: random.int(490, 24_990) / 100,
  }))
  const total = items.reduce((sum, { quantity, price }) => sum + quantity * price, 0)
  return [
    ['order', `ORD-${100_000 + number}`],
    ['customer', `c-${random.int(1_000, 9_999)}`],
    ['country', random.pick(COUNTRIES)],
    ['items', JSON.stringify(items)],
    ['total', total.toFixed(2)],
    ['currency', 'EUR'],
  ]
}

/** Fields as a NestJS service writes them: its payload as JSON, headers beside it. */
export function nestFields(random: Random, number: number): FieldList {
  return [
    [
      'data',
      JSON.stringify({ id: number, name: `example-${number}`, value: random.int(0, 1_000), ok: random.chance(0.95) }),
    ],
    ['correlationId', `c0ffee${number.toString(16).padStart(26, '0')}`],
    ['pattern', 'example.created'],
  ]
}

export function userEventFields(random: Random): FieldList {
  const type = random.pick(['user_signup', 'purchase', 'page_view', 'logout'])
  const user: FieldList = [
    ['type', type],
    ['user_id', random.int(100, 999)],
  ]
  if (type === 'purchase') return [...user, ['amount', (random.int(499, 19_999) / 100).toFixed(2)]]
  if (type === 'user_signup') return [...user, ['email', `user${random.int(1, 9_999)}@example.com`]]
  return type === 'page_view' ? [...user, ['path', random.pick(['/', '/pricing', '/docs', '/basket'])]] : user
}

export function jobFields(random: Random, number: number): FieldList {
  return [
    ['task', random.pick(['send_email', 'resize_image', 'build_report', 'sync_crm'])],
    ['job_id', number],
    ['priority', random.pick(['low', 'normal', 'high'])],
    ['payload', JSON.stringify({ attempt: 1, target: `object-${random.int(1, 500)}` })],
  ]
}

export function telemetryFields(random: Random): FieldList {
  return [
    ['celsius', (random.int(180, 260) / 10).toFixed(1)],
    ['humidity', random.int(30, 60)],
    ['battery', random.int(5, 100)],
  ]
}
