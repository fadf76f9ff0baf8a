import 'reflect-metadata'
import { Controller, Get, Module, ValidationPipe } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { TypeOrmModule } from '@nestjs/typeorm'
import { TaskEntity } from './task.entity'
import { TasksController } from './tasks.controller'
import { TasksService } from './tasks.service'

@Controller('readyz')
class ReadyController {
  @Get()
  ready() {
    return { status: 'ok' }
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL, entities: [TaskEntity] }),
    TypeOrmModule.forFeature([TaskEntity]),
  ],
  controllers: [ReadyController, TasksController],
  providers: [TasksService],
})
class AppModule {}

async function main() {
  const app = await NestFactory.create(AppModule)
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }))
  app.enableShutdownHooks()
  await app.listen(Number(process.env.PORT), '127.0.0.1')
}

void main()
