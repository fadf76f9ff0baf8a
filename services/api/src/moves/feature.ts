import type { Feature } from '../feature.ts'
import { moveRoutes } from './routes.ts'

export const moves: Feature<unknown> = { prefix: '/tasks', routes: moveRoutes }
