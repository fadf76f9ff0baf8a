import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { Service } from 'kubernetes-models/v1/Service'

export interface Manifest {
  apiVersion: string
  kind: string
  metadata: object
  spec: unknown
}

const models = [Deployment, Service, PodDisruptionBudget, HorizontalPodAutoscaler]

/**
 * The paths of all fields that Kubernetes has not: the schemas ignore those, as the server does, and never look at them.
 *
 * @throws {Error} for a field that is missing, or of another type.
 */
export function unknownFieldsOf(manifest: Manifest): string[] {
  const { apiVersion, kind, metadata, spec, ...others } = manifest
  const model = models.find((candidate) => candidate.apiVersion === apiVersion && candidate.kind === kind)
  if (model === undefined) throw new Error(`No schema of ${apiVersion} ${kind}`)
  const unread = new Set<string>()
  Object.assign(new model(), watch({ metadata, spec }, '', unread)).validate()
  return [...unread, ...Object.keys(others).map((name) => `/${name}`)]
}

/** A copy that takes each field off the list when it is read. */
function watch(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.entries(value).map(([name, part]) => {
    const place = `${path}/${name}`
    unread.add(place)
    return [name, watch(part, place, unread)]
  })
  const target = Array.isArray(value) ? copy.map(([, part]) => part) : Object.fromEntries(copy)
  return new Proxy(target, {
    get(object, name) {
      unread.delete(`${path}/${String(name)}`)
      return Reflect.get(object, name)
    },
  })
}
