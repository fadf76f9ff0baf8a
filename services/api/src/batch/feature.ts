import type { Feature } from '../feature.ts'
import { batchRoutes } from './routes.ts'

export const batch: Feature<unknown> = { prefix: '/tasks', routes: batchRoutes }
