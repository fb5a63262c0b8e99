/**
 * Parameters as they came, from a journal that may be damaged or a newer Sluice's: to read one that is missing throws, and
 * so does an object in the place of a text. What would read "undefined entries" is then no sentence at all.
 */
export function strictParams(params: object): Readonly<Record<string, unknown>> {
  const own = Object.assign(Object.create(null) as Record<string, unknown>, params)
  return new Proxy(own, {
    get(target, name) {
      // Text of an object: it has no way to become one.
      if (typeof name === 'symbol') return undefined
      if (!Object.hasOwn(target, name)) throw new TypeError(`there is no ${name}`)
      return strict(Reflect.get(target, name))
    },
  })
}

function strict(value: unknown): unknown {
  if (value === undefined) throw new TypeError('a parameter is missing')
  if (Array.isArray(value)) return value.map(strict)
  return typeof value === 'object' && value !== null ? strictParams(value) : value
}
