import { type Static, type TObject, type TProperties, type TSchema, type TUnsafe, Type } from 'typebox'

/** Under this key a schema has the one that it is described by. A symbol, which no validator or serializer looks at. */
const described = Symbol('described')

type Union<Branches extends TObject[]> = TUnsafe<Static<Branches[number]>> & { oneOf: Branches }

/** One of several objects, told apart by a text that each has as a constant of its own. */
export function union<const Branches extends TObject[]>(
  name: string,
  propertyName: string,
  oneOf: Branches,
): Union<Branches> {
  const schema = {
    $id: name,
    type: 'object',
    required: [propertyName],
    discriminator: { propertyName },
    oneOf,
  }
  return Object.assign(Type.Unsafe<Static<Branches[number]>>(schema), { oneOf })
}

/**
 * The same union for an answer: described as what it is, but serialized as one object with the properties of all.
 * Of a union the serializer would have to validate every value first, to find out which object it has.
 */
export function serializedUnion<Branches extends TObject[]>(
  schema: Union<Branches>,
): TUnsafe<Static<Branches[number]>> {
  const properties: TProperties = {}
  for (const branch of schema.oneOf) {
    for (const [name, property] of Object.entries(branch.properties)) properties[name] ??= plain(property)
  }
  const flat = Type.Unsafe<Static<Branches[number]>>({ type: 'object', properties })
  return Object.assign(flat, { [described]: schema })
}

/** Without what holds in one of the objects only. */
function plain(property: TSchema): TSchema {
  const { const: _, ...rest } = property as TSchema & { const?: unknown }
  return rest
}

/** The schema that a schema is described by: itself, unless it is there for the serializer. */
export function describedSchema(schema: object): object {
  return described in schema ? (schema[described] as object) : schema
}
