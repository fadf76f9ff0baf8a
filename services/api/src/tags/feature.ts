import type { Feature } from '../feature.ts'
import { tagRoutes } from './routes.ts'

export const tags: Feature<unknown> = { prefix: '/tags', routes: tagRoutes }
