import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common'
import type { Request } from 'express'
import { verify } from 'jsonwebtoken'

export interface UserRequest extends Request {
  userId: string
}

@Injectable()
export class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<UserRequest>()
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
    try {
      const payload = verify(token, process.env.JWT_SECRET ?? '', { algorithms: ['HS256'] })
      request.userId = String(payload.sub)
    } catch {
      throw new UnauthorizedException()
    }
    return true
  }
}
