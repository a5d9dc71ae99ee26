// What Chevrotain asks of lodash, in the language's own words. The program is built with it: lodash itself is 229 modules,
// and its generality is a good part of what a start takes. A collection is an array, a plain object, or nothing.

const pairs = collection =>
  Array.isArray(collection) || typeof collection === 'string'
    ? Array.from(collection, (value, at) => [at, value])
    : Object.entries(collection ?? {});

export const isArray = Array.isArray;
export const isFunction = value => typeof value === 'function';
export const isObject = value => (typeof value === 'object' && value !== null) || typeof value === 'function';
export const isRegExp = value => value instanceof RegExp;
export const isString = value => typeof value === 'string';
export const isUndefined = value => value === undefined;
export const identity = value => value;
export const noop = () => {};
export const upperFirst = text => text.charAt(0).toUpperCase() + text.slice(1);

export const keys = Object.keys;
export const values = collection => Object.values(collection ?? {});
export const has = (value, key) => value != null && Object.hasOwn(value, key);
export const assign = Object.assign;
export const clone = value =>
  isArray(value) ? value.slice() : Object.assign(Object.create(Object.getPrototypeOf(value)), value);
export function defaults(value, more) {
  for (const key of Object.keys(more)) if (value[key] === undefined) value[key] = more[key];
  return value;
}
export const pickBy = (value, test) =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([key, member]) => test(member, key)));

export function isEmpty(collection) {
  if (collection == null) return true;
  if (isArray(collection) || isString(collection)) return collection.length === 0;
  for (const key in collection) if (Object.hasOwn(collection, key)) return false;
  return true;
}

/** Ends where a call answers false. */
export function forEach(collection, call) {
  if (isArray(collection)) {
    for (let at = 0; at < collection.length; at++) if (call(collection[at], at) === false) break;
  } else {
    for (const key in collection)
      if (Object.hasOwn(collection, key) && call(collection[key], key) === false) break;
  }
  return collection;
}
export const map = (collection, call) =>
  isArray(collection)
    ? Array.from(collection, (value, at) => call(value, at))
    : pairs(collection).map(([key, value]) => call(value, key));
export const filter = (collection, test) =>
  pairs(collection).flatMap(([key, value]) => (test(value, key) ? [value] : []));
export const reject = (collection, test) => filter(collection, (value, key) => !test(value, key));
export const find = (collection, test) => pairs(collection).find(([key, value]) => test(value, key))?.[1];
export const some = (collection, test) => pairs(collection).some(([key, value]) => test(value, key));
export const every = (collection, test) => pairs(collection).every(([key, value]) => test(value, key));
export const flatMap = (collection, call) => map(collection, call).flat();
export function reduce(collection, call, ...first) {
  const step = (sum, [key, value]) => call(sum, value, key);
  if (first.length > 0) return pairs(collection).reduce(step, first[0]);
  const [start, ...rest] = pairs(collection);
  return rest.reduce(step, start?.[1]);
}
export function groupBy(collection, keyOf) {
  const groups = {};
  for (const value of values(collection)) {
    const key = keyOf(value);
    groups[key] ??= [];
    groups[key].push(value);
  }
  return groups;
}
export const includes = (collection, value) =>
  (isArray(collection) || isString(collection) ? collection : values(collection)).includes(value);

export const first = array => array?.[0];
export const last = array => array?.at(-1);
export const drop = (array, count = 1) => (array ?? []).slice(count);
export const dropRight = (array, count = 1) => (array ?? []).slice(0, count === 0 ? undefined : -count);
export const indexOf = (array, value) => array.indexOf(value);
export const flatten = array => (array ?? []).flat();
export const compact = array => (array ?? []).filter(Boolean);
export const uniq = array => [...new Set(array)];
export const difference = (array, without) => {
  const gone = new Set(without);
  return array.filter(value => !gone.has(value));
};
